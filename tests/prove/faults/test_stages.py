"""Passes and code generation with faults: the proof of a contract that they work on finds a spend."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import pytest

import penstock
from penstock.records import replace
from penstock.script.opcodes import Op
from penstockc.codegen.plan.plan import Caution
from penstockc.ir import nodes
from penstockc.ir.passes.branches import CHOICES
from penstockc.ir.passes.checks.linear import Linear
from penstockc.ir.passes.expand import EXPANSIONS
from penstockc.ir.passes.shorten import NUDGES
from penstockc.language.items import stack_bytes
from penstockc.language.operations import Operation
from tests.support.planted import check

Right = Any
"""What a fault takes the place of."""


@dataclass(frozen=True)
class Fault:
    """A function of a module, made wrong.

    Attributes:
        module: below `penstockc`.
        function: its name, or a method's with the class before it.
        wrong: makes the wrong function of the right one.
        body: of a function of x, y, z, a, b and c, which the function works on.
        target: the chain.
    """

    module: str
    function: str
    wrong: Callable[[Right], Callable[..., object]]
    body: str
    target: str = "bsv"

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Put the wrong function in the place of the right one."""
        *owner, name = self.function.split(".")
        place: Any = sys.modules[import_module(f"penstockc.{self.module}").__name__]
        for each in owner:
            place = getattr(place, each)
        patch.setattr(place, name, self.wrong(getattr(place, name)))


def always(value: object) -> Callable[[Right], Callable[..., object]]:
    """The wrong function that has one answer."""
    return lambda _: lambda *_args, **_named: value


def folded_by_one(right: Right) -> Callable[..., object]:
    def computed(operation: Operation, *more: Any) -> tuple[bytes, ...] | None:
        found = right(operation, *more)
        return (stack_bytes(13),) if found is not None and operation is Operation.MUL else found

    return computed


def next_element(right: Right) -> Callable[..., object]:
    return lambda self, statement, index: right(self, statement, index + 1)


def other_truth(right: Right) -> Callable[..., object]:
    return lambda item: not right(item)


def of_operation_only(right: Right) -> Callable[..., object]:
    def key(self: Any, statement: nodes.Statement) -> object:
        return statement.operation if isinstance(statement, nodes.Apply) else right(self, statement)

    return key


def in_any_order(right: Right) -> Callable[..., object]:
    return lambda values, inner: tuple(sorted(right(values, inner)))


def same_sign(right: Right) -> Callable[..., object]:
    def nudge(operation: Operation, place: int, number: int) -> object:
        found = right(operation, place, number)
        return (operation, -number) if found is not None and operation is Operation.ADD else found

    return nudge


def sunk(right: Right) -> Callable[..., object]:
    return lambda statement, target: isinstance(statement, nodes.Apply) or right(statement, target)


def not_reversed(_: Right) -> Callable[..., object]:
    return lambda _code, _span, data, _size: data


def functions_swapped(right: Right) -> Callable[..., object]:
    return lambda span, bodies: right(span, bodies[::-1])


def one_arm(right: Right) -> Callable[..., object]:
    return lambda span, then, _otherwise, **more: right(span, then, then, **more)


def one_less(right: Right) -> Callable[..., object]:
    return lambda count: right(max(count - 1, 0))


def one_more(right: Right) -> Callable[..., object]:
    return lambda factor: right(factor + 1)


def unchecked(right: Right) -> Callable[..., object]:
    return lambda step, words: right(step, words)[5:]


def arms_not_joined(_: Right) -> Callable[..., object]:
    return lambda self, _span, rest: replace(self, layout=rest.layout)


def without_rotation(right: Right) -> Callable[..., object]:
    return lambda move: (Op.OP_SWAP,) if move is Op.OP_ROT else right(move)


def nearest(_: Right) -> Callable[..., object]:
    return lambda _depth: Op.OP_DUP


def arms_not_swapped(right: Right) -> Callable[..., object]:
    def rewrite(self: Any, statement: nodes.If) -> object:
        opposite = self._negated(statement.condition)
        return right(self, statement if opposite is None else replace(statement, condition=opposite))

    return rewrite


def once_less(right: Right) -> Callable[..., object]:
    return lambda code, span, data, times: right(code, span, data, times - 1)


