"""Evaluation of a call in a real spend by the meaning of the language, next to the verdict on its script.

In: an artifact or its program, a spend, a call. Out: the outcome with the source that decided it, and the state that
the call hands on. The evaluator does not use stacks and opcodes, so it and the script are unlikely to have the same
error.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Final, Protocol

from penstock.artifact.artifact import Artifact
from penstock.artifact.basic_types import BasicType, Kind
from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.script.numbers import decode_number
from penstock.vm.judging.verdict import Verdict
from penstockc.diagnostics import CompileError
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.language.types import ArrayType, LibraryType, StructType, Type, leaves
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.evaluate import Given, New, Outcome, evaluate
from penstockc.meaning.interpreter import Interpreter
from penstockc.meaning.values import RecordValue, Value, unflattened
from penstockc.semantics import check, typed
from penstockc.semantics.declarations.state import FUNCTIONS, LOAD
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import read_modules
from penstockc.targets import target_of

_HANDING_ON: Final = frozenset(FUNCTIONS) - {LOAD}
"""Functions of a contract with state that write it."""
_READ: Final[dict[Kind, Callable[[bytes], BasicValue]]] = {
    Kind.INT: decode_number,
    Kind.BOOL: bool,
    Kind.BYTES: bytes,
}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The result of evaluating a call.

    Attributes:
        program: the typed program.
        outcome: the outcome, with the piece of source that decided it.
        state: the state that the call hands on, by property; None if it hands none on.
        failed: the signature that was checked last and did not hold; None if there is none.
        early: whether a check of a lock time failed.
    """

    program: typed.Program
    outcome: Outcome
    state: dict[str, object] | None
    failed: bytes | None
    early: bool


class Watch(Protocol):
    """Takes note of what a call runs."""

    def call(self, function: typed.Function) -> None:
        """Take note of a function that is called."""

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Take note of the way that a condition, or a requirement, went."""

    def check_signature(self, check: Span, answer: str) -> None:
        """Take note of a signature: `valid`, `wrong` or `empty`."""


@dataclass(frozen=True, slots=True)
class _Recording(Interpreter):
    """Keeps the state of the contract whenever it is handed on, and tells a watch what runs."""

    handed_on: list[Value] = field(default_factory=list)
    watch: Watch | None = None

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Tell the watch the way that a condition, or a requirement, went."""
        if self.watch is not None:
            self.watch.decide(span, way)

    def ask(self, expression: typed.Apply, operands: tuple[BasicValue, ...]) -> bool:
        """Return the answer of the spend; the watch is told how a check of a signature went."""
        if self.watch is None or expression.operation is not Operation.CHECK_SIG:
            return Interpreter.ask(self, expression, operands)
        answer = "wrong" if operands[0] else "empty"
        try:
            is_good = Interpreter.ask(self, expression, operands)
            answer = "valid" if is_good else answer
        finally:
            self.watch.check_signature(expression.span, answer)
        return is_good

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run a function; one that hands the state on is noted with it."""
        if self.watch is not None:
            self.watch.call(function)
        if this is not None and function.key.owner == self.program.main and function.key.name in _HANDING_ON:
            self.handed_on.append(this)
        return Interpreter.call(self, function, this, arguments)


@dataclass(slots=True)
class _WatchedOracle(SpendOracle):
    """Keeps the signature that was checked last if it did not hold, and whether a lock time was not met."""

    failed: bytes | None = None
    early: bool = False

    def check_lock_time(self, lock_time: int) -> None:
        """Compare the transaction's lock time with `lock_time` (BIP65)."""
        self.early = True
        SpendOracle.check_lock_time(self, lock_time)
        self.early = False

    def check_sequence(self, sequence: int) -> None:
        """Compare the input's sequence number with an age (BIP112)."""
        self.early = True
        SpendOracle.check_sequence(self, sequence)
        self.early = False

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        """Return whether a signature is valid for a key."""
        self.failed = signature  # also if the check aborts
        is_good = SpendOracle.check_sig(self, signature, public_key)
        self.failed = None if is_good else signature
        return is_good


def program_of(artifact: Artifact) -> typed.Program | None:
    """Return the typed program of an artifact that has its sources in it; None otherwise."""
    texts = tuple((file.name, file.text) for file in artifact.source_map.files if file.text is not None)
    names = [name for name, _ in texts]
    if len(texts) < len(artifact.source_map.files) or len(set(names)) < len(names):
        return None
    main = PurePath(artifact.file).name
    return _program(main, texts) if main in names else None


