"""The text form of the intermediate form (`penstockc.ir.text`), read back.

In: text as `script_text` writes it (blank lines are skipped). Out: the same script, all its spans empty.
"""

import re
from dataclasses import dataclass, field

from penstock.artifact.artifact import Kind
from penstock.script.opcodes import Op
from penstockc.ir import nodes
from penstockc.ir.text import EMPTY, INDENT
from penstockc.language.operations import Operation
from penstockc.source import Span

NOWHERE = Span(0, 0)

_DEFINING = re.compile(r"(?P<results>v\d+: \w+(?:, v\d+: \w+)*) = (?P<call>.*)")


class ReadingError(ValueError):
    """Text that is not a script of the intermediate form, with the line, counted from 1, and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


def read_script(text: str) -> nodes.Script:
    """Return the script that `text` spells.

    Raises:
        ReadingError: a line that the form does not have, or a value that was not defined before.
    """
    return _Reader([line for line in text.splitlines() if line.strip()]).script()


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    at: int = 0
    values: dict[str, nodes.Value] = field(default_factory=dict)

    def script(self) -> nodes.Script:
        arguments = self._head("script")
        script = nodes.Script(NOWHERE, arguments, self._region(1))
        if self.at < len(self.lines):
            raise self._error("indented deeper than anything before it")
        return script

    def _error(self, reason: str) -> ReadingError:
        return ReadingError(self.at + 1, reason)

    def _line(self, depth: int) -> str | None:
        """Return the next line without its indent, or None when the block of `depth` is over."""
        if self.at >= len(self.lines):
            return None
        line = self.lines[self.at]
        indent = INDENT * depth
        return line[len(indent) :] if line.startswith(indent) and line[len(indent)] != " " else None

    def _head(self, words: str) -> tuple[nodes.Value, ...]:
        line = self.lines[self.at].strip() if self.at < len(self.lines) else ""
        if line != words and not line.startswith(f"{words} "):
            raise self._error(f"expected {words!r}")
        arguments = self._define(line.removeprefix(words).strip())
        self.at += 1
        return arguments

    def _define(self, text: str) -> tuple[nodes.Value, ...]:
        defined = []
        for part in filter(None, text.split(", ")):
            name, _, kind = part.partition(": ")
            try:
                value = nodes.Value(int(name.removeprefix("v")), Kind(kind))
            except ValueError:
                raise self._error(f"{part!r} defines no value") from None
            self.values[name] = value
            defined.append(value)
        return tuple(defined)

    def _use(self, names: str) -> tuple[nodes.Value, ...]:
        try:
            return tuple(self.values[name] for name in names.split())
        except KeyError as missing:
            raise self._error(f"{missing.args[0]} is not defined yet") from None

    def _region(self, depth: int) -> nodes.Region:
        statements: list[nodes.Statement] = []
        yields: tuple[nodes.Value, ...] = ()
        while (line := self._line(depth)) is not None and line != "else" and not line.startswith("function "):
            if line.startswith("yield "):
                yields = self._use(line.removeprefix("yield "))
                self.at += 1
                break
            statements.append(self._statement(line, depth))
        return nodes.Region(tuple(statements), yields)

    def _statement(self, line: str, depth: int) -> nodes.Statement:
        found = _DEFINING.fullmatch(line)
        results, call = (found["results"], found["call"]) if found else ("", line)
        word, _, rest = call.partition(" ")
        match word:
            case "if":
                return self._if(results, rest, depth)
            case "dispatch":
                return self._dispatch(rest, depth)
            case _:
                statement = self._simple(results, word, rest)
                self.at += 1
                return statement

    def _simple(  # noqa: C901 - one arm per word
        self, results: str, word: str, rest: str
    ) -> nodes.Statement:
        match word:
            case "require":
                return nodes.Require(NOWHERE, self._one(self._use(rest)))
            case "exit":
                return nodes.Exit(NOWHERE, self._one(self._use(rest)))
            case "result":
                return nodes.Result(NOWHERE, self._one(self._use(rest)))
            case "constant":
                data = bytes.fromhex("" if rest == EMPTY else rest)
                return nodes.Constant(NOWHERE, self._one(self._define(results)), data)
            case "placeholder":
                return nodes.Placeholder(NOWHERE, self._one(self._define(results)), rest[1:-1])
            case "first":
                name = rest.removeprefix("placeholder ")
                return nodes.Placeholder(NOWHERE, self._one(self._define(results)), name[1:-1], comes_first=True)
            case "check_multi_sig":
                signatures, keys = (self._use(names) for names in rest.split(" of "))
                return nodes.CheckMultiSig(NOWHERE, self._one(self._define(results)), signatures, keys)
            case "element":
                index, _, elements = rest.partition(" of ")
                leaves = tuple(self._use(names) for names in elements.split(", "))
                return nodes.Element(NOWHERE, self._define(results), self._one(self._use(index)), leaves)
            case "assembly":
                names, _, code = rest.rpartition(":")
                words = tuple((NOWHERE, _word(each)) for each in code.split())
                return nodes.Assembly(NOWHERE, self._define(results), self._use(names), words)
            case "separator":
                return nodes.Separator(NOWHERE)
            case _ if word.upper() in Operation.__members__:
                operands = self._use(rest)
                return nodes.Apply(NOWHERE, self._define(results), Operation[word.upper()], operands)
            case _:
                raise self._error(f"{word!r} is no statement")

    def _one(self, values: tuple[nodes.Value, ...]) -> nodes.Value:
        if len(values) != 1:
            raise self._error(f"expected one value, found {len(values)}")
        return values[0]

    def _if(self, results: str, rest: str, depth: int) -> nodes.If:
        condition = self._one(self._use(rest))
        self.at += 1
        then, otherwise = self._region(depth + 1), nodes.Region()
        if self._line(depth) == "else":
            self.at += 1
            otherwise = self._region(depth + 1)
        return nodes.If(NOWHERE, condition, then, otherwise, self._define(results))

    def _dispatch(self, rest: str, depth: int) -> nodes.Dispatch:
        selector = self._one(self._use(rest))
        self.at += 1
        functions = []
        while (line := self._line(depth + 1)) is not None and line.startswith("function "):
            name = line.split()[1]
            arguments = self._head(f"function {name}")
            functions.append(nodes.Function(NOWHERE, name, arguments, self._region(depth + 2)))
        return nodes.Dispatch(NOWHERE, selector, tuple(functions))


def _word(text: str) -> Op | bytes | str:
    """Read one word of hand-written code."""
    if text.startswith("<"):
        return text[1:-1]
    if text.startswith("OP_"):
        return Op[text]
    return bytes.fromhex("" if text == EMPTY else text)
