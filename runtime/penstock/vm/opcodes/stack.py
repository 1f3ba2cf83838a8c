"""Opcodes that move items."""

from collections.abc import Mapping

from penstock.script.opcodes import Op
from penstock.vm.items import Item, is_true
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Handler, Run


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the family."""
    return {
        Op.OP_TOALTSTACK: _to_alt_stack,
        Op.OP_FROMALTSTACK: _from_alt_stack,
        Op.OP_2DROP: _drop_two,
        Op.OP_2DUP: _dup_two,
        Op.OP_3DUP: _dup_three,
        Op.OP_2OVER: _over_two,
        Op.OP_2ROT: _rot_two,
        Op.OP_2SWAP: _swap_two,
        Op.OP_IFDUP: _dup_if_true,
        Op.OP_DEPTH: _depth,
        Op.OP_DROP: _drop,
        Op.OP_DUP: _dup,
        Op.OP_NIP: _nip,
        Op.OP_OVER: _over,
        Op.OP_PICK: _pick(setting),
        Op.OP_ROLL: _roll(setting),
        Op.OP_ROT: _rot,
        Op.OP_SWAP: _swap,
        Op.OP_TUCK: _tuck,
    }


def _to_alt_stack(stack: list[Item], run: Run) -> None:
    run.alt.append(stack.pop())


def _from_alt_stack(stack: list[Item], run: Run) -> None:
    if not run.alt:
        raise ScriptError(Reason.INVALID_ALTSTACK_OPERATION)
    stack.append(run.alt.pop())


def _drop_two(stack: list[Item], run: Run) -> None:
    del stack[-2:]


def _dup_two(stack: list[Item], run: Run) -> None:
    stack += stack[-2:]


def _dup_three(stack: list[Item], run: Run) -> None:
    stack += stack[-3:]


def _over_two(stack: list[Item], run: Run) -> None:
    stack += stack[-4:-2]


def _rot_two(stack: list[Item], run: Run) -> None:
    stack[-6:] = stack[-4:] + stack[-6:-4]


def _swap_two(stack: list[Item], run: Run) -> None:
    stack[-4:] = stack[-2:] + stack[-4:-2]


def _dup_if_true(stack: list[Item], run: Run) -> None:
    if is_true(stack[-1]):
        stack.append(stack[-1])


def _depth(stack: list[Item], run: Run) -> None:
    stack.append(len(stack))


def _drop(stack: list[Item], run: Run) -> None:
    stack.pop()


def _dup(stack: list[Item], run: Run) -> None:
    stack.append(stack[-1])


def _nip(stack: list[Item], run: Run) -> None:
    del stack[-2]


def _over(stack: list[Item], run: Run) -> None:
    stack.append(stack[-2])


def _rot(stack: list[Item], run: Run) -> None:
    stack.append(stack.pop(-3))


def _swap(stack: list[Item], run: Run) -> None:
    stack.append(stack.pop(-2))


def _tuck(stack: list[Item], run: Run) -> None:
    stack.insert(-2, stack[-1])


def _pick(setting: Setting) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        index = read(stack[-1])
        if not 0 <= index < len(stack) - 1:
            raise ScriptError(Reason.INVALID_STACK_OPERATION)
        stack[-1] = stack[-2 - index]

    return handler


def _roll(setting: Setting) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        index = read(stack[-1])
        if not 0 <= index < len(stack) - 1:
            raise ScriptError(Reason.INVALID_STACK_OPERATION)
        stack[-1] = stack.pop(-2 - index)

    return handler
