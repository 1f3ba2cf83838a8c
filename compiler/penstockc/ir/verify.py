"""Verification of the rules of the intermediate form.

In: a script. Out: nothing, or `InternalError` with the rule that a pass broke. Runs before a script is shown, and after
each pass in the tests; compiling does not need it.
"""

from itertools import islice, takewhile

from penstock.artifact.artifact import Kind
from penstockc.diagnostics import InternalError
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, results_of, walk


def verify(script: nodes.Script) -> None:
    """Check the rules of the form.

    Every value is defined once and before its uses, in this region or around it; operands and results have the kinds
    of their row; both arms of an `If` yield the kinds of its results, unless they end the script; an `Exit`, `Result`
    or `Dispatch` is the last of its region, and a `Result` not in an arm; each placeholder is written once, and one
    that comes first follows placeholders only.

    Raises:
        InternalError: with the statement and the rule.
    """
    names = [statement.name for statement in walk(script.body) if isinstance(statement, nodes.Placeholder)]
    _hold(len(names) == len(set(names)), "a placeholder is written twice", names)
    late = islice(walk(script.body), len(list(takewhile(_comes_first, script.body.statements))), None)
    _hold(not any(map(_comes_first, late)), "a placeholder that comes first is after something else", names)
    _Verifier(set()).script(script)


def _comes_first(statement: nodes.Statement) -> bool:
    return isinstance(statement, nodes.Placeholder) and statement.comes_first


def _hold(condition: bool, rule: str, where: object) -> None:  # noqa: FBT001 - an assertion's condition
    if not condition:
        raise InternalError(f"{rule}: {where}")


class _Verifier:
    """Walks a script with the set of all value numbers defined so far, in any region."""

    def __init__(self, defined: set[int]) -> None:
        self.defined = defined

    def script(self, script: nodes.Script) -> None:
        visible = self._define(script.arguments, frozenset())
        self._region(script.body, visible, in_script=True, in_function=True)
        _hold(not script.body.yields, "the body yields", script.body.yields)

    def _define(self, values: tuple[nodes.Value, ...], visible: frozenset[nodes.Value]) -> frozenset[nodes.Value]:
        for value in values:
            _hold(value.number not in self.defined, "a value is defined twice", value)
            self.defined.add(value.number)
        return visible | frozenset(values)

    def _region(
        self,
        region: nodes.Region,
        visible: frozenset[nodes.Value],
        *,
        in_script: bool = False,
        in_function: bool = False,
    ) -> None:
        for index, statement in enumerate(region.statements):
            is_last = index == len(region.statements) - 1
            for value in operands_of(statement):
                _hold(value in visible, "a value is used where it is not defined", (value, statement))
            is_end = isinstance(statement, nodes.Exit | nodes.Result)
            _hold(is_last or not is_end, "statements after an exit", statement)
            _hold(in_function or not isinstance(statement, nodes.Result), "a result in an arm", statement)
            if isinstance(statement, nodes.Dispatch):
                _hold(is_last and in_script, "a dispatch within the script", statement)
            self._statement(statement, visible)
            visible = self._define(results_of(statement), visible)
        for value in region.yields:
            _hold(value in visible, "a value is yielded where it is not defined", value)

    def _statement(self, statement: nodes.Statement, visible: frozenset[nodes.Value]) -> None:
        match statement:
            case nodes.Constant() | nodes.Placeholder() | nodes.Assembly() | nodes.Separator():
                pass
            case nodes.Apply(operation=operation, operands=operands, results=results):
                _hold(_kinds(operands) == operation.takes, "operands of other kinds", statement)
                _hold(_kinds(results) == operation.gives, "results of other kinds", statement)
            case nodes.CheckMultiSig(signatures=signatures, keys=keys):
                _hold(set(_kinds((*signatures, *keys))) == {Kind.BYTES}, "operands of other kinds", statement)
                _hold(0 < len(signatures) <= len(keys), "more signatures than keys", statement)
            case nodes.Element(index=index, elements=elements, results=results):
                _hold(index.kind is Kind.INT, "an index of another kind", statement)
                fits = bool(elements) and all(_kinds(element) == _kinds(results) for element in elements)
                _hold(fits, "elements of other kinds than the results", statement)
            case nodes.Require() | nodes.Exit() | nodes.Result():
                pass  # of any kind: bytes and numbers have a truth value
            case nodes.If(condition=condition, then=then, otherwise=otherwise, results=results):
                _hold(condition.kind is Kind.BOOL, "a condition of another kind", statement)
                for arm in (then, otherwise):
                    self._region(arm, visible)
                    fits = _kinds(arm.yields) == _kinds(results) or (arm.ends_script and not arm.yields)
                    _hold(fits, "an arm yields other kinds than the results", statement)
            case nodes.Dispatch(functions=functions):
                for function in functions:
                    inner = self._define(function.arguments, visible)
                    self._region(function.body, inner, in_function=True)
                    _hold(not function.body.yields, "a function yields", function.name)


def _kinds(values: tuple[nodes.Value, ...]) -> tuple[Kind, ...]:
    return tuple(value.kind for value in values)
