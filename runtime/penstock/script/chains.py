"""Chains: one record for each, with every fact in which chains differ.

The assembler, the checks of transactions, the machine and the compiler read these facts from a `Chain`; none of them
compares a chain's name. Another chain needs only another record: no field has a default, so mypy reports every missing
fact.

The facts of bsv come from its node, version 1.2.2; those of btc from the BIPs that they name and from Bitcoin Core's
`script/interpreter.h`. Rules and failures have the names of the nodes' test vectors; the machine has their tables
(`Rule`, `Reason`).
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final, NamedTuple

from penstock.errors import PenstockError, hides_frames
from penstock.script.chain_parts import UNLIMITED, Activation, Era, Limits, RelayLimits
from penstock.script.opcodes import Op

__tracebackhide__ = hides_frames


class ChainError(PenstockError, ValueError):
    """An unknown name of a chain."""


class _ChainRecord(NamedTuple):
    name: str
    eras: tuple[Era, ...]
    opcode_names: Mapping[Op, str]
    flags: frozenset[str]
    block_flags: frozenset[str]
    activations: tuple[Activation, ...]
    relay_flags: frozenset[str]
    relay: RelayLimits | None
    implied: Mapping[str, tuple[str, ...]]
    push_only_flags: frozenset[str]
    hash_switches: frozenset[str]
    default_switches: frozenset[str]
    minimal_if_everywhere: bool
    empty_condition: str
    number_too_long: str
    number_not_minimal: str
    discourages_lock_times: bool
    looks_for_twins_first: bool


class Chain(_ChainRecord):
    """A chain. Two records are equal if they are the same object; `str` gives the name.

    Attributes:
        name: its name for users and in artifacts.
        eras: the eras of its outputs, the oldest first.
        opcode_names: names of opcodes that differ from those of `Op`.
        flags: rules that the chain has.
        block_flags: rules of every block, for outputs of the newest era.
        activations: the heights of the main network at which these rules came, the lowest first.
        relay_flags: additional rules of nodes for relaying.
        relay: the numbers in those of them that are not about scripts; None if it has no such rules.
        implied: rules that a rule implies.
        push_only_flags: rules of which one must be on for SIGPUSHONLY to apply; empty if it always does.
        hash_switches: names of the bits that a hash type may have in addition to ANYONECANPAY.
        default_switches: those of them that are added to a hash type given by name.
        minimal_if_everywhere: whether MINIMALIF applies to all scripts, or only to those of witness version 0.
        empty_condition: the failure of an IF on an empty stack.
        number_too_long: the failure of a number that is too long.
        number_not_minimal: the failure of a number that is not in its shortest form.
        discourages_lock_times: whether CHECKLOCKTIMEVERIFY and CHECKSEQUENCEVERIFY are among the discouraged NOPs
            while their rules are off.
        looks_for_twins_first: whether duplicate outpoints are searched for before any input is checked by itself.
    """

    __slots__ = ()
    __hash__ = object.__hash__  # rule sets are keys of caches, and have their chain in them
    __eq__ = object.__eq__
    __ne__ = object.__ne__

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<chain {self.name}>"

    def __reduce__(self) -> "tuple[object, tuple[str]]":
        """Copy and pickle by name, so that the copy is the same object; raises `ChainError` for other chains."""
        return chain_named, (self.name,)

    @property
    def newest(self) -> Era:
        """The era of outputs that are created now."""
        return self.eras[-1]

    def era(self, flags: AbstractSet[str]) -> Era:
        """Return the newest era whose flags are all among `flags`; the oldest if there is none."""
        return next((era for era in reversed(self.eras) if era.flags <= flags), self.eras[0])

    @property
    def has_witness(self) -> bool:
        """Whether transactions carry witnesses (BIP141)."""
        return "WITNESS" in self.flags

    @property
    def has_taproot(self) -> bool:
        """Whether outputs may be taproot's (BIP341)."""
        return "TAPROOT" in self.flags

    @property
    def has_fork_id(self) -> bool:
        """Whether the hash type selects the digest of a signature: FORKID without CHRONICLE selects that of BIP143."""
        return "FORKID" in self.hash_switches


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REVIVED: Final = frozenset({Op.OP_2MUL, Op.OP_2DIV})
"""Opcodes that bsv enabled again with Chronicle."""
_LOCK_TIMES: Final = frozenset({Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_CHECKSEQUENCEVERIFY})
_VERSION_BRANCHES: Final = frozenset({Op.OP_VERIF, Op.OP_VERNOTIF})
_NOPS: Final = frozenset({Op.OP_SUBSTR, Op.OP_LEFT, Op.OP_RIGHT, Op.OP_LSHIFTNUM, Op.OP_RSHIFTNUM})
"""NOP4 to NOP8, to which bsv gave a meaning with Chronicle."""
_DISABLED: Final = _REVIVED | {
    *(Op.OP_CAT, Op.OP_SPLIT, Op.OP_NUM2BIN, Op.OP_BIN2NUM),
    *(Op.OP_INVERT, Op.OP_AND, Op.OP_OR, Op.OP_XOR),
    *(Op.OP_MUL, Op.OP_DIV, Op.OP_MOD, Op.OP_LSHIFT, Op.OP_RSHIFT),
}
"""Opcodes that were disabled in 2010 (CVE-2010-5137 and after)."""
_COMMON_FLAGS: Final = _words(
    "P2SH STRICTENC DERSIG LOW_S NULLDUMMY SIGPUSHONLY MINIMALDATA DISCOURAGE_UPGRADABLE_NOPS CLEANSTACK"
    " CHECKLOCKTIMEVERIFY CHECKSEQUENCEVERIFY MINIMALIF NULLFAIL"
)

