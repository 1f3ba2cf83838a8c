"""Dialect: the meaning of every byte of a script, for one rule set and one kind of script.

The handlers come from the families; this module decides which opcodes exist, which are NOPs, which fail when they are
executed and which fail even in skipped code. `dialect` makes each `Dialect` once.
"""

from functools import lru_cache
from typing import Final

from penstock.script.chain_parts import UNLIMITED
from penstock.script.opcodes import Op
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item
from penstock.vm.opcodes import arithmetic, byte_strings, crypto, flow, lock_times, stack
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason
from penstock.vm.rules import Rule, RuleSet
from penstock.vm.run import Decider, Handler

Meaning = Item | Handler

CONSTANTS: Final[dict[int, Item]] = {
    Op.OP_0.value: 0,
    Op.OP_1NEGATE.value: -1,
    **{Op.OP_1 + number - 1: number for number in range(1, 17)},
}
"""The bytes that push a number."""

_UPGRADABLE: Final = frozenset({Op.OP_NOP1, Op.OP_NOP9, Op.OP_NOP10})
_OPEN_DEPTH: Final = frozenset({Op.OP_IFDUP, Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY})
"""Opcodes that leave a number of items that is not known in advance."""

_LOCK_TIMES: Final = {
    Op.OP_CHECKLOCKTIMEVERIFY: Rule.CHECKLOCKTIMEVERIFY,
    Op.OP_CHECKSEQUENCEVERIFY: Rule.CHECKSEQUENCEVERIFY,
}


class Dialect:
    """The meaning of every byte of a script.

    Attributes:
        setting: the rule set and kind of script.
        meanings: for each byte the item that it pushes, or the handler that it runs (unused for a push of bytes).
        poisons: bytes that fail even in skipped code, and the reason.
        deciders: bytes that open a branch, and their decision.
        open_depth: bytes that leave a number of items that is not known in advance.
        stops: translates bytes that neither branch nor take data nor depend on their position to 0, others to 1.
        takes: for each byte the number of items required on the stack.
        net: for each byte the largest growth of the stack, in items.
        minimal_pushes: whether a push that is not in its shortest form fails.
        short_way: bytes up to which a script of plain pushes is within all limits, if it has few pushes; 0 if unknown.
        single_else: whether an IF has one ELSE at most.
        return_ends: whether RETURN ends the script with success.
        counts_opcodes: whether the limit on opcodes can have an effect.
        max_script_size: largest size of a script in bytes.
        max_script_size: bytes of a script.
    """

    __slots__ = (
        *("setting", "meanings", "poisons", "deciders", "open_depth", "stops", "takes", "net"),
        *("minimal_pushes", "short_way", "single_else", "return_ends", "counts_opcodes", "max_script_size"),
    )

    def __init__(self, rules: RuleSet, version: SignatureVersion) -> None:
        setting = Setting(rules, version)
        limits = setting.limits
        self.setting = setting
        self.poisons = _poisons(setting)
        self.deciders = _deciders(setting)
        self.open_depth = frozenset(op.value for op in _OPEN_DEPTH)
        self.stops = _stops({*self.poisons, *self.deciders})
        self.minimal_pushes = setting.has(Rule.MINIMALDATA)
        can_say = limits.element_size > Op.OP_PUSHDATA1 and limits.stack_memory == UNLIMITED
        self.short_way = limits.element_size if can_say else 0
        self.single_else, self.return_ends = setting.era.single_else, setting.era.return_ends
        tapscript = version is SignatureVersion.TAPROOT
        self.counts_opcodes = not tapscript and limits.opcodes < 0xFFFF_FFFF
        self.max_script_size = UNLIMITED if tapscript else limits.script_size
        meanings: list[Meaning] = [flow.REFUSE[Reason.BAD_OPCODE]] * 256
        takes, net = [0] * 256, [0] * 256
        for byte in (*range(Op.OP_PUSHDATA4 + 1), *CONSTANTS):
            net[byte] = 1
        for op, handler in _handlers(setting).items():
            meanings[op] = handler
            if handler not in flow.IDLE:
                takes[op] = _takes(op)
                net[op] = sum(word[-1] != "*" for word in op.outputs) - op.takes
        for byte, constant in CONSTANTS.items():
            meanings[byte] = constant
        self.meanings: tuple[Meaning, ...] = tuple(meanings)
        self.takes, self.net = tuple(takes), tuple(net)


@lru_cache(maxsize=256)
def dialect(rules: RuleSet, version: SignatureVersion = SignatureVersion.LEGACY) -> Dialect:
    """Return the dialect of a rule set and a kind of script."""
    return Dialect(rules, version)


def _takes(op: Op) -> int:
    """Return the number of items that the driver checks for; opcodes that count signatures check the others."""
    return 1 if op in _OPEN_DEPTH else op.takes


def _handlers(setting: Setting) -> dict[Op, Handler]:
    """Return the handlers of the opcodes that have one here, including those that fail with a reason of their own."""
    families = (stack, arithmetic, byte_strings, flow, crypto, lock_times)
    handlers = {op: handler for family in families for op, handler in family.handlers(setting).items()}
    era = setting.era
    for op in _absent(setting):
        handlers.pop(op, None)
    handlers |= dict.fromkeys(era.disabled, flow.REFUSE[Reason.DISABLED_OPCODE])
    handlers[Op.OP_NOP] = handlers[Op.OP_ENDIF] = flow.nothing
    upgradable = (
        flow.REFUSE[Reason.DISCOURAGE_UPGRADABLE_NOPS] if setting.has(Rule.DISCOURAGE_UPGRADABLE_NOPS) else flow.nothing
    )
    idle = upgradable if setting.rules.chain.discourages_lock_times else flow.nothing
    handlers |= {op: idle for op, rule in _LOCK_TIMES.items() if not setting.has(rule)}
    return handlers | dict.fromkeys(_UPGRADABLE | era.nops, upgradable)


def _absent(setting: Setting) -> frozenset[Op]:
    """Return the opcodes that are undefined here."""
    era = setting.era
    return era.absent if setting.version is SignatureVersion.TAPROOT else era.absent | era.tapscript_only


def _poisons(setting: Setting) -> dict[int, Reason]:
    era = setting.era
    poisons = {
        op.value: Reason.DISABLED_OPCODE if op in era.disabled else Reason.BAD_OPCODE for op in sorted(era.fatal)
    }
    if setting.version is SignatureVersion.LEGACY and setting.has(Rule.CONST_SCRIPTCODE):
        poisons[Op.OP_CODESEPARATOR.value] = Reason.OP_CODESEPARATOR
    return poisons


def _deciders(setting: Setting) -> dict[int, Decider]:
    absent = _absent(setting)
    return {op.value: decider for op, decider in flow.deciders(setting).items() if op not in absent}


def _stops(special: set[int]) -> bytes:
    special |= {Op.OP_ELSE, Op.OP_ENDIF, Op.OP_RETURN, Op.OP_CODESEPARATOR, *_OPEN_DEPTH}
    special |= set(range(1, Op.OP_PUSHDATA4 + 1))
    return bytes(byte in special for byte in range(256))
