"""The intermediate form as text (`penstock show --stage ir`).

One statement a line, regions indented by two spaces. Spans are left out.

    script v0: bytes, v1: bytes
      v2: bytes = placeholder <hash>
      v3: bytes = sha256 v0
      v4: bool = bytes_equal v3 v2
      v5: bytes = if v4
        yield v0
      else
        yield v1
      require v4
"""

from collections.abc import Iterator
from typing import assert_never

from penstock.script.opcodes import Op
from penstockc.ir import nodes
from penstockc.ir.nodes import results_of

INDENT = "  "
EMPTY = "''"


def script_text(script: nodes.Script) -> str:
    """Return the script as text, ending in a line break."""
    lines = [_head("script", script.arguments), *_region(script.body, INDENT)]
    return "\n".join(lines) + "\n"


def _head(words: str, arguments: tuple[nodes.Value, ...]) -> str:
    return f"{words} {_definitions(arguments)}".rstrip()


def _definitions(values: tuple[nodes.Value, ...]) -> str:
    return ", ".join(f"{value}: {value.kind.value}" for value in values)


def _names(values: tuple[nodes.Value, ...]) -> str:
    return " ".join(str(value) for value in values)


def _region(region: nodes.Region, indent: str) -> Iterator[str]:
    for statement in region.statements:
        yield from _statement(statement, indent)
    if region.yields:
        yield f"{indent}yield {_names(region.yields)}"


def _statement(statement: nodes.Statement, indent: str) -> Iterator[str]:
    match statement:
        case nodes.If(condition=condition, then=then, otherwise=otherwise, results=results):
            yield f"{indent}{_defining(results)}if {condition}"
            yield from _region(then, indent + INDENT)
            if otherwise != nodes.Region():
                yield f"{indent}else"
                yield from _region(otherwise, indent + INDENT)
        case nodes.Dispatch(selector=selector, functions=functions):
            yield f"{indent}dispatch {selector}"
            for function in functions:
                yield _head(f"{indent}{INDENT}function {function.name}", function.arguments)
                yield from _region(function.body, indent + 2 * INDENT)
        case _:
            yield f"{indent}{_defining(results_of(statement))}{_call(statement)}".rstrip()


def _defining(results: tuple[nodes.Value, ...]) -> str:
    return f"{_definitions(results)} = " if results else ""


def _call(  # noqa: C901 - one arm per kind of statement
    statement: nodes.Constant
    | nodes.Placeholder
    | nodes.Apply
    | nodes.CheckMultiSig
    | nodes.Element
    | nodes.Assembly
    | nodes.Separator
    | nodes.Require
    | nodes.Exit
    | nodes.Result,
) -> str:
    match statement:
        case nodes.Constant(data=data):
            return f"constant {data.hex() or EMPTY}"
        case nodes.Placeholder(name=name, comes_first=comes_first):
            return f"{'first ' if comes_first else ''}placeholder <{name}>"
        case nodes.Apply(operation=operation, operands=operands):
            return f"{operation.name.lower()} {_names(operands)}"
        case nodes.CheckMultiSig(signatures=signatures, keys=keys):
            return f"check_multi_sig {_names(signatures)} of {_names(keys)}"
        case nodes.Element(index=index, elements=elements):
            return f"element {index} of {', '.join(map(_names, elements))}"
        case nodes.Assembly(operands=operands, words=words):
            return f"assembly {_names(operands)}: {' '.join(_word(word) for _, word in words)}"
        case nodes.Separator():
            return "separator"
        case nodes.Require(condition=condition):
            return f"require {condition}"
        case nodes.Exit(condition=condition):
            return f"exit {condition}"
        case nodes.Result(condition=condition):
            return f"result {condition}"
        case _:
            assert_never(statement)


def _word(word: Op | bytes | str) -> str:
    match word:
        case Op():
            return word.name
        case bytes():
            return word.hex() or EMPTY
        case str():
            return f"<{word}>"
        case _:
            assert_never(word)
