"""Rule sets: rules that are on or off, limits, and named sets.

A `RuleSet` is a value. Its rules have the names of the flags in the nodes' test vectors; the rules of a chain, and its
limits by the age of the spent output, are in the chain's record (`penstock.script.chains`). `RuleSet.named` has two
sets for each chain:

* `bsv`, `btc`: transactions that nodes relay by default, with the limits of blocks;
* `bsv-consensus`, `btc-consensus`: transactions that a block accepts.

The named sets assume that the output and the spending block belong to the chain's newest era.
"""

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, Self

from penstock.errors import PenstockError, hides_frames
from penstock.script.chain_parts import Era, Limits
from penstock.script.chains import CHAINS, STANDARDNESS, Chain, ChainError, chain_named, chains_with

__tracebackhide__ = hides_frames


class RuleSetError(PenstockError, ValueError):
    """An invalid rule set: an unknown name, or a rule that its chain does not have."""


class Rule(Enum):
    """A rule that is on or off: its source, and its effect."""

    source: str
    meaning: str

    def __init__(self, source: str, meaning: str) -> None:
        self.source = source
        self.meaning = meaning

    P2SH = "BIP16", "HASH160 <20 bytes> EQUAL runs the script that the unlocking script pushes last"
    STRICTENC = "BIP62", "signatures are strict DER with a defined hash type, public keys 33 or 65 bytes"
    DERSIG = "BIP66", "signatures are strict DER"
    LOW_S = "BIP62, BIP146", "the S of a signature is at most half the order of the curve"
    NULLDUMMY = "BIP147", "the surplus item that CHECKMULTISIG pops is empty"
    SIGPUSHONLY = "BIP62", "the unlocking script only pushes (bsv: needs GENESIS or CHRONICLE)"
    MINIMALDATA = "BIP62", "pushes that are executed, and numbers, are in their shortest form"
    DISCOURAGE_UPGRADABLE_NOPS = "policy", "a NOP that may get a meaning later fails when executed"
    CLEANSTACK = "BIP62", "exactly one item is left at the end"
    CHECKLOCKTIMEVERIFY = "BIP65", "NOP2 compares with the lock time"
    CHECKSEQUENCEVERIFY = "BIP112", "NOP3 compares with the input's sequence"
    MINIMALIF = "policy", "IF and NOTIF take the empty string or 01 only (btc: in witness scripts)"
    NULLFAIL = "BIP146", "a signature that fails is the empty one"

    WITNESS = "BIP141, BIP143", "witness programs of version 0 run the witness"
    DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM = "policy", "witness programs of unknown version or size fail"
    WITNESS_PUBKEYTYPE = "policy", "public keys in witness scripts of version 0 are compressed"
    CONST_SCRIPTCODE = "policy", "legacy scripts have no CODESEPARATOR and no signature to be cut out"
    TAPROOT = "BIP341, BIP342", "witness programs of version 1 are keys and trees of scripts"
    DISCOURAGE_UPGRADABLE_TAPROOT_VERSION = "policy", "leaves of unknown version fail"
    DISCOURAGE_OP_SUCCESS = "policy", "a tapscript with an OP_SUCCESS fails"
    DISCOURAGE_UPGRADABLE_PUBKEYTYPE = "policy", "tapscript keys that are not of 32 bytes fail"

    STANDARD_INPUT = "policy", "the spent output is of a standard kind: a script only as its hash"
    STANDARD_UNLOCKING = "policy", "the unlocking script only pushes, and has at most 1,650 bytes"
    REDEEM_CHECKS = "policy", "a redeem script checks at most 15 signatures"
    WITNESS_SCRIPT_SIZE = "policy", "a witness script of version 0 has at most 3,600 bytes"
    WITNESS_ITEMS = "policy", "a witness of version 0 has at most 100 items besides its script"
    WITNESS_ITEM_SIZE = "policy", "an item for a witness script or a tapscript has at most 80 bytes"
    ANNEX = "policy", "a taproot witness has no annex"
    STANDARD_VERSION = "policy", "the transaction has version 1, 2 or 3"
    STANDARD_SIZE = "policy", "the transaction has 65 bytes without witnesses, and at most 100,000 virtual bytes"
    STANDARD_OUTPUT = "policy", "the outputs are of standard kinds"
    DUST = "policy", "an output is worth what it costs to spend it"

    SIGHASH_FORKID = "UAHF, August 2017", "hash type bit 0x40 is allowed, with STRICTENC demanded"
    COMPRESSED_PUBKEYTYPE = "policy", "public keys are compressed"
    UTXO_AFTER_GENESIS = "Genesis, height 620538", "the output is younger than Genesis: its limits are lifted"
    UTXO_AFTER_CHRONICLE = "Chronicle, height 943816", "the output is younger than Chronicle: more opcodes"
    GENESIS = "Genesis, height 620538", "the spending block is younger than Genesis"
    CHRONICLE = "Chronicle, height 943816", "the spending block is younger than Chronicle"


