"""State: the members that a contract with `@state` properties has without declaring them, written in the language.

In: a contract's name and its state properties with their types. Out: members as syntax trees, from a text of their own,
a source called `state` with offsets after all others. Later stages treat them as members that the author wrote:
| member                        | purpose                                                                            |
|-------------------------------|------------------------------------------------------------------------------------|
| `__codePart__`                | a static: the code of the spent script, with the OP_RETURN at its end              |
| `__loadState__(p)`            | reads it and, after the first transition, all state from a preimage, unchecked      |
| `getStateScript()`            | the script that the next output must have to keep the state                        |
| `updateState(p, amount)`      | checks the preimage, and that this script with this amount is the only output       |
| `updateStateSigHashType(..)`  | the same for a preimage of another hash type                                       |

An entry point that touches state begins with a call of `__loadState__`. The state it reads is unchecked until the
preimage is checked: `penstockc.lints` warns where a path to acceptance has no check.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, assert_never

from penstock.artifact.artifact import BasicType
from penstock.records import Record, replace
from penstockc.errors.declarations import StateWithoutPreimage
from penstockc.language.types import ArrayType, LibraryType, StructType, Type
from penstockc.semantics import typed
from penstockc.semantics.declarations.findings import Findings, of_state
from penstockc.semantics.declarations.graph import Uses
from penstockc.semantics.declarations.headers import ClassHeader, FunctionHeader
from penstockc.semantics.typed import MemberKey
from penstockc.source import Source, Span
from penstockc.syntax import ast
from penstockc.syntax.parse import parse

NAME: Final = "state"
BASE: Final = 1 << 41
"""Start of these texts in the address space of all sources: after the standard library."""

LOAD: Final = "__loadState__"
SCRIPT: Final = "getStateScript"
FUNCTIONS: Final = (LOAD, SCRIPT, "updateState", "updateStateSigHashType")
STATICS: Final = ("__codePart__",)
_TEMPLATE: Final = """\
contract {contract} {{
    private static bytes __codePart__ = b'';

    private function __loadState__(SigHashPreimage preimage) : bool {{
        bytes script = SigHash.scriptCode(preimage);
        int size = __State.codeSize(script);
        __codePart__ = script[: size];
        __StateReader state = new __StateReader(script[size :]);
        if (!state.readBool()) {{
{reading}
        }}
        return true;
    }}

    function getStateScript() : bytes {{
        bytes state = b'00';
{writing}
        return __State.script(__codePart__, state);
    }}

    function updateState(SigHashPreimage preimage, int amount) : bool {{
        require(Tx.checkPreimage(preimage));
        return __State.isOnlyOutput(preimage, this.getStateScript(), amount);
    }}

    function updateStateSigHashType(SigHashPreimage preimage, int amount, SigHashType sigHashType) : bool {{
        require(Tx.checkPreimageSigHashType(preimage, sigHashType));
        return __State.isOnlyOutput(preimage, this.getStateScript(), amount);
    }}
}}
"""
_INDENT: Final = "    "

Properties = Iterable[tuple[str, Type]]


class StateMembers(Record, frozen=True):
    """The members by name."""

    statics: Mapping[str, ast.Property]
    functions: Mapping[str, ast.Function]


class StateTexts:
    """Makes the members of contracts with state; `files` are the generated texts so far."""

    def __init__(self) -> None:
        self.files = list[Source]()

    def members(self, contract: str, properties: Properties) -> StateMembers:
        """Return the members of a contract with these state properties."""
        known = tuple(properties)
        text = _TEMPLATE.format(
            contract=contract,
            reading="\n".join(_statements(known, _reading, 3)),
            writing="\n".join(_statements(known, _writing, 2)),
        )
        source = Source(NAME, text, self.files[-1].end if self.files else BASE)
        self.files.append(source)
        declared = (item for item in parse(source).declarations if isinstance(item, ast.Class))
        members = [member for item in declared for member in item.members]
        return StateMembers(
            {member.name.text: member for member in members if isinstance(member, ast.Property)},
            {member.name.text: member for member in members if isinstance(member, ast.Function)},
        )


def is_state_text(span: Span) -> bool:
    """Return whether a span is in such a text: code there may use private members, and assign const ones."""
    return span.start >= BASE


def _statements(properties: Properties, leaf: Callable[[str, BasicType], str], depth: int) -> Iterator[str]:
    for name, kind in properties:
        yield from _each(f"this.{name}", kind, leaf, depth, 0)


def _each(place: str, kind: Type, leaf: Callable[[str, BasicType], str], depth: int, loops: int) -> Iterator[str]:
    """Yield the statements for all leaves of a place, which is inside `loops` loops already."""
    match kind:
        case BasicType():
            yield _INDENT * depth + leaf(place, kind)
        case ArrayType(element=element, size=size):
            variable = f"i{loops}"
            yield f"{_INDENT * depth}loop ({size}) : {variable} {{"
            yield from _each(f"{place}[{variable}]", element, leaf, depth + 1, loops + 1)
            yield _INDENT * depth + "}"
        case StructType(fields=fields) | LibraryType(fields=fields):
            for name, field_type in fields:
                yield from _each(f"{place}.{name}", field_type, leaf, depth, loops)
        case _:
            assert_never(kind)


def _reading(place: str, kind: BasicType) -> str:
    read = f"state.read{'Short' if kind.lengths else _method(kind)}()"
    is_plain = kind in {BasicType.BOOL, BasicType.INT, BasicType.BYTES}
    return f"{place} = {read if is_plain else f'{kind}({read})'};"


def _writing(place: str, kind: BasicType) -> str:
    writer = "__State.short" if kind.lengths else f"VarIntWriter.write{_method(kind)}"
    return f"state += {writer}({place});"


def _method(kind: BasicType) -> str:
    return kind.kind.value.capitalize()


# Entry points ---------------------------------------------------------------------------------------------------------


def check_state(contract: ClassHeader, uses: Uses, findings: Findings) -> None:
    """Report entry points of the main contract that use state without a preimage to read it from."""
    for function in contract.functions.values():
        reached = uses.reached([function.key]) if function.is_public else set[MemberKey]()
        if of_state(contract.name) in reached and _preimage(function) is None:
            findings.report(StateWithoutPreimage(function.span, function.key.name))


def loading(function: typed.Function, contract: ClassHeader) -> typed.Function:
    """Return the entry point with a call of `__loadState__` as its first statement."""
    preimage = next((local for local in function.parameters if local.type is BasicType.SIG_HASH_PREIMAGE), None)
    if preimage is None or contract.type is None or not isinstance(function.body, typed.Block):
        return function
    span = preimage.span
    argument = typed.LocalValue(span, preimage.type, preimage)
    this = typed.This(span, contract.type)
    load = typed.Invoke(span, BasicType.BOOL, MemberKey(contract.name, LOAD), this, (argument,))
    statements = (typed.Evaluate(span, load), *function.body.statements)
    return replace(function, body=replace(function.body, statements=statements))


def _preimage(function: FunctionHeader) -> ast.Identifier | None:
    """Return the parameter that state is read from: the first preimage."""
    preimages = (entry for entry in function.parameters if entry.type is BasicType.SIG_HASH_PREIMAGE)
    return next((entry.name for entry in preimages), None)
