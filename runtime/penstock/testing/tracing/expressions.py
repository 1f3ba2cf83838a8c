"""Expressions of the reader's, evaluated inside a running contract without touching its source.

In: an expression of the language, and a function that runs with its variables. Out: the value. The expression becomes
the body of one more function of the same class, whose parameters are the variables that it names; the evaluator runs
it on the variables' values. So it can use everything that the function itself could use.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from penstock import records
from penstock.contract.spend import Spend
from penstock.evaluation.calls import plain
from penstock.evaluation.programs import check_texts
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.evaluation.watching import Watch
from penstock.testing.describing import value_text
from penstockc.diagnostics import CompileError
from penstockc.language.types import Type
from penstockc.meaning.interpreter import Finished, Interpreter
from penstockc.meaning.places import Frame
from penstockc.meaning.values import Value
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import statements_in
from penstockc.targets import target_of

_FUNCTION: Final = "penstockTraced"
_LOCAL: Final = "penstockValue"
_NAMES: Final = re.compile(r"[A-Za-z_]\w*")

Variables = tuple[tuple[str, Type], ...]
"""Names of local variables, with their types."""


@dataclass(slots=True)
class Expression:
    """An expression to trace.

    Attributes:
        text: the expression, as the reader wrote it.
        unknown: why it could not be used in a function, by function.
    """

    text: str
    unknown: dict[str, str] = field(default_factory=dict)
    _programs: dict[tuple[int, typed.MemberKey, Variables], typed.Program | None] = field(default_factory=dict)
    _kept: list[typed.Program] = field(default_factory=list)

    def value(self, program: typed.Program, function: typed.Function, frame: Frame, spend: Spend) -> str | None:
        """Return the value where a function runs, for readers; None where its names are not known.

        Args:
            program: the program.
            function: the function.
            frame: its variables.
            spend: the spend, for signatures and lock times.
        """
        variables = _variables(function, frame, self.text)
        with_it = self._program(program, function, tuple((local.name, local.type) for local in variables))
        if with_it is None:
            return None
        traced = next(each for key, each in with_it.functions.items() if key.name == _FUNCTION)
        arguments = tuple(frame.locals[local.name, local.number] for local in variables)
        limits = target_of(spend.contract.artifact.chain).limits
        interpreter = _Reading(with_it, limits, SpendOracle(spend), dict(frame.statics))
        try:
            interpreter.call(traced, None if function.is_static else frame.this, arguments)
        except Finished as end:
            return f"fails: {end.reason}"
        return value_text(plain(interpreter.found[-1]))

    def _program(self, program: typed.Program, function: typed.Function, variables: Variables) -> typed.Program | None:
        """Return the program with the expression in the function's class; None if it does not fit there."""
        known = id(program), function.key, variables
        if known not in self._programs:
            self._kept.append(program)  # keeps the number its own
            try:
                self._programs[known] = self._checked(program, function, variables)
            except CompileError as error:
                self.unknown[str(function.key)] = error.diagnostics[0].message
                self._programs[known] = None
        return self._programs[known]

    def _checked(self, program: typed.Program, function: typed.Function, variables: Variables) -> typed.Program:
        owner = program.classes[function.key.owner]
        place = program.sources.find(owner.span.start)
        opened = place.text.index("{", owner.span.start - place.base) + 1
        parameters = ", ".join(f"{type_} {name}" for name, type_ in variables)
        static = "static " if function.is_static else ""
        body = f"{{ auto {_LOCAL} = {self.text}; return true; }}"
        added = f" {static}function {_FUNCTION}({parameters}) : bool {body} "
        texts = {source.name: source.text for source in program.sources.files if not is_built_in(source)}
        texts[place.name] = f"{place.text[:opened]}{added}{place.text[opened:]}"
        return check_texts(program.sources.files[0].name, texts)


class _Reading(Interpreter, frozen=True):
    """Keeps the value of the traced expression."""

    found: list[Value] = records.field(default_factory=list)

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Note the value once it is there: before the function returns."""
        if isinstance(statement, typed.Return):
            self.found.extend(value for (name, _), value in frame.locals.items() if name == _LOCAL)


class ExpressionWatch(Watch):
    """Evaluates an expression before each statement of the author's files, and notes its changes.

    Args:
        expression: the expression.
        program: the program of the call.
        spend: the spend.
    """

    def __init__(self, expression: Expression, program: typed.Program, spend: Spend) -> None:
        self.expression = expression
        self.program = program
        self.spend = spend
        self.lines: list[str] = []
        self._running: list[tuple[typed.Function, list[str]]] = []

    def call(self, function: typed.Function) -> None:
        """Note that a function begins."""
        self._running.append((function, []))

    def leave(self, function: typed.Function, value: Value) -> None:  # noqa: ARG002 - of no interest here
        """Note that a function returns."""
        self._running.pop()

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Note the value if it has changed since the statement before."""
        source = self.program.sources.find(statement.span.start)
        if not self._running or is_built_in(source) or isinstance(statement, typed.Block):
            return
        function, shown = self._running[-1]
        if "<" in function.key.owner:
            return  # its types are those of one use
        value = self.expression.value(self.program, function, frame, self.spend)
        if value is not None and shown[-1:] != [value]:
            shown.append(value)
            line = source.position(statement.span.start)[0]
            self.lines.append(f"{source.name}:{line} {function.key}  {self.expression.text} = {value}")


def _variables(function: typed.Function, frame: Frame, text: str) -> list[typed.Local]:
    """Return the local variables that a text names, of several with one name the newest."""
    named = set(_NAMES.findall(text))
    declared = list(function.parameters)
    if isinstance(function.body, typed.Block):
        for statement in statements_in(function.body):
            match statement:
                case typed.Declare(local=local):
                    declared.append(local)
                case typed.Loop(variable=variable) if variable is not None:
                    declared.append(variable)
                case _:
                    pass
    found = {
        local.name: local
        for local in sorted(declared, key=lambda local: local.number)
        if local.name in named and (local.name, local.number) in frame.locals
    }
    return list(found.values())