@lru_cache(maxsize=64)
def _program(main: str, texts: tuple[tuple[str, str], ...]) -> typed.Program | None:
    files = dict(texts)

    def load(importing: str, path: str) -> str:
        name = _name_of(importing, path, files)
        if name is None:
            raise FileNotFoundError(f"{importing} imports {path}")
        return files[name]

    try:
        with raised_recursion_limit():
            return check(read_modules(files[main], main, load))
    except CompileError:
        return None  # the sources of another compiler


def _name_of(importing: str, path: str, names: Iterable[str]) -> str | None:
    """Return the name of an imported file: by its path, or if a prefix was remapped, the only one of its bare name."""
    exact = posixpath.normpath(posixpath.join(posixpath.dirname(importing), path))
    found = [name for name in names if posixpath.normpath(name) == exact]
    found = found or [name for name in names if PurePath(name).name == PurePath(path).name]
    return found[0] if len(found) == 1 else None


def evaluate_call(
    program: typed.Program,
    spend: Spend,
    call: Call,
    limits: ValueLimits | None = None,
    watch: Watch | None = None,
) -> Evaluated:
    """Evaluate a call with the values of its stack items.

    Args:
        program: the program that the spend's contract was compiled from.
        spend: the spend.
        call: a call of the contract, in that spend.
        limits: None for those of the contract's chain.
        watch: is told what the call runs.
    """
    entry = next(each for each in program.entry_points if each.key.name == call.function.name)
    constructor = iter([argument.value for argument in spend.contract.arguments])
    items = iter(call.items)
    oracle, handed_on = _WatchedOracle(spend), list[Value]()
    with raised_recursion_limit():
        outcome = evaluate(
            program,
            [_given(program, local.type, constructor) for local in program.contract.constructor.parameters],
            entry.key.name,
            [unflattened(local.type, _values(local.type, items)) for local in entry.parameters],
            limits=limits or target_of(spend.contract.artifact.chain).limits,
            spend=oracle,
            interpreter=lambda of, limits, spend, statics: _Recording(of, limits, spend, statics, handed_on, watch),
        )
    state = _state(spend.contract.artifact, handed_on[-1]) if handed_on else None
    return Evaluated(program, outcome, state, oracle.failed, oracle.early)


def evaluate_beside(
    program: typed.Program, spend: Spend, call: Call, verdict: Verdict, watch: Watch | None = None
) -> Evaluated:
    """Evaluate a call whose script has been judged.

    On a chain with short numbers a script may accept or refuse a long one, if a branch chooses between a number from
    outside and a computed one (`ValueLimits.packed`). In this case the evaluator adopts the script's result.
    """
    limits = target_of(spend.contract.artifact.chain).limits
    evaluated = evaluate_call(program, spend, call, limits, watch)
    if evaluated.outcome and not verdict and limits.packed != limits.operand:
        strict = evaluate_call(program, spend, call, replace(limits, packed=limits.operand))
        evaluated = evaluated if strict.outcome else strict
    return evaluated


def _given(program: typed.Program, type_: Type, items: Iterator[BasicValue]) -> Given:
    """Return a constructor's argument from the next of these items, which for a library are its own constructor's."""
    match type_:
        case LibraryType(name=name):
            parameters = program.classes[name].constructor.parameters
            return New(name, tuple(_given(program, local.type, items) for local in parameters))
        case ArrayType(element=element, size=size):
            return tuple(_given(program, element, items) for _ in range(size))
        case StructType(fields=fields):
            return {name: _given(program, of, items) for name, of in fields}
        case BasicType():
            return next(items)


def _values(type_: Type, items: Iterator[bytes]) -> Iterator[BasicValue]:
    """Decode the stack items of one argument."""
    for kind in leaves(type_):
        yield _READ[kind](next(items))


def _state(artifact: Artifact, this: Value) -> dict[str, object]:
    """Return the `@state` properties of an instance, as `Contract.with_state` takes them."""
    assert isinstance(this, RecordValue), "a contract has properties"
    return {each.name: plain(this.properties[each.name]) for each in artifact.state_properties}


def plain(value: Value) -> object:
    """Return a value in the form of the API: lists for arrays, dicts for structs and libraries."""
    match value:
        case RecordValue(properties=properties):
            return {name: plain(each) for name, each in properties.items()}
        case tuple():
            return [plain(each) for each in value]
        case bool() | bytes():
            return value
        case int():
            return int(value)
