"""Flow opcodes.

The start and the end of branches are resolved when a script is decoded; this module has the conditions of IF and of
similar opcodes.
"""

from collections.abc import Mapping
from typing import Final

from penstock.script.opcodes import Op
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item, as_bytes, is_true
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule
from penstock.vm.run import Decider, Handler, Run


def _refuse(reason: Reason) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        raise ScriptError(reason)

    return handler


REFUSE: Final[Mapping[Reason, Handler]] = {reason: _refuse(reason) for reason in Reason}
"""Handlers of opcodes that always fail. They take no item."""


def nothing(stack: list[Item], run: Run) -> None:
    """Do nothing: the handler of NOPs and of ENDIF."""


IDLE: Final = frozenset({nothing, *REFUSE.values()})
"""Handlers that read no item."""


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the opcodes that do not branch; RETURN's is that of the rules before Genesis."""
    return {Op.OP_VER: _version, Op.OP_VERIFY: _verify, Op.OP_RETURN: REFUSE[Reason.OP_RETURN]}


def deciders(setting: Setting) -> Mapping[Op, Decider]:
    """Return the conditions of the opcodes that open a branch: functions that return whether it is taken."""
    return {
        Op.OP_IF: _condition(setting, taken_if=True),
        Op.OP_NOTIF: _condition(setting, taken_if=False),
        Op.OP_VERIF: _version_condition(taken_if=True),
        Op.OP_VERNOTIF: _version_condition(taken_if=False),
    }


def _version(stack: list[Item], run: Run) -> None:
    stack.append(run.checker.version_bytes)


def _verify(stack: list[Item], run: Run) -> None:
    item = stack[-1]
    if not (item if type(item) is int else is_true(item)):
        raise ScriptError(Reason.VERIFY)
    stack.pop()


def _condition(setting: Setting, *, taken_if: bool) -> Decider:
    not_minimal = _minimal_if(setting)
    empty = Reason[setting.rules.chain.empty_condition]

    def decide(stack: list[Item], run: Run) -> bool:
        if not stack:
            raise ScriptError(empty)
        item = stack[-1]
        if not_minimal is not None and as_bytes(item) not in (b"", b"\x01"):
            raise ScriptError(not_minimal)
        stack.pop()
        return (item != 0 if type(item) is int else is_true(item)) is taken_if

    return decide


def _minimal_if(setting: Setting) -> Reason | None:
    """Return the reason for refusing an argument of IF that is neither empty nor 01; None if all are allowed."""
    if setting.version is SignatureVersion.TAPROOT:
        return Reason.TAPSCRIPT_MINIMALIF
    concerned = setting.rules.chain.minimal_if_everywhere or setting.version is SignatureVersion.SEGWIT_V0
    return Reason.MINIMALIF if concerned and setting.has(Rule.MINIMALIF) else None


def _version_condition(*, taken_if: bool) -> Decider:
    def decide(stack: list[Item], run: Run) -> bool:
        if not stack:
            raise ScriptError(Reason.UNBALANCED_CONDITIONAL)
        return (as_bytes(stack.pop()) == run.checker.version_bytes) is taken_if

    return decide
