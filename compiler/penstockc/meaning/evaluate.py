"""Evaluation of a spend of a contract by the language's own rules.

In: a typed program, the constructor's arguments, a public function and its arguments, the target's limits and an
oracle for the spend. Out: the outcome. The evaluator shares nothing with stacks, opcodes or the IR: compiled scripts
are compared with it.
"""

from collections.abc import Callable, Mapping, Sequence

from penstock.errors import PenstockError
from penstock.records import Record
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.interpreter import Finished, Interpreter
from penstockc.meaning.oracle import Oracle
from penstockc.meaning.places import Frame, Statics
from penstockc.meaning.statics import used_statics
from penstockc.meaning.values import RecordValue, Value, conforms, unread
from penstockc.semantics import typed
from penstockc.source import Span


class Outcome(Record, frozen=True):
    """Result of a spend: whether it is accepted, the deciding piece of source, and the reason in words."""

    accepted: bool
    span: Span
    reason: str

    def __bool__(self) -> bool:
        """True when the spend is accepted."""
        return self.accepted


class New(Record, frozen=True):
    """A library that is given by the arguments of its constructor, which runs on them at every spend."""

    library: str
    arguments: tuple["Given", ...]


Given = Value | New | tuple["Given", ...] | Mapping[str, "Given"]
"""An argument of a contract's constructor: a value; for a record with a library in it, its fields."""


class EvaluationError(PenstockError, ValueError):
    """A call of the evaluator with an unknown function, or with arguments that do not fit it."""


def evaluate(  # noqa: PLR0913 - the whole of a spend
    program: typed.Program,
    constructor_arguments: Sequence[Given],
    function: str,
    arguments: Sequence[Value],
    *,
    limits: ValueLimits,
    spend: Oracle,
    interpreter: Callable[[typed.Program, ValueLimits, Oracle, Statics], Interpreter] = Interpreter,
) -> Outcome:
    """Return the outcome of calling public `function` of the program's main contract.

    As in a script, statics and the constructor run first, at every spend.

    Args:
        program: the typed program.
        constructor_arguments: one value for each constructor parameter, in order.
        function: name of a public function.
        arguments: one value for each of its parameters, in order.
        limits: of the target.
        spend: the oracle for signatures and lock times.
        interpreter: makes the interpreter: another one can note what it runs.

    Raises:
        EvaluationError: an unknown public function; or an argument too many, too few or of another type.
    """
    entry = _entry_point(program, function)
    _check_arguments(function, entry.parameters, arguments)
    statics: Statics = {}
    runs = interpreter(program, limits, spend, statics)
    try:
        for key in used_statics(program):
            statics[key] = runs.value(program.statics[key].initial, Frame(None, statics))
        given = tuple(_made(each, runs) for each in constructor_arguments)
        _check_arguments("the constructor", program.contract.constructor.parameters, given)
        contract = runs.construct(program.main, given)
        runs.call(entry, contract, tuple(map(unread, arguments)))
    except Finished as end:
        return Outcome(end.accepted, end.span, end.reason)
    last = entry.body if isinstance(entry.body, typed.Assembly) else entry.body.statements[-1]
    return Outcome(accepted=True, span=last.span, reason="every requirement is true")


def _made(given: Given, runs: Interpreter) -> Value:
    """Return a constructor's argument as a value; the constructors of libraries run here."""
    match given:
        case New(library=library, arguments=arguments):
            return runs.construct(library, tuple(_made(each, runs) for each in arguments))
        case tuple():
            return tuple(_made(each, runs) for each in given)
        case Mapping():
            return RecordValue({name: _made(each, runs) for name, each in given.items()})
        case _:
            return unread(given)


def _entry_point(program: typed.Program, name: str) -> typed.Function:
    for function in program.entry_points:
        if function.key.name == name:
            return function
    names = ", ".join(function.key.name for function in program.entry_points)
    raise EvaluationError(f"{program.main} has no public function {name}; it has {names or 'none'}")


def _check_arguments(callee: str, parameters: Sequence[typed.Local], arguments: Sequence[Value]) -> None:
    if len(arguments) != len(parameters):
        raise EvaluationError(f"{callee} takes {len(parameters)} arguments, got {len(arguments)}")
    for parameter, argument in zip(parameters, arguments, strict=True):
        if not conforms(argument, parameter.type):
            raise EvaluationError(f"{callee}: {parameter.name} is a {parameter.type}, got {argument!r}")
