"""Guesses: values of arguments and placeholders, drawn from what a formula compares with, and repaired step by step.

A conjunction of literals is taken one literal after the other: an equation gives its leaf the other side's value, a
bound a number at it, a hash the hash. What cannot be solved so is drawn again.
"""

import random
from collections.abc import Iterable

from penstock.artifact.artifact import BasicType
from penstock.prove.terms.concrete import Concrete, Values
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import Term, nodes_in
from penstock.script.numbers import encode_number
from penstock.tx.keys import PrivateKey

KEYS = tuple(PrivateKey(bytes(31) + bytes((number,))) for number in range(1, 5))
"""Keys whose signatures can be made."""
_ROUNDS = 24
_OF_A_SPEND = frozenset({"checksig", "sigok", "multisig", "multisigok", "cltv", "csv"})
"""Literals that a transaction decides."""
_SIZES = {
    BasicType.RIPEMD160: 20,
    BasicType.SHA1: 20,
    BasicType.SHA256: 32,
}
_NUMBERS = (0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 100, 127, 128, 255, 256, 1000, 32767, 65536, 2**31 - 1, 2**31, 2**40)


class Guesses:
    """Values of leaves.

    Args:
        leaves: each leaf with the type of its value.
        formulas: formulas whose constants are tried.
        draw: the source of randomness.
    """

    def __init__(self, leaves: dict[Term, BasicType], formulas: Iterable[Term], draw: random.Random) -> None:
        self.leaves = leaves
        self.draw = draw
        self.numbers, self.strings = _constants(formulas)
        self.values: dict[Term, Concrete] = {leaf: self._drawn(leaf) for leaf in leaves}

    def _drawn(self, leaf: Term) -> Concrete:
        draw, type_ = self.draw, self.leaves[leaf]
        if leaf.kind == "spelled":
            return self._spelled(leaf)
        match type_:
            case BasicType.BOOL:
                return draw.random() < 0.5
            case BasicType.INT | BasicType.PRIV_KEY:
                return self._number()
            case BasicType.PUB_KEY:
                return draw.choice(KEYS).public_key
            case _ if type_ in _SIZES:
                return draw.randbytes(_SIZES[type_])
            case _:
                if self.strings and draw.random() < 0.3:
                    return draw.choice(self.strings)
                return draw.randbytes(draw.choice((0, 1, 2, 4, 8, 20, 32, 33, 40)))

    def _number(self) -> int:
        draw = self.draw
        if self.numbers and draw.random() < 0.6:
            return draw.choice(self.numbers) + draw.choice((-1, 0, 0, 1))
        return draw.choice((-1, 1, 1)) * draw.choice(_NUMBERS)

    def _spelled(self, leaf: Term) -> bytes:
        """Draw bytes for a number or truth value, not always the shortest ones."""
        value = self._number() if leaf.args[1] == "int" else self.draw.choice((0, 1))
        shortest = encode_number(value)
        if self.draw.random() < 0.7:
            return shortest
        if not shortest:
            return self.draw.choice((b"\x00", b"\x80", b"\x00\x00"))
        return shortest[:-1] + bytes((shortest[-1] & 0x7F, 0 if shortest[-1] < 0x80 else 0x80))

    # Repairs ----------------------------------------------------------------------------------------------------------

    def literals(self, goals: Iterable[Term]) -> list[Term]:
        """Return literals that make goals true; where there are several ways, one of them."""
        found, waiting = [], list(goals)
        while waiting:
            goal = waiting.pop()
            inner = goal.args[0] if goal.kind == "not" else goal
            if inner.kind == "ite":
                condition, then, otherwise = inner.args
                way = self.draw.random() < 0.5
                arm = then if way else otherwise
                waiting += [condition if way else negation(condition), arm if goal is inner else negation(arm)]
            elif goal.kind == "and":
                waiting.extend(goal.args)
            elif inner.kind == "and":
                waiting.append(negation(self.draw.choice(inner.args)))
            else:
                found.append(goal)
        return found

    def repair(self, goals: list[Term]) -> None:
        """Change values until literals hold, or for as long as that gets on."""
        goals = [goal for goal in goals if (goal.args[0] if goal.kind == "not" else goal).kind not in _OF_A_SPEND]
        for _ in range(_ROUNDS):
            values = Values(self.values, _agreeable)
            unmet = [goal for goal in goals if not values.truth(goal)]
            if not unmet:
                return
            goal = self.draw.choice(unmet)
            if not self._solve(goal, values):
                self._redraw(goal)

    def _redraw(self, goal: Term) -> None:
        inside = [leaf for leaf in _leaves_in(goal) if leaf in self.leaves]
        if inside:
            leaf = self.draw.choice(inside)
            self.values[leaf] = self._drawn(leaf)

    def _solve(self, goal: Term, values: Values) -> bool:
        holds, atom = (False, goal.args[0]) if goal.kind == "not" else (True, goal)
        if atom.kind == "beq" and holds:
            return any(self._assign(side, values.value(other)) for side, other in (atom.args, atom.args[::-1]))
        if atom.kind in {"eq", "ge"}:
            form, bound = atom.args
            target = bound if holds else bound - 1 if atom.kind == "ge" else bound + 1
            return self._solve_form(form, target, values)
        if atom.kind in {"argument", "value"}:
            self.values[atom] = holds
            return True
        return False

    def _solve_form(self, form: Term, target: int, values: Values) -> bool:
        """Give the number `form` the value `target` by one of its leaves."""
        missing = target - values.value(form)
        terms = list(form.args[1])
        self.draw.shuffle(terms)
        for atom, factor in terms:
            if missing % factor == 0 and self._set_number(atom, values.value(atom) + missing // factor):
                return True
        return False

    def _set_number(self, atom: Term, value: int) -> bool:
        if atom in self.leaves:
            self.values[atom] = value
            return True
        if atom.kind == "num":
            return self._assign(atom.args[0], encode_number(value))
        if atom.kind == "len" and atom.args[0] in self.leaves and 0 <= value <= 4096:
            data = self.values[atom.args[0]]
            assert isinstance(data, bytes), "a leaf with a length is a string"
            self.values[atom.args[0]] = data[:value].ljust(value, b"\x01")
            return True
        return False

    def _assign(self, side: Term, value: bytes) -> bool:
        if side in self.leaves and self.leaves[side] is not BasicType.PUB_KEY:
            self.values[side] = value
            return True
        return False


def _agreeable(_kind: str, _operands: tuple[Concrete, ...]) -> bool:
    """Assume that signatures are valid and locks are reached: the search sees to them last."""
    return True


def _constants(formulas: Iterable[Term]) -> tuple[list[int], list[bytes]]:
    numbers: dict[int, None] = {}
    strings: dict[bytes, None] = {}
    for term in nodes_in(formulas):
        if term.kind in {"ge", "eq"} and abs(term.args[1]) < 1 << 64:
            numbers[term.args[1]] = None
        elif term.kind == "bytes" and len(term.args[0]) <= 64:
            strings[term.args[0]] = None
    return list(numbers), list(strings)


def _leaves_in(term: Term) -> list[Term]:
    return [each for each in nodes_in([term]) if each.kind in {"argument", "value", "spelled"}]
