"""Parts of a chain's record: limits, eras, activations."""

from typing import Final, NamedTuple

from penstock.script.opcodes import Op

UNLIMITED: Final = (1 << 63) - 1


class Limits(NamedTuple):
    """Limits on the resources of a script.

    Attributes:
        script_size: bytes of a script.
        element_size: bytes of a stack item.
        stack_items: items on both stacks together.
        stack_memory: bytes of all items, each counted as its length plus 32.
        opcodes: opcodes above OP_16 in a script, and public keys of its CHECKMULTISIGs.
        multisig_keys: public keys of one CHECKMULTISIG.
        number_size: bytes of a number that an opcode reads; with `Era.refuses_long_results` also of one that it
            writes.
    """

    script_size: int = 10_000
    element_size: int = 520
    stack_items: int = 1_000
    stack_memory: int = UNLIMITED
    opcodes: int = 201
    multisig_keys: int = 20
    number_size: int = 4


class RelayLimits(NamedTuple):
    """Limits of the transactions that nodes relay, in addition to those of blocks; a block may exceed them.

    Attributes:
        versions: versions of a transaction.
        virtual_size: virtual bytes of a transaction (BIP141).
        least_size: bytes of a transaction without witnesses, at least.
        unlocking_size: bytes of an unlocking script.
        redeem_checks: signature checks in a redeem script (BIP16).
        witness_script: bytes of a witness script of version 0.
        witness_items: items of a witness of version 0 besides its script.
        witness_item: bytes of an item of a witness that runs a script.
        multisig_keys: keys of an output with a multisig script.
        dust_rate: satoshis per 1,000 bytes of an output and of the input that spends it, which it must be worth.
    """

    versions: range
    virtual_size: int
    least_size: int
    unlocking_size: int
    redeem_checks: int
    witness_script: int
    witness_items: int
    witness_item: int
    multisig_keys: int
    dust_rate: int


class Activation(NamedTuple):
    """Rules that blocks have from a height on.

    Attributes:
        height: height of the first block with the rules.
        flags: the rules of a block from there on.
        output_flags: the rules about an output in a block from there on.
    """

    height: int
    flags: frozenset[str]
    output_flags: frozenset[str] = frozenset()


class Era(NamedTuple):
    """Rules for the outputs of one era of a chain.

    Attributes:
        name: name of the era.
        flags: rules that are on for an output of this era, and for no earlier one.
        limits: limits of a script.
        absent: opcodes that fail like bytes without a meaning.
        disabled: opcodes that fail as disabled ones.
        fatal: those of `absent` and `disabled` that fail even in a branch that is not taken.
        nops: opcodes that do nothing, in addition to those that do nothing on every chain.
        tapscript_only: opcodes that are absent except in tapscript.
        success: bytes that make a tapscript succeed (OP_SUCCESS of BIP342).
        return_ends: whether RETURN ends a script with success; otherwise it fails.
        single_else: whether an IF has at most one ELSE.
        refuses_long_results: whether a result that is too long to be read as a number fails.
        p2sh: whether outputs that pay to the hash of a script run that script (BIP16); otherwise such outputs are
            refused in transactions.
        relative_locks: whether sequence numbers keep a transaction out of blocks (BIP68).
        transaction_size: bytes of a transaction, without witnesses.
        sigops: signature checks in the scripts of a transaction, twenty for each CHECKMULTISIG; None for no limit.
    """

    name: str
    flags: frozenset[str]
    limits: Limits
    absent: frozenset[Op]
    disabled: frozenset[Op]
    fatal: frozenset[Op]
    nops: frozenset[Op]
    tapscript_only: frozenset[Op]
    success: frozenset[int]
    return_ends: bool
    single_else: bool
    refuses_long_results: bool
    p2sh: bool
    relative_locks: bool
    transaction_size: int
    sigops: int | None
