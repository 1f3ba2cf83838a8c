"""The opcodes of a chain: those that it lacks fail, and those that do nothing there are not judged."""

from functools import lru_cache

from penstock.prove.script import arithmetic, byte_strings, moves
from penstock.prove.script.machine import Handler, Run
from penstock.prove.script.stack import RunFails
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.comparisons import at_least_zero
from penstock.prove.terms.numbers import constant_of, number, quotient, scale
from penstock.script.chains import Chain
from penstock.script.opcodes import Op


@lru_cache(maxsize=16)
def handlers_of(chain: Chain) -> dict[Op, Handler]:
    """Return what each opcode does in the newest era of a chain."""
    era = chain.newest
    known = {**moves.HANDLERS, **arithmetic.HANDLERS, **byte_strings.HANDLERS, **_SHIFTS}
    found: dict[Op, Handler] = {}
    for op in Op:
        if op in era.absent | era.disabled | era.tapscript_only:
            found[op] = _fails
        elif op in era.nops or op not in known:
            found[op] = _unjudged(op)
        else:
            found[op] = known[op]
    return found


def _fails(_run: Run) -> None:
    raise RunFails


def _unjudged(op: Op) -> Handler:
    def handler(_run: Run) -> None:
        raise CannotJudge(f"{op.name} is not followed")

    return handler


def _shift_number(run: Run, *, is_left: bool) -> None:
    item, by = run.pop_many(2)
    count, value = run.read(by), run.read(item)
    places = constant_of(count)
    if places is None:
        raise CannotJudge("a shift of a number by a number that is not a constant")
    run.require(at_least_zero(count))
    power = 1 << places
    run.stack.append(scale(value, power) if is_left else quotient(value, number(power)))


_SHIFTS = {
    Op.OP_LSHIFTNUM: lambda run: _shift_number(run, is_left=True),
    Op.OP_RSHIFTNUM: lambda run: _shift_number(run, is_left=False),
}