def shorter_arm(_: Right) -> Callable[..., object]:
    return lambda one, other, **_more: min(len(one), len(other))


def swapped_operands(right: Right) -> Callable[..., object]:
    def arrange(layout: Any, wanted: Any, kept: Any) -> object:
        return right(layout, tuple(wanted)[::-1], kept)

    return arrange


def number_after(right: Right) -> Callable[..., object]:
    return lambda number, size: right(number + 1, size)


def always_operand(_: Right) -> Callable[..., object]:
    return lambda _self, _value, operand, _beside: operand


def only_the_other(_: Right) -> Callable[..., object]:
    return lambda _self, other: other


def arms_crossed(right: Right) -> Callable[..., object]:
    return lambda pair: tuple(choice[::-1] for choice in right(pair))


def first_alone(_: Right) -> Callable[..., object]:
    return lambda _self, _statement, constants: constants[0]


def second_crossed(right: Right) -> Callable[..., object]:
    def united(self: Any, first: nodes.If, second: nodes.If) -> object:
        return right(self, first, replace(second, then=second.otherwise, otherwise=second.then))

    return united


def bound_moved(right: Right) -> Callable[..., object]:
    def bound(self: Any, condition: nodes.Value) -> object:
        found = right(self, condition)
        return None if found is None else found._replace(limit=found.limit + 1)

    return bound


def constants_alike(right: Right) -> Callable[..., object]:
    return lambda self, key, _words: right(self, key, {})


def last_move_forgotten(right: Right) -> Callable[..., object]:
    return lambda *more: tuple(replace(way, moves=way.moves[:-1], size=0) for way in right(*more))


def to_first_argument(_: Right) -> Callable[..., object]:
    def statement(self: Any, statement: nodes.Statement) -> None:
        if isinstance(statement, nodes.Apply) and statement.operation.opcodes == ():
            self.rename(statement.results[0], self.old.arguments[0])
        else:
            self.write(self.with_regions(statement))

    return statement


def whole_region(_: Right) -> Callable[..., object]:
    return lambda _self, region, _start: len(region.statements)


