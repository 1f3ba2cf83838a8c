"""Symbolic evaluation of expressions.

Strictly left to right; `&&`, `||` and `? :` are branches of the path. A place is located first, its indices evaluated
in order, and read or written last. An operation that can fail adds its condition to the path.
"""

from abc import abstractmethod
from typing import assert_never

from penstock.artifact.artifact import Kind
from penstock.prove.script.stack import bytes_of
from penstock.prove.terms.comparisons import at_least_zero, less, same_number
from penstock.prove.terms.crypto import hashed, reached, signed, signed_by_several
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.logic import conjunction, equivalent
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term
from penstock.prove.terms.numbers import number, plus
from penstock.prove.terms.strings import join, text
from penstock.prove.tree.context import Context
from penstock.prove.tree.frame import Spot, Step, part, read, write
from penstock.prove.tree.operations import BY_BYTES, OPERATORS, UNREAD
from penstock.prove.tree.values import Record, Value, leaves_of
from penstock.script.consensus import LOCK_TIME_NUMBER_SIZE
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType
from penstockc.semantics import typed

_LOCKS = {Operation.CHECK_LOCK_TIME: "cltv", Operation.CHECK_SEQUENCE: "csv"}


class Expressions(Context):
    """Evaluates expressions; calls are those of a subclass."""

    __slots__ = ()

    @abstractmethod
    def invoke(self, expression: typed.Invoke) -> Value:
        """Evaluate a call of a function."""

    @abstractmethod
    def construct(self, owner: str, arguments: tuple[Value, ...]) -> Value:
        """Return the instance that the constructor of a class makes."""

    # Places -----------------------------------------------------------------------------------------------------------

    def locate(self, place: typed.Expression) -> Spot:
        """Evaluate the indices of a place; return it."""
        match place:
            case typed.LocalValue(local=local):
                return Spot((local.name, local.number))
            case typed.This():
                return Spot(None)
            case typed.StaticValue(key=key):
                return Spot(key)
            case typed.Field(base=base, name=name):
                outer = self.locate(base)
                return Spot(outer.variable, (*outer.steps, name))
            case typed.Index(base=base):
                outer = self.locate(base)
                return Spot(outer.variable, (*outer.steps, self._index(place)))
            case _:
                raise TypeError(f"{place!r} is not a place")

    def _index(self, element: typed.Index) -> Step:
        index = self.term(element.index)
        assert isinstance(element.base.type, ArrayType), "as the check promises"
        self.read(index)
        self.require([at_least_zero(index), less(index, number(element.base.type.size))])
        return index

    # Expressions ------------------------------------------------------------------------------------------------------

    def term(self, expression: typed.Expression) -> Term:
        """Evaluate an expression of a basic type."""
        value = self.value(expression)
        assert isinstance(value, Term), "as the check promises"
        return value

    def value(self, expression: typed.Expression) -> Value:  # noqa: C901 - one arm per kind of node
        """Evaluate an expression with its effects."""
        match expression:
            case typed.Literal(value=value, type=kind):
                return constant(value, kind.kind)
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                return read(self.frame, self.locate(expression))
            case typed.Field() | typed.Index() if typed.is_place(expression):
                return read(self.frame, self.locate(expression))
            case typed.Field(base=base, name=name):
                return part(self.value(base), name)
            case typed.Index(base=base):
                array = self.value(base)
                return part(array, self._index(expression))
            case typed.Apply():
                return self._apply(expression)
            case typed.Equals(left=left, right=right):
                return self._equal(self.value(left), self.value(right))
            case typed.FlattenSha256(operand=operand):
                return self._flattened_hash(self.value(operand))
            case typed.CheckMultiSig():
                return self._check_several(expression)
            case typed.Cast(operand=operand):
                return self.value(operand)
            case typed.And(left=left, right=right):
                return self.branch(self.term(left), lambda: self.value(right), lambda: FALSE)
            case typed.Or(left=left, right=right):
                return self.branch(self.term(left), lambda: TRUE, lambda: self.value(right))
            case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
                return self.branch(self.term(condition), lambda: self.value(then), lambda: self.value(otherwise))
            case typed.Increment():
                return self._increment(expression)
            case typed.Invoke():
                return self.invoke(expression)
            case typed.Construct(type=library, arguments=arguments):
                return self.construct(library.name, self.values(arguments))
            case typed.Repeat() | typed.ArrayLength() | typed.ArrayLiteral() | typed.StructLiteral():
                return self._aggregate(expression)
            case _:
                assert_never(expression)

    def values(self, expressions: tuple[typed.Expression, ...]) -> tuple[Value, ...]:
        """Evaluate expressions in order."""
        return tuple(self.value(each) for each in expressions)

    def _aggregate(self, expression: typed.Aggregate) -> Value:
        match expression:
            case typed.Repeat(type=array, operand=operand):
                return (self.value(operand),) * array.size
            case typed.ArrayLength(operand=operand):
                value = self.value(operand)
                assert isinstance(value, tuple), "as the check promises"
                return number(len(value))
            case typed.ArrayLiteral(elements=elements):
                return self.values(elements)
            case typed.StructLiteral(type=struct, values=values):
                names = (name for name, _ in struct.fields)
                return Record(dict(zip(names, self.values(values), strict=True)))

    def _increment(self, expression: typed.Increment) -> Value:
        spot = self.locate(expression.place)
        old = read(self.frame, spot)
        assert isinstance(old, Term), "as the check promises"
        self.read(old)
        new = plus(old, expression.step)
        write(self.frame, spot, new)
        return new if expression.prefix else old

    def _apply(self, expression: typed.Apply) -> Term:
        operation = expression.operation
        operands = [self.term(each) for each in expression.operands]
        if operation in _LOCKS:
            self.read(operands[0], LOCK_TIME_NUMBER_SIZE)
            self.require([reached(_LOCKS[operation], operands[0])])
            return TRUE
        if operation is Operation.CHECK_SIG:
            valid, defined = signed(operands[0], operands[1], self.separators)
            self.require([defined])
            return valid
        for operand in operands:
            if operation in BY_BYTES:
                self.use_bytes(operand)
            if operand.sort is Sort.INT and operation not in UNREAD:
                self.read(operand)
        value, conditions = OPERATORS[operation](*operands)
        self.require(conditions)
        return value

    def _equal(self, left: Value, right: Value) -> Term:
        """Compare all basic parts of two values."""
        found = []
        for one, other in zip(leaves_of(left), leaves_of(right), strict=True):
            if one.sort is Sort.INT:
                self.read(one)
                self.read(other)
                found.append(same_number(one, other))
            elif one.sort is Sort.BOOL:
                found.append(equivalent(one, other))
            else:
                found.append(same_string(one, other))
        return conjunction(found)

    def _flattened_hash(self, value: Value) -> Term:
        hashes = []
        for leaf in leaves_of(value):
            self.use_bytes(leaf)
            hashes.append(hashed("sha256", bytes_of(leaf)))
        return hashes[0] if len(hashes) == 1 else hashed("sha256", join(*hashes))

    def _check_several(self, expression: typed.CheckMultiSig) -> Term:
        signatures = tuple(leaves_of(self.value(expression.signatures)))
        keys = tuple(leaves_of(self.value(expression.keys)))
        valid, defined = signed_by_several(signatures, keys, self.separators)
        self.require([defined])
        return valid


def constant(value: int | bool | bytes, kind: Kind) -> Term:  # noqa: FBT001 - a value of the source
    """Return a literal."""
    match kind, value:
        case Kind.BOOL, _:
            return TRUE if value else FALSE
        case Kind.INT, int():
            return number(value)
        case _, bytes():
            return text(value)
        case _:
            raise TypeError(f"{value!r} is not a {kind.value}")