STANDARDNESS: Final = _words(
    "STANDARD_INPUT STANDARD_UNLOCKING REDEEM_CHECKS WITNESS_SCRIPT_SIZE WITNESS_ITEMS WITNESS_ITEM_SIZE ANNEX"
    " STANDARD_VERSION STANDARD_SIZE STANDARD_OUTPUT DUST"
)
"""Rules of relay on btc that are not about the run of a script."""

_BEFORE_THE_FORK: Final = (
    Activation(173_805, _words("P2SH")),
    Activation(363_725, _words("DERSIG")),
    Activation(388_381, _words("CHECKLOCKTIMEVERIFY")),
    Activation(419_328, _words("CHECKSEQUENCEVERIFY")),
)
"""The heights of BIP16, BIP66, BIP65 and BIP68, which are the same on all chains: they parted at 478,558."""

_BEFORE_GENESIS: Final = Era(
    name="before Genesis",
    flags=frozenset(),
    limits=Limits(opcodes=500),
    absent=_VERSION_BRANCHES | {Op.OP_VER, Op.OP_CHECKSIGADD},
    disabled=_REVIVED,
    fatal=_REVIVED | _VERSION_BRANCHES,
    nops=_NOPS,
    tapscript_only=frozenset(),
    success=frozenset(),
    return_ends=False,
    single_else=False,
    refuses_long_results=False,
    p2sh=True,
    relative_locks=True,
    transaction_size=1_000_000,
    sigops=20_000,
)
_GENESIS: Final = _BEFORE_GENESIS._replace(
    name="Genesis",
    flags=_words("UTXO_AFTER_GENESIS"),
    limits=Limits(
        script_size=0xFFFF_FFFF,
        element_size=UNLIMITED,
        stack_items=UNLIMITED,
        opcodes=0xFFFF_FFFF,
        multisig_keys=0xFFFF_FFFF,
        number_size=750_000,
    ),
    fatal=frozenset(),
    nops=_NOPS | _LOCK_TIMES,
    return_ends=True,
    single_else=True,
    refuses_long_results=True,
    p2sh=False,
    relative_locks=False,
    transaction_size=1_000_000_000,
    sigops=None,
)
_AFTER_CHRONICLE: Final = _GENESIS._replace(
    name="Chronicle",
    flags=_words("UTXO_AFTER_GENESIS UTXO_AFTER_CHRONICLE"),
    limits=_GENESIS.limits._replace(number_size=32_000_000),
    absent=frozenset({Op.OP_CHECKSIGADD}),
    disabled=frozenset(),
    nops=_LOCK_TIMES,
)

BSV: Final = Chain(
    name="bsv",
    eras=(_BEFORE_GENESIS, _GENESIS, _AFTER_CHRONICLE),
    opcode_names=MappingProxyType({}),
    flags=_COMMON_FLAGS
    | _words("SIGHASH_FORKID COMPRESSED_PUBKEYTYPE UTXO_AFTER_GENESIS UTXO_AFTER_CHRONICLE GENESIS CHRONICLE"),
    block_flags=_words(
        "P2SH DERSIG CHECKLOCKTIMEVERIFY CHECKSEQUENCEVERIFY STRICTENC SIGHASH_FORKID LOW_S NULLFAIL"
        " GENESIS SIGPUSHONLY CHRONICLE UTXO_AFTER_GENESIS UTXO_AFTER_CHRONICLE"
    ),
    activations=(
        *_BEFORE_THE_FORK,
        Activation(478_559, _words("STRICTENC SIGHASH_FORKID")),
        Activation(504_032, _words("LOW_S NULLFAIL")),
        Activation(620_538, _words("GENESIS SIGPUSHONLY"), _words("UTXO_AFTER_GENESIS")),
        Activation(943_816, _words("CHRONICLE"), _words("UTXO_AFTER_CHRONICLE")),
    ),
    relay_flags=_words("NULLDUMMY DISCOURAGE_UPGRADABLE_NOPS CLEANSTACK MINIMALDATA"),
    relay=None,
    implied=MappingProxyType({"SIGHASH_FORKID": ("STRICTENC",)}),
    push_only_flags=_words("GENESIS CHRONICLE"),
    hash_switches=_words("FORKID CHRONICLE"),
    default_switches=_words("FORKID"),
    minimal_if_everywhere=True,
    empty_condition="UNBALANCED_CONDITIONAL",
    number_too_long="SCRIPTNUM_OVERFLOW",
    number_not_minimal="SCRIPTNUM_MINENCODE",
    discourages_lock_times=True,
    looks_for_twins_first=False,
)
"""Bitcoin SV."""