IF_ELSE: Final = "if (c) { require(x == 5); } else { require(y == 5); } require(z > 2);"
PASSES: Final = (
    Fault("ir.passes.fold", "computed", folded_by_one, "require(x == 3 * len(sha256(a)));"),
    Fault(
        "ir.passes.fold",
        "_Folding._element",
        next_element,
        "int[3] t = [x, y, z]; require(t[len(sha256(a)) - 31] == 5);",
    ),
    Fault(
        "ir.passes.branches",
        "as_bool",
        other_truth,
        "if (z == z) { require(x == 5); } else { require(y == 5); } require(z > 2);",
    ),
    Fault("ir.passes.branches", "_Branches._fails", lambda _: lambda _self, arm: bool(arm.statements), IF_ELSE),
    Fault("ir.passes.branches", "_Branches._bound", bound_moved, "require(x > 3); require(x < 9); require(y == 2);"),
    Fault("ir.passes.branches", "_Branches._if", arms_not_swapped, "if (!c) { require(x == 5); } require(z > 2);"),
    Fault(
        "ir.passes.hoist",
        "_Hoisting._key",
        of_operation_only,
        "int r = 0; if (c) { r = x + y; } else { r = x + z; } require(r == 5);",
    ),
    Fault("ir.passes.share", "_names", in_any_order, "require((x - y) * 3 + (y - x) == z);"),
    Fault("ir.passes.shorten", "_nudge", same_sign, "require(x + -2 == y);"),
    Fault("ir.passes.dead_code", "_Cleaner._divides", always(True), "int r = x / y; require(x == 5);"),
    Fault(
        "ir.passes.dead_code", "_Cleaner._element", always(()), "int[3] t = [x, y, 7]; int r = t[z]; require(x == 5);"
    ),
    Fault("ir.passes.place", "_can_sink", sunk, "int r = x / y; if (c) { require(r == 5); } require(x > 2);"),
    Fault("ir.passes.expand", "length_of", always(4), "require(reverseBytes(a, 4) == b);"),
    Fault("ir.passes.expand", "reversed_bytes", not_reversed, "require(reverseBytes(a, 20) == b);"),
    Fault("ir.passes.expansions.reversal", "_repeated", once_less, "require(reverseBytes(a, 20) == b);"),
    Fault(
        "ir.passes.expansions.tables",
        "to_bytes",
        number_after,
        "int[8] t = [3, 1, 4, 1, 5, 9, 2, 6]; require(t[z] == x);",
    ),
    Fault("ir.passes.choose", "_Choosing._same", always_operand, "int r = x < y ? x : z; require(r == 5);"),
    Fault("ir.passes.cut", "Place.plus", only_the_other, "require(a[: 1] == b); require(a[1 : 2] == a[2 : 3]);"),
    Fault("ir.passes.checks.spare", "implies", always(True), "require(x > 3); require(y == 2);"),
    Fault(
        "ir.passes.checks.spare",
        "_Sparing._end",
        whole_region,
        "require(len(a) == 4); if (c) { exit(x == 2); } require((a ^ b'01020304') == b);",
    ),
    Fault("ir.passes.checks.facts", "Forms.length", always(Linear({}, 4)), "require(len(a) == 4); require(a == b);"),
    Fault(
        "ir.passes.checks.linear",
        "_reduced",
        always((frozenset(), -1)),
        "require(x > 3); require(x < y); require(y == 20);",
    ),
    Fault("ir.passes.merge", "_choices", arms_crossed, "int r = c ? x - y : y - x; require(r == 5);"),
    Fault("ir.passes.regroup", "_Regrouping._total", first_alone, "require(x + 3 + 20 == y);"),
    Fault(
        "ir.passes.unite",
        "_Uniting._united",
        second_crossed,
        "int r = c ? x : y; if (c) { require(z == 5); } require(r == 7);",
    ),
)
CODE: Final = (
    Fault("codegen.plan.aliases", "_Unaliasing.statement", to_first_argument, "require(pack(y) == a); require(x > 2);"),
    Fault(
        "codegen.instructions.conditional",
        "_shared_end",
        shorter_arm,
        "if (c) { x = y + 3; } else { x = y - 3; } require(x == 5);",
    ),
    Fault("codegen.instructions.result", "_drops", one_less, "require(c);"),
    Fault(
        "codegen.instructions.products",
        "times",
        one_more,
        "int[3][3] t = [[1, 2, 3], [4, 5, 6], [7, 8, 0]]; int[3] r = t[z]; require(r[0] - r[1] - r[2] == x);",
        "btc",
    ),
    Fault(
        "codegen.stack.array_reads", "_code", unchecked, "int[2] t = [y, 7]; require(t[z] == 7 && y == 7 && x == 7);"
    ),
    Fault("codegen.schedule.search", "spell", without_rotation, "require((x - y) * (z - x) > y);"),
    Fault(
        "codegen.schedule.joins",
        "_Way.on_to",
        arms_not_joined,
        "if (c) { int r = x; x = y; y = r; } require(x - y == z);",
    ),
    Fault(
        "codegen.schedule.endings",
        "conditional",
        one_arm,
        "if (c) { require(x == 5); } else { require(y == 5); } require(z > 2);",
    ),
    Fault("codegen.schedule.endings", "arrange", swapped_operands, "require(x < y);"),
    Fault(
        "codegen.schedule.approach",
        "arrange",
        last_move_forgotten,
        "int r = c ? x - y : y - x; require(r == 5); require(z > 2);",
    ),
    Fault("codegen.schedule.effects", "arrange", last_move_forgotten, "require((x - y) * (z - x) > y);"),
    Fault("codegen.plan.precedence", "caution_of", always(Caution.NONE), "if (x == 5) { exit(y == 2); } require(c);"),
)
CONTRACT: Final = "contract C {{ public function f(int x, int y, int z, bytes a, bytes b, bool c) {{ {} }} }}"


@pytest.mark.parametrize("fault", [*PASSES, *CODE], ids=lambda fault: f"{fault.module}.{fault.function}")
def test_a_fault_is_found(fault: Fault) -> None:
    check(CONTRACT.format(fault.body), fault.plant, fault.target)


