"""What a script of the intermediate form accepts, found out without compiling it: values are bytes, regions are run.

Knows nothing of signatures and lock times: scripts for it do not ask for them.
"""

from collections.abc import Mapping, Sequence

from penstock.script.numbers import as_bool, decode_number
from penstockc.ir import nodes
from penstockc.language.abort import Abort
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply
from penstockc.targets import DEFAULT_TARGET


class Finished(Exception):  # noqa: N818 - an outcome
    """The script ends here."""

    def __init__(self, *, accepted: bool) -> None:
        super().__init__(accepted)
        self.accepted = accepted


def accepts(
    script: nodes.Script,
    arguments: Sequence[bytes],
    holes: Mapping[str, bytes],
    limits: ValueLimits = DEFAULT_TARGET.limits,
) -> bool:
    """Run a script on stack items, the last on top; with a dispatch, the selector is the last."""
    own = len(arguments) - len(script.arguments)
    machine = _Machine(dict(zip(script.arguments, arguments[own:], strict=True)), holes, limits, list(arguments[:own]))
    try:
        machine.region(script.body)
    except Finished as end:
        return end.accepted
    except Abort:
        return False
    return True


class _Machine:
    def __init__(
        self, values: dict[nodes.Value, bytes], holes: Mapping[str, bytes], limits: ValueLimits, below: list[bytes]
    ) -> None:
        self.values = values
        self.holes = holes
        self.limits = limits
        self.below = below

    def region(self, region: nodes.Region) -> tuple[bytes, ...]:
        for statement in region.statements:
            self.statement(statement)
        return tuple(self.values[value] for value in region.yields)

    def statement(  # noqa: C901 - one arm per kind of statement
        self, statement: nodes.Statement
    ) -> None:
        match statement:
            case nodes.Constant(result=result, data=data):
                self.values[result] = data
            case nodes.Placeholder(result=result, name=name):
                self.values[result] = self.holes[name]
            case nodes.Apply():
                self.values |= zip(statement.results, self.applied(statement), strict=True)
            case nodes.Require(condition=condition):
                if not as_bool(self.values[condition]):
                    raise Finished(accepted=False)
            case nodes.Exit(condition=condition) | nodes.Result(condition=condition):
                raise Finished(accepted=as_bool(self.values[condition]))
            case nodes.If(condition=condition, then=then, otherwise=otherwise, results=results):
                arm = then if as_bool(self.values[condition]) else otherwise
                self.values |= zip(results, self.region(arm), strict=True)
            case nodes.Element(results=results, index=index, elements=elements):
                at = decode_number(self.values[index])
                if not 0 <= at < len(elements):
                    raise Finished(accepted=False)
                self.values |= zip(results, (self.values[leaf] for leaf in elements[at]), strict=True)
            case nodes.Dispatch(selector=selector, functions=functions):
                chosen = decode_number(self.values[selector])
                if not 0 <= chosen < len(functions):
                    raise Finished(accepted=False)
                if len(functions[chosen].arguments) != len(self.below):
                    raise Finished(accepted=False)  # too few items, or some left over at the end
                self.values |= zip(functions[chosen].arguments, self.below, strict=True)
                self.region(functions[chosen].body)
            case _:
                raise NotImplementedError(statement)

    def applied(self, statement: nodes.Apply) -> tuple[bytes, ...]:
        operands = (read_item(operand.kind, self.values[operand]) for operand in statement.operands)
        return tuple(map(stack_bytes, apply(statement.operation, tuple(operands), self.limits)))
