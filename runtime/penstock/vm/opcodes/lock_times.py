"""CHECKLOCKTIMEVERIFY (BIP65) and CHECKSEQUENCEVERIFY (BIP112): they check a number and leave it on the stack."""

from collections.abc import Mapping

from penstock.script.consensus import LOCK_TIME_NUMBER_SIZE, SEQUENCE_DISABLED
from penstock.script.opcodes import Op
from penstock.vm.items import Item
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Handler, Run


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the family."""
    read = setting.numbers.reader(LOCK_TIME_NUMBER_SIZE)

    def check_lock_time(stack: list[Item], run: Run) -> None:
        lock_time = read(stack[-1])
        if lock_time < 0:
            raise ScriptError(Reason.NEGATIVE_LOCKTIME)
        if not run.checker.lock_time_reached(lock_time):
            raise ScriptError(Reason.UNSATISFIED_LOCKTIME)

    def check_sequence(stack: list[Item], run: Run) -> None:
        sequence = read(stack[-1])
        if sequence < 0:
            raise ScriptError(Reason.NEGATIVE_LOCKTIME)
        if not sequence & SEQUENCE_DISABLED and not run.checker.sequence_reached(sequence):
            raise ScriptError(Reason.UNSATISFIED_LOCKTIME)

    return {Op.OP_CHECKLOCKTIMEVERIFY: check_lock_time, Op.OP_CHECKSEQUENCEVERIFY: check_sequence}
