"""z3 as a judge of what comparison by form and cases leaves open; an extra, `pip install 'penstock[verify]'`.

Byte strings are a sort without structure, with a length and a number; joining, slices, hashes and signatures are
functions of which nothing else is known. Numbers are exact. So "cannot differ" is a proof, and "can differ" is not more
than a hint. Each question has a limit on z3's steps, not on time: the answer is the same on every machine.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, Final

from penstock.prove.terms.node import Sort, Term
from penstock.prove.terms.strings import length
from penstock.script.numbers import decode_number

_SIZES: Final = (1, 2, 3, 4, 5, 8, 9, 16, 32, 33)
"""Sizes at which the size of a number is tied to its bounds."""


def is_available() -> bool:
    """Return whether z3 is installed."""
    return find_spec("z3") is not None


class Solver:
    """Answers questions about terms.

    Args:
        steps: z3's resource limit for a question.
    """

    def __init__(self, steps: int) -> None:
        import z3  # noqa: PLC0415 - an extra

        self.z3: Any = z3
        self.context: Any = z3.Context()
        self.solver: Any = z3.SolverFor("QF_UFLIA", ctx=self.context)
        self.solver.set("rlimit", steps)
        self.strings: Any = z3.DeclareSort("String", ctx=self.context)
        self.known: dict[Term, Any] = {}
        self.functions: dict[str, Any] = {}
        self.constants: list[Any] = []

    def is_impossible(self, terms: Iterable[Term]) -> bool:
        """Return whether truth values cannot be true together."""
        formulas = [self.encoded(term) for term in terms]
        self.solver.push()
        try:
            self.solver.add(*formulas)
            return bool(self.solver.check() == self.z3.unsat)
        finally:
            self.solver.pop()

    def are_equal(self, one: Term, other: Term, context: Iterable[Term]) -> bool:
        """Return whether two truth values cannot differ where a context holds."""
        formulas = [self.encoded(term) for term in context]
        left, right = self.encoded(one), self.encoded(other)
        self.solver.push()
        try:
            self.solver.add(*formulas, self.z3.Xor(left, right))
            return bool(self.solver.check() == self.z3.unsat)
        finally:
            self.solver.pop()

    # Encoding ---------------------------------------------------------------------------------------------------------

    def encoded(self, term: Term) -> Any:
        """Return a term for z3; what is known of it is added to the solver once."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._made(term)
            self._learn(term, found)
        return found

    def _sort(self, sort: Sort) -> Any:
        match sort:
            case Sort.INT:
                return self.z3.IntSort(ctx=self.context)
            case Sort.BOOL:
                return self.z3.BoolSort(ctx=self.context)
            case Sort.BYTES:
                return self.strings

    def _made(self, term: Term) -> Any:  # noqa: C901 - one arm per kind of node
        z3, args = self.z3, term.args
        match term.kind:
            case "poly":
                parts = [factor * self.encoded(atom) for atom, factor in args[1]]
                return (
                    z3.Sum(*parts, z3.IntVal(args[0], ctx=self.context))
                    if parts
                    else z3.IntVal(args[0], ctx=self.context)
                )
            case "true" | "false":
                return z3.BoolVal(term.kind == "true", ctx=self.context)
            case "and":
                return z3.And(*map(self.encoded, args))
            case "not":
                return z3.Not(self.encoded(args[0]))
            case "ite":
                return z3.If(*map(self.encoded, args))
            case "b2i":
                one, zero = (z3.IntVal(each, ctx=self.context) for each in (1, 0))
                return z3.If(self.encoded(args[0]), one, zero)
            case "ge":
                return self.encoded(args[0]) >= args[1]
            case "eq":
                return self.encoded(args[0]) == args[1]
            case "beq":
                return self.encoded(args[0]) == self.encoded(args[1])
            case "sel":
                return self._selected(args)
            case "div" | "mod" if not args[1].args[1] and args[1].args[0] > 0:
                return self._divided(term.kind, self.encoded(args[0]), args[1].args[0])
            case _:
                return self._applied(term)

    def _selected(self, args: tuple[Any, ...]) -> Any:
        index, first, *elements = args
        at, result = self.encoded(index), self.encoded(elements[-1])
        for place, element in reversed(list(enumerate(elements[:-1], first))):
            result = self.z3.If(at == place, self.encoded(element), result)
        return result

    def _divided(self, kind: str, dividend: Any, divisor: int) -> Any:
        quotient = self.z3.If(dividend >= 0, dividend / divisor, -((-dividend) / divisor))
        return quotient if kind == "div" else dividend - divisor * quotient

    def _applied(self, term: Term) -> Any:
        """Return an application of a function that is named after the node's kind and its constants."""
        operands = [each for each in term.args if isinstance(each, Term)]
        names = [
            each.hex() if isinstance(each, bytes) else str(each) for each in term.args if not isinstance(each, Term)
        ]
        name = "/".join((term.kind, *names, *(each.sort.value for each in operands)))
        if not operands:
            made = self.z3.Const(name, self._sort(term.sort))
            if term.kind == "bytes":
                self.constants.append(made)
                for other in self.constants[:-1]:
                    self.solver.add(made != other)
            return made
        function = self.functions.get(name)
        if function is None:
            sorts = [self._sort(each.sort) for each in operands]
            function = self.functions[name] = self.z3.Function(name, *sorts, self._sort(term.sort))
        return function(*map(self.encoded, operands))

    def _learn(self, term: Term, made: Any) -> None:
        """Add what holds of a term everywhere."""
        if term.sort is Sort.INT:
            if term.kind not in {"poly", "b2i", "ite", "sel"}:
                if term.low is not None:
                    self.solver.add(made >= term.low)
                if term.high is not None:
                    self.solver.add(made <= term.high)
            if term.kind == "lenenc":
                value = self.encoded(term.args[0])
                for size in _SIZES:
                    most = (1 << (8 * size - 1)) - 1
                    self.solver.add((made <= size) == self.z3.And(value >= -most, value <= most))
        elif term.sort is Sort.BYTES and term.kind not in {"ite", "sel"}:
            whole = length(term)
            if whole.args[1] and whole.args[1][0][0].kind == "len" and whole.args[1][0][0].args[0] is term:
                self.encoded(whole)
            else:
                self.solver.add(self._function("len", Sort.INT)(made) == self.encoded(whole))
            if term.kind in {"enc", "n2b", "bytes"}:
                value = decode_number(term.args[0]) if term.kind == "bytes" else self.encoded(term.args[0])
                self.solver.add(self._function("num", Sort.INT)(made) == value)

    def _function(self, kind: str, sort: Sort) -> Any:
        """Return the function of strings of this kind."""
        name = f"{kind}/{Sort.BYTES.value}"
        if name not in self.functions:
            self.functions[name] = self.z3.Function(name, self.strings, self._sort(sort))
        return self.functions[name]
