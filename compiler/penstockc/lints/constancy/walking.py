"""A program -> results that are the same in every spend, function by function."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from penstock.artifact.artifact import BasicType
from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.constancy import UnreachableCode
from penstockc.lints.constancy.expressions import Expressions
from penstockc.lints.constancy.scope import KnownVariables, zero_properties
from penstockc.lints.constancy.values import KnownValue
from penstockc.lints.tree import is_own
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import distinct, expressions_in, statements_in
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.targets import Target


def constant_results(program: typed.Program, target: Target) -> Iterator[Diagnostic]:
    """Find conditions, operations and statements with the same result for all arguments of the spender."""
    walker = _ConstancyWalker(program, Expressions(program.sources, target.limits))
    with raised_recursion_limit():
        for entry in program.classes.values():
            if not entry.constructor.is_implicit and is_own(entry.constructor.span):
                walker.body(entry.constructor.body, zero_properties(entry))
        for key, function in program.functions.items():
            if is_own(function.span):
                walker.function(key)
    yield from walker.expressions.seen.reports()
    for span in walker.unreachable:
        if span not in walker.reached:
            yield UnreachableCode(span)


@dataclass(slots=True)
class _ConstancyWalker:
    program: typed.Program
    expressions: Expressions
    entered: set[typed.MemberKey] = field(default_factory=set)
    reached: set[Span] = field(default_factory=set)
    unreachable: dict[Span, None] = field(default_factory=dict)
    result: KnownValue = field(default_factory=KnownValue)

    def function(self, key: typed.MemberKey) -> None:
        """Analyse a function, after those that it calls; each once."""
        function = self.program.functions[key]
        if key in self.entered or not is_own(function.span):
            return
        self.entered.add(key)
        if not isinstance(function.body, typed.Block):
            return
        for statement in statements_in(function.body):
            for expression in expressions_in(statement):
                if isinstance(expression, typed.Invoke):
                    self.function(expression.function)
        self.body(function.body)
        if isinstance(function.result, BasicType) and function.result is not BasicType.BOOL:
            self.expressions.returned[key] = KnownValue(
                self.result.low, self.result.high, is_declared=self.result.is_declared
            )

    def body(self, body: typed.Block, scope: KnownVariables | None = None) -> None:
        """Analyse a body with unknown parameters; `scope` is the knowledge of other variables."""
        self.expressions.scope, self.expressions.values = scope or KnownVariables(), {}
        self.block(body, is_body=True)

    def block(self, block: typed.Block, *, is_body: bool = False) -> bool:
        """Visit statements in order; return whether the script has ended at their end."""
        for index, statement in enumerate(block.statements):
            self.reached.add(statement.span)
            if not self.statement(statement):
                continue
            rest = block.statements[index + 1 :]
            is_owed = is_body and len(rest) == 1 and isinstance(rest[0], typed.Require | typed.Return)
            if rest and not is_owed:
                self.unreachable[rest[0].span] = None
            if is_owed and isinstance(rest[0], typed.Return):
                self.result = KnownValue()
            return True
        return False

    def statement(self, statement: typed.Statement) -> bool:  # noqa: C901 - one arm per statement
        """Visit a statement; return whether the script has ended after it."""
        expressions = self.expressions
        match statement:
            case typed.Declare(local=local, value=value):
                known = expressions.value(value)
                if isinstance(local.type, BasicType):
                    expressions.scope.known[local.name, local.number] = known
            case typed.Assign(place=place, value=value):
                if isinstance(place, typed.Index):
                    expressions.value(place)
                expressions.scope.write(place, expressions.value(value))
            case typed.Require(condition=condition):
                known = expressions.condition(condition)
                expressions.suppose(condition, truth=True)
                return known.truth is False
            case typed.Exit(condition=condition):
                expressions.condition(condition)
                return True
            case typed.If():
                return self.branch(statement)
            case typed.Loop(iterations=iterations):
                self.loop(iterations)
            case typed.Evaluate(expression=expression):
                expressions.value(expression)
            case typed.Block():
                return self.block(statement)
            case typed.Return(value=value):
                self.result = expressions.value(value)
            case typed.CodeSeparator():
                pass
        return False

    def branch(self, statement: typed.If) -> bool:
        """Visit both arms of a branch, unless one is dead."""
        expressions = self.expressions
        arms = {True: statement.then, False: statement.otherwise}
        known = expressions.condition_of_arms(statement.condition, lambda truth: bool(arms[not truth].statements))
        ended, scopes, outer = [], [], expressions.scope
        for truth, arm in arms.items():
            if arm.statements:
                expressions.note_arm(arm.span, known, truth=truth)
            if known.truth is not (not truth):
                expressions.scope = outer.copy()
                expressions.suppose(statement.condition, truth=truth)
                ended.append(self.block(arm))
                if not ended[-1]:
                    scopes.append(expressions.scope)
        expressions.scope = scopes[0] if scopes else outer
        for scope in scopes[1:]:
            expressions.scope.join(scope)
        return all(ended)

    def loop(self, iterations: tuple[typed.Block, ...]) -> None:
        """Visit some iterations of a loop: the first ones and the last, with all changed variables unknown."""
        if len(iterations) == 1:
            self.block(iterations[0])
            return
        blocks = distinct(iterations)
        self.expressions.scope.forget_changed(iterations)
        for block in distinct((*blocks[:2], *blocks[-1:])):
            outer = self.expressions.scope.copy()
            self.block(block)
            self.expressions.scope = outer
