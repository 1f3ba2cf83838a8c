"""Whether a script keeps its meaning as a tapscript (BIP342): it must not become open to anyone, nor locked for ever.

In a tapscript, a public key of another length than 32 bytes accepts every signature, and some opcodes end the script
with success. So each path through the script is followed with the items that are known, and every key that a CHECKSIG
takes must be a constant of 32 bytes: a key that comes with the unlocking data could have any length.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from penstock.artifact.template import pushed_item
from penstock.script.chains import Chain
from penstock.script.numbers import decode_number
from penstock.script.opcodes import Family, Op
from penstock.script.parse import Instruction, instructions

KEY_SIZE: Final = 32
_MOST_STATES: Final = 50_000
_CHECKSIGS: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY, Op.OP_CHECKSIGADD})
_MULTISIGS: Final = frozenset({Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY})
_KEEPING: Final = frozenset({Op.OP_SIZE, Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_CHECKSEQUENCEVERIFY})
"""Opcodes outside the family STACK that leave an item which they read."""
_NEGATIONS: Final = frozenset({Op.OP_NOT, Op.OP_0NOTEQUAL})

_BY_BYTE: Final = {op.value: op for op in Op if op.family is not Family.PUSH}
"""The opcodes that do more than push."""

_Item: TypeAlias = bytes | bool | None
"""Knowledge of an item: its bytes, only whether it is true, or nothing."""
_Stack: TypeAlias = tuple[_Item, ...]


class _State(NamedTuple):
    """A place on a path: the next instruction, and what is known of both stacks."""

    place: int
    stack: _Stack
    alt: _Stack


class _Unknown(Exception):  # noqa: N818 - not a fault of the input, but the end of what can be followed
    """The path depends on a value that is not known."""


def tapscript_fault(script: bytes, chain: Chain) -> str | None:
    """Return why a script loses its meaning as a tapscript, or None.

    Args:
        script: a script without truncated pushes.
        chain: the chain, whose newest era says which opcodes a tapscript has.
    """
    code = list(instructions(script))
    for each in code:
        if each.opcode in chain.newest.success:
            return f"opcode {each.opcode:#04x} makes every tapscript succeed"
        if each.opcode in _MULTISIGS:
            return "a tapscript has no OP_CHECKMULTISIG: it could never be spent"
    try:
        return next(_faults(code), None)
    except _Unknown as unknown:
        return f"it is not certain which keys its signatures are checked for: {unknown}"


def _faults(code: Sequence[Instruction]) -> Iterator[str]:
    """Follow every path, and yield the CHECKSIGs whose key may be of another form."""
    ends, waiting = _ends(code), [_State(0, (), ())]
    seen: set[_State] = set()
    while waiting:
        state = waiting.pop()
        if state.place == len(code) or state in seen:
            continue
        seen.add(state)
        if len(seen) > _MOST_STATES:
            raise _Unknown(f"the script has more than {_MOST_STATES:,} paths")
        each = code[state.place]
        if each.opcode in _CHECKSIGS and not _is_key(_top(state.stack)):
            yield (
                f"opcode {state.place} checks a signature for a key that is not 32 bytes of the contract's own: in a"
                " tapscript a key of another length accepts every signature"
            )
        waiting += _next(each, state, ends)


def _is_key(item: _Item) -> bool:
    return isinstance(item, bytes) and len(item) == KEY_SIZE


def _ends(code: Sequence[Instruction]) -> dict[int, int]:
    """Return for each IF, NOTIF and ELSE the place after the end of its arm."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for place, each in enumerate(code):
        if each.opcode in (Op.OP_IF, Op.OP_NOTIF):
            opened.append(place)
        elif each.opcode in (Op.OP_ELSE, Op.OP_ENDIF):
            if not opened:
                raise _Unknown("its branches do not match")
            ends[opened.pop()] = place + 1
            if each.opcode == Op.OP_ELSE:
                opened.append(place)
    if opened:
        raise _Unknown("its branches do not match")
    return ends


def _next(each: Instruction, state: _State, ends: dict[int, int]) -> Iterator[_State]:
    """Yield the states that may follow an instruction."""
    place, stack, alt = state.place + 1, state.stack, state.alt
    top, below = _top(stack), stack[:-1]
    match _BY_BYTE.get(each.opcode):
        case None:
            if each.opcode <= Op.OP_16:  # other bytes without a meaning fail
                yield _State(place, (*stack, pushed_item(each)), alt)
        case Op.OP_IF | Op.OP_NOTIF as op:
            for truth in _truths(top):
                taken = truth == (op is Op.OP_IF)
                yield _State(place if taken else ends[state.place], below, alt)
        case Op.OP_ELSE:
            yield _State(ends[state.place], stack, alt)
        case Op.OP_TOALTSTACK:
            yield _State(place, below, (*alt, top))
        case Op.OP_FROMALTSTACK:
            yield _State(place, (*stack, _top(alt)), alt[:-1])
        case op:
            yield from (_State(place, after, alt) for after in _stacks(op, stack))


def _stacks(op: Op, stack: _Stack) -> Iterator[_Stack]:
    """Yield the stacks that an opcode may leave; none if it ends the script."""
    match op:
        case Op.OP_RETURN:
            return
        case Op.OP_VERIFY:
            if True in _truths(_top(stack)):
                yield stack[:-1]
        case Op.OP_IFDUP:
            for truth in _truths(_top(stack)):
                known = _top(stack) if isinstance(_top(stack), bytes) else truth
                yield (*stack[:-1], *((known,) * (2 if truth else 1)))
        case _:
            yield _after(op, stack)


def _after(op: Op, stack: _Stack) -> _Stack:
    """Return the stack after an opcode that always goes on."""
    if op in _NEGATIONS:
        truth = _truth(_top(stack))
        return (*stack[:-1], truth if truth is None else truth == (op is Op.OP_0NOTEQUAL))
    if op in (Op.OP_PICK, Op.OP_ROLL):
        return _moved(op, stack)
    if op.variadic:
        raise _Unknown(f"{op.name} takes a number of items that is known at run time only")
    taken = _taken(stack, op.takes)
    below = stack[: max(0, len(stack) - op.takes)]
    if op.family is Family.STACK or op in _KEEPING:
        by_word = dict(zip(op.inputs, taken, strict=True))
        return (*below, *(by_word.get(word) for word in op.outputs))
    return (*below, *((None,) * op.gives))


def _moved(op: Op, stack: _Stack) -> _Stack:
    """Return the stack after PICK or ROLL."""
    index = _top(stack)
    if not isinstance(index, bytes):
        raise _Unknown(f"{op.name} takes an item from a depth that is known at run time only")
    depth, rest = decode_number(index), list(stack[:-1])
    if depth < 0:
        raise _Unknown(f"{op.name} takes a negative depth")
    rest[:0] = [None] * (depth + 1 - len(rest))
    item = rest[-1 - depth]
    if op is Op.OP_ROLL:
        del rest[-1 - depth]
    return (*rest, item)


def _top(stack: _Stack) -> _Item:
    """Return the top item; below what the script has pushed lie the arguments, of which nothing is known."""
    return stack[-1] if stack else None


def _taken(stack: _Stack, count: int) -> _Stack:
    return ((None,) * (count - len(stack)) + stack)[-count:] if count else ()


def _truth(item: _Item) -> bool | None:
    if isinstance(item, bytes):
        return any(item[:-1]) or item[-1:] not in (b"", b"\x00", b"\x80")
    return item


def _truths(item: _Item) -> tuple[bool, ...]:
    truth = _truth(item)
    return (True, False) if truth is None else (truth,)
