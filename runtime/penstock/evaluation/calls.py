"""Evaluation of a call in a real spend by the meaning of the language, next to the verdict on its script.

In: an artifact or its program, a spend, a call. Out: the outcome with the source that decided it, and the state that
the call hands on. The evaluator does not use stacks and opcodes, so it and the script are unlikely to have the same
error.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.artifact.basic_types import BasicType, Kind
from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.recording import RecordingInterpreter, RecordingOracle, WatchedInterpreter
from penstock.evaluation.watching import Watch
from penstock.records import replace
from penstock.script.numbers import as_bool, decode_number
from penstock.vm.judging.verdict import Verdict
from penstockc.language.operations import Value as BasicValue
from penstockc.language.types import ArrayType, LibraryType, StructType, Type, leaves
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.evaluate import Given, New, Outcome, evaluate
from penstockc.meaning.interpreter import Interpreter
from penstockc.meaning.oracle import Oracle
from penstockc.meaning.places import Statics
from penstockc.meaning.values import RecordValue, Value, unflattened
from penstockc.semantics import typed
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.targets import target_of

_READ: Final[dict[Kind, Callable[[bytes], BasicValue]]] = {
    Kind.INT: decode_number,
    Kind.BOOL: as_bool,
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
        ended_in: the requirements that were being checked when the call ended, innermost first.
    """

    program: typed.Program
    outcome: Outcome
    state: dict[str, object] | None
    failed: bytes | None
    early: bool
    ended_in: tuple[Span, ...]


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
        watch: is told what the call runs, but not of its end.
    """
    oracle, handed_on, ended_in = RecordingOracle(spend), list[Value](), list[Span]()
    outcome = evaluate_with(
        program,
        spend,
        call,
        limits=limits or target_of(spend.contract.artifact.chain).limits,
        oracle=oracle,
        interpreter=lambda of, limits, spend, statics: (
            RecordingInterpreter(of, limits, spend, statics, handed_on, ended_in)
            if watch is None
            else WatchedInterpreter(of, limits, spend, statics, handed_on, ended_in, watch=watch)
        ),
    )
    state = _state(spend.contract.artifact, handed_on[-1]) if handed_on else None
    return Evaluated(program, outcome, state, oracle.failed, oracle.early, tuple(ended_in))


def evaluate_with(  # noqa: PLR0913 - the whole of an evaluation
    program: typed.Program,
    spend: Spend,
    call: Call,
    *,
    limits: ValueLimits,
    oracle: Oracle,
    interpreter: Callable[[typed.Program, ValueLimits, Oracle, Statics], Interpreter],
) -> Outcome:
    """Evaluate a call with the values of its stack items, by an interpreter and an oracle of the caller's.

    Args:
        program: the program that the spend's contract was compiled from.
        spend: the spend.
        call: a call of the contract, in that spend.
        limits: of numbers and values.
        oracle: for signatures and lock times.
        interpreter: makes the interpreter.
    """
    entry = next(each for each in program.entry_points if each.key.name == call.function.name)
    constructor = iter([argument.value for argument in spend.contract.arguments])
    items = iter(call.items)
    with raised_recursion_limit():
        return evaluate(
            program,
            [_given(program, local.type, constructor) for local in program.contract.constructor.parameters],
            entry.key.name,
            [unflattened(local.type, _values(local.type, items)) for local in entry.parameters],
            limits=limits,
            spend=oracle,
            interpreter=interpreter,
        )


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
    if watch is not None:
        watch.end(evaluated.outcome)
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