def test_a_wrong_dispatch_is_found() -> None:
    source = """contract Two {
        public function one(int x) { require(x == 3); }
        public function two(int x) { require(x == 4); }
    }"""
    check(source, Fault("codegen.schedule.endings", "dispatch", functions_swapped, "").plant)


def test_code_that_is_wrongly_taken_from_an_earlier_contract_is_found() -> None:
    fault = Fault("codegen.schedule.shapes", "_KeyWriter.shape", constants_alike, "require(x * 400 == y);")

    def plant(patch: pytest.MonkeyPatch) -> None:
        fault.plant(patch)
        penstock.compile_source(CONTRACT.format("require(x * 300 == y);"))

    check(CONTRACT.format(fault.body), plant)


OTHERS: Final = {
    Operation.BOOL_AND: Operation.BOOL_OR,
    Operation.BOOL_OR: Operation.BOOL_AND,
    Operation.NORMALIZE_BOOL: Operation.NOT,
    Operation.NOT: Operation.NORMALIZE_BOOL,
}


@pytest.mark.parametrize("arms", CHOICES)
def test_a_wrong_choice_of_truth_values_is_found(arms: tuple[bool | None, bool | None]) -> None:
    then, otherwise = ("x > y" if arm is None else str(arm).lower() for arm in arms)
    *before, last = CHOICES[arms]
    source = CONTRACT.format(f"bool r = c ? {then} : {otherwise}; require(r == (z > 3));")
    check(source, lambda patch: patch.setitem(CHOICES, arms, (*before, OTHERS[last])))


@pytest.mark.parametrize("operation", NUDGES, ids=lambda operation: operation.name)
def test_a_wrong_step_of_a_bound_is_found(operation: Operation) -> None:
    sign = {
        Operation.LESS: "<",
        Operation.LESS_OR_EQUAL: "<=",
        Operation.GREATER: ">",
        Operation.GREATER_OR_EQUAL: ">=",
    }
    constant = 17 if operation in {Operation.LESS, Operation.GREATER_OR_EQUAL} else -2
    check(
        CONTRACT.format(f"require(x {sign[operation]} {constant});"),
        lambda patch: patch.setitem(NUDGES, operation, (operation, *NUDGES[operation][1:])),
    )


EXPANDED: Final = {
    Operation.TAKE: ("a[: x] == b", Operation.SKIP),
    Operation.SKIP: ("a[x :] == b", Operation.TAKE),
    Operation.SLICE: ("a[x : y] == b", None),
    Operation.INT_AND: ("(x * 3 & y * 3) == z", Operation.INT_OR),
    Operation.INT_OR: ("(x * 3 | y * 3) == z", Operation.INT_XOR),
    Operation.INT_XOR: ("(x * 3 ^ y * 3) == z", Operation.INT_AND),
    Operation.INT_SHIFT_LEFT: ("x << 3 == y", Operation.INT_SHIFT_RIGHT),
    Operation.INT_SHIFT_RIGHT: ("x >> 3 == y", Operation.INT_SHIFT_LEFT),
    Operation.BYTES_TO_BOOL: ("(a ? x : y) == 3", None),
    Operation.REVERSE: ("reverseBytes(a, 3) == b", None),
}
"""Operations without opcodes: a condition with each, and the one whose expansion is put for its own."""
MADE_WRONG: Final[dict[Operation, Callable[..., nodes.Value]]] = {
    Operation.SLICE: lambda code, span, data, start, _end: EXPANSIONS[Operation.SKIP](code, span, data, start),
    Operation.BYTES_TO_BOOL: lambda code, span, data: code.apply(
        span, Operation.IS_ZERO, *code.apply(span, Operation.UNPACK, data)
    )[0],
    Operation.REVERSE: lambda _code, _span, data, _size: data,
}


@pytest.mark.parametrize("operation", EXPANSIONS, ids=lambda operation: operation.name)
def test_a_wrong_expansion_is_found(operation: Operation) -> None:
    condition, other = EXPANDED[operation]
    wrong = MADE_WRONG[operation] if other is None else EXPANSIONS[other]
    check(CONTRACT.format(f"require({condition});"), lambda patch: patch.setitem(EXPANSIONS, operation, wrong))