BTC: Final = Chain(
    name="btc",
    eras=(
        Era(
            name="taproot",
            flags=frozenset(),
            limits=Limits(),
            absent=_VERSION_BRANCHES | {Op.OP_VER},
            disabled=_DISABLED,
            fatal=_DISABLED | _VERSION_BRANCHES,
            nops=_NOPS,
            tapscript_only=frozenset({Op.OP_CHECKSIGADD}),
            success=frozenset(
                {80, 98, *range(126, 130), *range(131, 135), 137, 138, 141, 142, *range(149, 154), *range(187, 255)}
            ),
            return_ends=False,
            single_else=False,
            refuses_long_results=False,
            p2sh=True,
            relative_locks=True,
            transaction_size=1_000_000,
            sigops=None,
        ),
    ),
    opcode_names=MappingProxyType(
        {
            Op.OP_SPLIT: "OP_SUBSTR",
            Op.OP_NUM2BIN: "OP_LEFT",
            Op.OP_BIN2NUM: "OP_RIGHT",
            Op.OP_SUBSTR: "OP_NOP4",
            Op.OP_LEFT: "OP_NOP5",
            Op.OP_RIGHT: "OP_NOP6",
            Op.OP_LSHIFTNUM: "OP_NOP7",
            Op.OP_RSHIFTNUM: "OP_NOP8",
        }
    ),
    flags=_COMMON_FLAGS
    | _words(
        "WITNESS DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM WITNESS_PUBKEYTYPE CONST_SCRIPTCODE TAPROOT"
        " DISCOURAGE_UPGRADABLE_TAPROOT_VERSION DISCOURAGE_OP_SUCCESS DISCOURAGE_UPGRADABLE_PUBKEYTYPE"
    )
    | STANDARDNESS,
    block_flags=_words("P2SH DERSIG NULLDUMMY CHECKLOCKTIMEVERIFY CHECKSEQUENCEVERIFY WITNESS TAPROOT"),
    activations=(
        *_BEFORE_THE_FORK,
        Activation(481_824, _words("WITNESS NULLDUMMY")),
        Activation(709_632, _words("TAPROOT")),
    ),
    relay_flags=_words(
        "STRICTENC LOW_S MINIMALDATA DISCOURAGE_UPGRADABLE_NOPS CLEANSTACK MINIMALIF NULLFAIL CONST_SCRIPTCODE"
        " DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM WITNESS_PUBKEYTYPE DISCOURAGE_UPGRADABLE_TAPROOT_VERSION"
        " DISCOURAGE_OP_SUCCESS DISCOURAGE_UPGRADABLE_PUBKEYTYPE"
    )
    | STANDARDNESS,
    relay=RelayLimits(
        versions=range(1, 4),
        virtual_size=100_000,
        least_size=65,
        unlocking_size=1_650,
        redeem_checks=15,
        witness_script=3_600,
        witness_items=100,
        witness_item=80,
        multisig_keys=3,
        dust_rate=3_000,
    ),
    implied=MappingProxyType({"WITNESS": ("P2SH",), "TAPROOT": ("WITNESS",), "CLEANSTACK": ("WITNESS",)}),
    push_only_flags=frozenset(),
    hash_switches=frozenset(),
    default_switches=frozenset(),
    minimal_if_everywhere=False,
    empty_condition="INVALID_STACK_OPERATION",
    number_too_long="SCRIPTNUM",
    number_not_minimal="SCRIPTNUM",
    discourages_lock_times=False,
    looks_for_twins_first=True,
)
"""Bitcoin as Bitcoin Core runs it."""

CHAINS: Final[Mapping[str, Chain]] = MappingProxyType({chain.name: chain for chain in (BSV, BTC)})
"""The chains by name, for the command line, artifacts and rule sets."""

DEFAULT_CHAIN: Final = BSV
DEFAULT_RULES: Final = DEFAULT_CHAIN.name
"""The name of the default rule set."""


def chain_named(chain: Chain | str) -> Chain:
    """Return the chain of this name; a `Chain` is returned unchanged.

    Raises:
        ChainError: no chain has this name.
    """
    if isinstance(chain, Chain):
        return chain
    known = CHAINS.get(chain) if isinstance(chain, str) else None  # type: ignore[redundant-expr]  # callers need not be typed
    if known is None:
        raise ChainError(f"unknown chain {chain!r}: it is {' or '.join(CHAINS)}")
    return known


def chains_with(flag: str) -> tuple[str, ...]:
    """Return the names of the known chains that have a rule."""
    return tuple(chain.name for chain in CHAINS.values() if flag in chain.flags)
