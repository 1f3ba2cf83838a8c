"""Opcodes on byte strings, hashes, signatures and lock times."""

from typing import Final

from penstock.prove.script.machine import Handler, Run
from penstock.prove.script.stack import RunFails, bytes_of, constant_number, number_in
from penstock.prove.terms.bits import combined, inverted, shifted
from penstock.prove.terms.comparisons import at_least_zero, at_most, same_number
from penstock.prove.terms.crypto import hashed, reached, signed, signed_by_several
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.functions import fits
from penstock.prove.terms.logic import equivalent
from penstock.prove.terms.node import Sort, Term
from penstock.prove.terms.numbers import ZERO, plus, subtract
from penstock.prove.terms.reversal import reversed_digits
from penstock.prove.terms.strings import EMPTY, cut, join, length, resized
from penstock.script.consensus import LOCK_TIME_NUMBER_SIZE
from penstock.script.opcodes import Op


def _cat(run: Run) -> None:
    one, other = run.pop_many(2)
    run.stack.append(join(bytes_of(one), bytes_of(other)))


def _split(run: Run) -> None:
    item, at = run.pop_many(2)
    data, place = bytes_of(item), run.read(at)
    whole = length(data)
    run.require(at_least_zero(place))
    run.require(at_most(place, whole))
    run.stack += [cut(data, ZERO, place), cut(data, place, whole)]


def _number_to_bytes(run: Run) -> None:
    item, at = run.pop_many(2)
    size, value = run.read(at), number_in(item)
    digits = reversed_digits(value, size, run.path.facts)
    if digits is not None:
        run.stack.append(digits)
        return
    for condition in fits(value, size):
        run.require(condition)
    run.stack.append(resized(value, size))


def _bytes_to_number(run: Run) -> None:
    run.stack.append(number_in(run.pop()))


def _size(run: Run) -> None:
    item = run.pop()
    run.stack += [item, length(bytes_of(item))]


def _bits(name: str) -> Handler:
    def handler(run: Run) -> None:
        one, other = (bytes_of(each) for each in run.pop_many(2))
        run.require(same_number(length(one), length(other)))
        run.stack.append(combined(name, one, other))

    return handler


def _shift(kind: str) -> Handler:
    def handler(run: Run) -> None:
        item, by = run.pop_many(2)
        count = run.read(by)
        run.require(at_least_zero(count))
        run.stack.append(shifted(kind, bytes_of(item), count))

    return handler


def _invert(run: Run) -> None:
    run.stack.append(inverted(run.pop_bytes()))


def equal_items(one: Term, other: Term) -> Term:
    """Return whether two items have the same bytes."""
    if one.sort is other.sort is Sort.INT:
        return same_number(one, other)
    if one.sort is other.sort is Sort.BOOL:
        return equivalent(one, other)
    return same_string(bytes_of(one), bytes_of(other))


def _equal(run: Run) -> None:
    run.stack.append(equal_items(*run.pop_many(2)))


def _equal_verify(run: Run) -> None:
    run.require(equal_items(*run.pop_many(2)))


def _substring(run: Run) -> None:
    item, at, size = run.pop_many(3)
    data, offset, count = bytes_of(item), run.read(at), run.read(size)
    whole = length(data)
    for condition in (at_least_zero(offset), at_least_zero(count), at_least_zero(plus(subtract(whole, offset), -1))):
        run.require(condition)
    end = subtract(offset, subtract(ZERO, count))
    run.require(at_most(end, whole))
    run.stack.append(cut(data, offset, end))


def _end(run: Run, *, is_left: bool) -> None:
    item, size = run.pop_many(2)
    data, count = bytes_of(item), run.read(size)
    whole = length(data)
    run.require(at_least_zero(count))
    run.require(at_most(count, whole))
    run.stack.append(cut(data, ZERO, count) if is_left else cut(data, subtract(whole, count), whole))


# Hashes, signatures, lock times ---------------------------------------------------------------------------------------


def _hash(*names: str) -> Handler:
    def handler(run: Run) -> None:
        data = run.pop_bytes()
        for name in names:
            data = hashed(name, data)
        run.stack.append(data)

    return handler


def _separator(run: Run) -> None:
    run.separators = plus(run.separators, 1)


def _check_signature(run: Run) -> None:
    signature, key = (bytes_of(each) for each in run.pop_many(2))
    valid, defined = signed(signature, key, run.separators)
    run.require(defined)
    run.stack.append(valid)


def _check_several(run: Run) -> None:
    keys = run.pop_many(_count(run))
    signatures = run.pop_many(_count(run))
    if len(signatures) > len(keys):
        raise RunFails
    run.require(same_string(run.pop_bytes(), EMPTY))
    valid, defined = signed_by_several(tuple(map(bytes_of, signatures)), tuple(map(bytes_of, keys)), run.separators)
    run.require(defined)
    run.stack.append(valid)


def _count(run: Run) -> int:
    count = constant_number(run.pop())
    if count < 0:
        raise RunFails
    return count


def _verified(check: Handler) -> Handler:
    def handler(run: Run) -> None:
        check(run)
        run.require(run.pop())

    return handler


def _lock(kind: str) -> Handler:
    def handler(run: Run) -> None:
        item = run.pop()
        run.require(reached(kind, run.read(item, LOCK_TIME_NUMBER_SIZE)))
        run.stack.append(item)

    return handler


HANDLERS: Final[dict[Op, Handler]] = {
    Op.OP_CAT: _cat,
    Op.OP_SPLIT: _split,
    Op.OP_NUM2BIN: _number_to_bytes,
    Op.OP_BIN2NUM: _bytes_to_number,
    Op.OP_SIZE: _size,
    Op.OP_INVERT: _invert,
    Op.OP_AND: _bits("and"),
    Op.OP_OR: _bits("or"),
    Op.OP_XOR: _bits("xor"),
    Op.OP_LSHIFT: _shift("lsh"),
    Op.OP_RSHIFT: _shift("rsh"),
    Op.OP_EQUAL: _equal,
    Op.OP_EQUALVERIFY: _equal_verify,
    Op.OP_SUBSTR: _substring,
    Op.OP_LEFT: lambda run: _end(run, is_left=True),
    Op.OP_RIGHT: lambda run: _end(run, is_left=False),
    Op.OP_RIPEMD160: _hash("ripemd160"),
    Op.OP_SHA1: _hash("sha1"),
    Op.OP_SHA256: _hash("sha256"),
    Op.OP_HASH160: _hash("sha256", "ripemd160"),
    Op.OP_HASH256: _hash("sha256", "sha256"),
    Op.OP_CODESEPARATOR: _separator,
    Op.OP_CHECKSIG: _check_signature,
    Op.OP_CHECKSIGVERIFY: _verified(_check_signature),
    Op.OP_CHECKMULTISIG: _check_several,
    Op.OP_CHECKMULTISIGVERIFY: _verified(_check_several),
    Op.OP_CHECKLOCKTIMEVERIFY: _lock("cltv"),
    Op.OP_CHECKSEQUENCEVERIFY: _lock("csv"),
}