RELAY_RULES: Final = frozenset(Rule[name] for name in STANDARDNESS)
"""Rules of relay about inputs and transactions whose scripts pass."""

_RELAXED: Final = frozenset(
    {
        Rule.SIGPUSHONLY,
        Rule.MINIMALDATA,
        Rule.LOW_S,
        Rule.NULLFAIL,
        Rule.NULLDUMMY,
        Rule.MINIMALIF,
        Rule.CLEANSTACK,
    }
)
"""Rules that Chronicle does not apply to transactions of version 2 and above."""


class Guard(NamedTuple):
    """The machine's own limits on the time and memory of one script, in addition to the chain's; no node has them.

    Both amounts are added to an allowance for the size of the scripts: four bytes of memory and 64 of work per byte of
    script. A script that exceeds them fails with RESOURCE_LIMIT.

    Attributes:
        memory: bytes on both stacks, counted as for `Limits.stack_memory`.
        work: bytes to copy, hash or calculate with in items above 4,096 bytes. A product of long numbers counts the
            product of their sizes over 24, a quotient over 8; a byte to hash with RIPEMD160 counts six times, a
            signature 60,000, and reading an instruction of a script above 1,000 bytes for the original digest 256.
    """

    memory: int = 100_000_000
    work: int = 3_000_000_000


class _RuleSet(NamedTuple):
    chain: Chain
    rules: frozenset[Rule]
    guard: Guard | None
    overridden: Limits | None


class RuleSet(_RuleSet):
    """The rules and limits of one verdict.

    Attributes:
        chain: the chain.
        rules: the rules that are on.
        guard: limits on time and memory against hostile scripts; None for no limits.
        overridden: limits that replace those of the chain and era; None to keep these.
    """

    __slots__ = ()

    def __new__(
        cls,
        chain: Chain | str,
        rules: frozenset[Rule],
        guard: Guard | None = Guard(),  # noqa: B008  # immutable
        overridden: Limits | None = None,
    ) -> Self:
        """Make a rule set; rules that `rules` imply are added.

        Raises:
            RuleSetError: an unknown chain, a rule that the chain does not have, or an argument of the wrong type.
        """
        chain = _chain(chain)
        if not _are_rules(rules):
            raise RuleSetError(f"rules is a frozenset of Rule, not {rules!r}; use from_flags for names")
        for rule in rules:
            if rule.name not in chain.flags:
                raise RuleSetError(f"{rule.name} is a rule of {' and '.join(chains_with(rule.name))}, not of {chain}")
        for name, part, kind in (("guard", guard, Guard), ("overridden", overridden, Limits)):
            if part is not None and not (isinstance(part, kind) and all(map(_is_amount, part))):
                raise RuleSetError(f"{name} is a {kind.__name__} of whole numbers from 0, or None, not {part!r}")
        if overridden is not None and not overridden.number_size:
            raise RuleSetError("number_size is 1 at least: the opcodes from OP_1 to OP_16 push numbers of one byte")
        return super().__new__(cls, chain, _closure(chain, rules), guard, overridden)

    @classmethod
    def named(cls, name: str) -> Self:
        """Return one of the named sets, two for each chain.

        Raises:
            RuleSetError: no set has this name.
        """
        known = _NAMED.get(name) if _is_text(name) else None
        if known is None:
            raise RuleSetError(f"unknown rule set {name!r}: there are {', '.join(_NAMED)}")
        chain, is_relayed = known
        return cls.relayed(chain) if is_relayed else cls.in_blocks(chain)

    @classmethod
    def relayed(cls, chain: Chain) -> Self:
        """Return the rules of transactions that a chain's nodes relay by default, guarded against hostile scripts."""
        return cls(chain, frozenset(map(_rule, chain.block_flags | chain.relay_flags)))

    @classmethod
    def in_blocks(cls, chain: Chain) -> Self:
        """Return the rules of transactions that a chain's blocks accept."""
        return cls(chain, frozenset(map(_rule, chain.block_flags)), None)

    @classmethod
    def at(cls, height: int, chain: Chain | str, *, spent_height: int | None = None) -> Self:
        """Return the rules of a block of the main network.

        Args:
            height: height of the block that spends.
            chain: the chain, or its name.
            spent_height: height of the block with the spent output; None for the same block.

        Raises:
            RuleSetError: an unknown chain, a height that is not a whole number from 0, or an output from a later block.
        """
        chain = _chain(chain)
        created = height if spent_height is None else spent_height
        if not _is_amount(height) or not _is_amount(created):
            raise RuleSetError(f"a height is a whole number from 0, not {height!r} and {created!r}")
        if created > height:
            raise RuleSetError(f"a block at height {height} cannot spend an output of the later block {created}")
        names = {flag for each in chain.activations if each.height <= height for flag in each.flags}
        names |= {flag for each in chain.activations if each.height <= created for flag in each.output_flags}
        return cls(chain, frozenset(map(_rule, names)), None)

    @classmethod
    def from_flags(cls, flags: str, *, chain: Chain | str) -> Self:
        """Return the rule set of a comma-separated list, with the names of the vectors; empty or `NONE` for no rules.

        Rules that a flag implies are added: on btc TAPROOT and CLEANSTACK imply WITNESS, WITNESS implies P2SH; on bsv
        SIGHASH_FORKID implies STRICTENC.

        Raises:
            RuleSetError: an unknown flag, one that `chain` does not have, or an unknown chain.
        """
        if not _is_text(flags):
            raise RuleSetError(f"flags is text with commas between the names, not {type(flags).__name__}")
        names = [name.strip() for name in flags.split(",")]
        return cls(chain, frozenset()).with_flags(*(name for name in names if name not in ("", "NONE")))

    def with_flags(self, *names: str) -> Self:
        """Return the same set with these rules, and those that they imply, switched on.

        Raises:
            RuleSetError: an unknown flag, or one that the chain does not have.
        """
        return self._with_rules(self.rules.union(map(_rule, names)))

    def without(self, *names: str) -> Self:
        """Return the same set with these rules, and those that imply them, switched off.

        Raises:
            RuleSetError: an unknown flag.
        """
        off = set(map(_rule, names))
        return self._with_rules(frozenset(rule for rule in self.rules if not off & _closure(self.chain, (rule,))))

    def _with_rules(self, rules: frozenset[Rule]) -> Self:
        return type(self)(self.chain, rules, self.guard, self.overridden)

    def without_guard(self) -> Self:
        """Return the same set without the guard on time and memory: for trusted scripts."""
        return self._replace(guard=None)

    def with_limits(self, **limits: int) -> Self:
        """Return the same set with some limits changed; the names are those of `Limits`.

        Raises:
            RuleSetError: an unknown limit, or a limit that is not a whole number from 0.
        """
        unknown = limits.keys() - set(Limits._fields)
        if unknown:
            raise RuleSetError(f"unknown limit {min(unknown)!r}: there are {', '.join(Limits._fields)}")
        return type(self)(self.chain, self.rules, self.guard, self.limits._replace(**limits))

    @property
    def flags(self) -> str:
        """The rules as a comma-separated list for `from_flags`."""
        return ",".join(rule.name for rule in Rule if rule in self.rules) or "NONE"

    @property
    def era(self) -> Era:
        """The era of the chain to which the output belongs."""
        return self.chain.era({rule.name for rule in self.rules})

    @property
    def limits(self) -> Limits:
        """The limits: those of the output's era, unless they are overridden."""
        return self.era.limits if self.overridden is None else self.overridden

    @property
    def relaxed(self) -> Self:
        """The rules that apply to a transaction of version 2 and above: on bsv since Chronicle a part, else all.

        Of LOW_S the strict form remains, which is DERSIG.
        """
        if Rule.CHRONICLE not in self.rules:
            return self
        strict = {Rule.DERSIG} if Rule.LOW_S in self.rules else set()
        return self._with_rules(self.rules - _RELAXED | strict)

    @property
    def scripts_only(self) -> Self:
        """The rules for scripts: without those of relay about inputs and transactions whose scripts pass."""
        return self if self.rules.isdisjoint(RELAY_RULES) else self._with_rules(self.rules - RELAY_RULES)


def _chain(chain: Chain | str) -> Chain:
    try:
        return chain_named(chain)
    except ChainError as error:
        raise RuleSetError(str(error)) from None


def _rule(name: str) -> Rule:
    rule = Rule.__members__.get(name) if _is_text(name) else None
    if rule is None:
        raise RuleSetError(f"unknown flag {name!r}: there are {', '.join(Rule.__members__)}")
    return rule


def _is_text(name: object) -> bool:
    return isinstance(name, str)


def _are_rules(rules: object) -> bool:
    return isinstance(rules, frozenset | set) and all(isinstance(rule, Rule) for rule in rules)


def _is_amount(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _closure(chain: Chain, rules: Iterable[Rule]) -> frozenset[Rule]:
    closed: set[Rule] = set()
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        closed.add(rule)
        waiting += map(_rule, chain.implied.get(rule.name, ()))
    return frozenset(closed)


_NAMED: Final[dict[str, tuple[Chain, bool]]] = {
    **{name: (chain, True) for name, chain in CHAINS.items()},
    **{f"{name}-consensus": (chain, False) for name, chain in CHAINS.items()},
}
"""The named sets: the chain, and whether the rules of relay are included."""


def rule_set(rules: RuleSet | Chain | str) -> RuleSet:
    """Return a rule set: a `RuleSet` unchanged, a named set, or for a chain the rules of relay.

    Raises:
        RuleSetError: no set has this name.
    """
    if isinstance(rules, RuleSet):
        return rules
    if isinstance(rules, Chain):
        return _relayed(rules)
    try:
        known = _BY_NAME.get(rules)
    except TypeError:  # unhashable, so not a name
        known = None
    return known if known is not None else RuleSet.named(rules)


_relayed = lru_cache(maxsize=16)(RuleSet.relayed)
_BY_NAME: Final[dict[str, RuleSet]] = {name: RuleSet.named(name) for name in _NAMED}
