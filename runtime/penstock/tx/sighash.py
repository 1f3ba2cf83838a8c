"""Digest that a signature signs, under the rules of a chain.

In: a transaction in any form, the index of an input, the executed script, its value and a hash type. Out: the digest,
or its preimage field by field. This module selects one of the three kinds in `penstock.tx.digests`: on bsv by the hash
type, on btc by the kind of output that is spent.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from penstock.errors import hides_frames
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.script.consensus import ANNEX_MARK, NO_SEPARATOR, TAPSCRIPT_LEAF
from penstock.script.hashes import tagged_hash
from penstock.tx.bitcoinlib import plain_outputs
from penstock.tx.digests import Digests, SighashError, SpentOutputs
from penstock.tx.hash_type import DEFAULT_NAME, HashTypeError, Rules, Switch, chain_of, hash_type_number
from penstock.tx.script_code import ScriptCode
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import Transaction, coerce
from penstock.tx.validation.parts import spent_misfit
from penstock.tx.wire import compact_size

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

    from penstock.tx.preimage import PreimageField

__tracebackhide__ = hides_frames

__all__ = [
    "Digests",
    "SighashError",
    "SignatureVersion",
    "SpentOutputs",
    "digest_kind",
    "preimage_fields",
    "sighash",
    "tapleaf_hash",
    "uses_forkid_digest",
]

_FORKID: Final = Switch.FORKID.value
_FORKID_AND_CHRONICLE: Final = (Switch.FORKID | Switch.CHRONICLE).value


def uses_forkid_digest(hash_type: int) -> bool:
    """Return whether a chain with FORKID uses the digest of BIP143 for a hash type: FORKID set, CHRONICLE clear."""
    return hash_type & _FORKID_AND_CHRONICLE == _FORKID


def digest_kind(hash_type: int | str, chain: Chain, version: SignatureVersion | str) -> tuple[SignatureVersion, int]:
    """Return the kind of digest for a hash type, and the number in the digest.

    Raises:
        HashTypeError: for an unknown hash type, and for DEFAULT without taproot.
        SighashError: for an unknown version.
    """
    try:
        return _digest_kind(hash_type, chain, version)
    except TypeError:  # unhashable, so neither a number nor a name
        names = f"{type(hash_type).__name__} and {type(version).__name__}"
        raise HashTypeError(f"hash type and version are a number or a name, and a name, not {names}") from None


@lru_cache(maxsize=256, typed=True)
def _digest_kind(hash_type: int | str, chain: Chain, version: SignatureVersion | str) -> tuple[SignatureVersion, int]:
    number = hash_type_number(hash_type, chain)
    if version not in tuple(SignatureVersion):
        raise SighashError(f"unknown version {version!r}: it is one of {', '.join(SignatureVersion)}")
    if hash_type == DEFAULT_NAME and version != SignatureVersion.TAPROOT:
        raise HashTypeError(f"hash type {hash_type!r} is that of taproot, not of {version}")
    if chain.has_fork_id:
        return SignatureVersion.SEGWIT_V0 if uses_forkid_digest(number) else SignatureVersion.LEGACY, number
    return SignatureVersion(version), number


def tapleaf_hash(script: bytes, leaf_version: int = TAPSCRIPT_LEAF) -> bytes:
    """Return the hash of a leaf of a script tree, 32 bytes (BIP341)."""
    return tagged_hash("TapLeaf", bytes((leaf_version,)), compact_size(len(script)), script)


def sighash(  # noqa: PLR0913, PLR0917 - the arguments of a digest, which no object joins
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    script_code: ScriptCode,
    value: int,
    hash_type: int | str,
    rules: Rules = DEFAULT_RULES,
    version: SignatureVersion | str = SignatureVersion.LEGACY,
    spent_outputs: SpentOutputs | None = None,
    codeseparator_position: int = NO_SEPARATOR,
) -> bytes:
    """Return the digest that a signature for one input signs, 32 bytes in the order of the hash function.

    Args:
        tx: the spending transaction.
        input_index: index of the input.
        script_code: the executed script, after the last executed OP_CODESEPARATOR. For taproot: the tapscript (leaf
            version 0xc0), or for the key path the empty script or the spent output's own.
        value: satoshis of the spent output; not part of the original digest.
        hash_type: a number, or a name such as `"ALL|ANYONECANPAY"`, to which the rules of bsv add FORKID.
        rules: a chain, or a rule set of it, or the name of either; only the chain matters.
        version: on btc, the kind of the spent output: `legacy`, `segwit_v0` or `taproot`. On bsv the hash type
            decides: with FORKID and without CHRONICLE the digest of BIP143, otherwise the original one.
        spent_outputs: for taproot, the outputs that all inputs spend, as `TxOut` or `(value, script)`. An annex is
            found in the witness of `tx`.
        codeseparator_position: for a tapscript, the number of opcodes before the last executed OP_CODESEPARATOR; the
            default if none has been executed. (For the other digests the script code begins after it.)

    Raises:
        TransactionError: for bytes that are not a transaction.
        HashTypeError: for an unknown hash type or unknown rules.
        SighashError: when there is no such digest.
    """
    _check_types(input_index, script_code, value)
    chain = chain_of(rules)
    kind, number = digest_kind(hash_type, chain, version)
    digests = _digests(coerce(tx, segwit=chain.has_witness), spent_outputs)
    match kind:
        case SignatureVersion.LEGACY:
            return digests.legacy(input_index, script_code, number)
        case SignatureVersion.SEGWIT_V0:
            return digests.bip143(input_index, script_code, value, number)
        case SignatureVersion.TAPROOT:
            annex, leaf_hash = _taproot_arguments(digests, input_index, script_code)
            position = codeseparator_position
            return digests.taproot(
                input_index, number, annex=annex, leaf_hash=leaf_hash, codeseparator_position=position
            )


def preimage_fields(  # noqa: PLR0913, PLR0917 - those of `sighash`
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    script_code: ScriptCode,
    value: int,
    hash_type: int | str,
    rules: Rules = DEFAULT_RULES,
    version: SignatureVersion | str = SignatureVersion.LEGACY,
    spent_outputs: SpentOutputs | None = None,
    codeseparator_position: int = NO_SEPARATOR,
) -> "tuple[PreimageField, ...]":
    """Return the fields that `sighash` hashes for the same arguments; raises the same errors.

    The concatenated fields are the preimage; in taproot the tag "TapSighash" precedes it (BIP340). Empty where the
    original digest hashes nothing (SINGLE without an output at the input's index).
    """
    _check_types(input_index, script_code, value)
    chain = chain_of(rules)
    kind, number = digest_kind(hash_type, chain, version)
    digests = _digests(coerce(tx, segwit=chain.has_witness), spent_outputs)
    match kind:
        case SignatureVersion.LEGACY:
            return digests.legacy_fields(input_index, script_code, number)
        case SignatureVersion.SEGWIT_V0:
            return digests.bip143_fields(input_index, script_code, value, number)
        case SignatureVersion.TAPROOT:
            annex, leaf_hash = _taproot_arguments(digests, input_index, script_code)
            position = codeseparator_position
            return digests.taproot_fields(
                input_index, number, annex=annex, leaf_hash=leaf_hash, codeseparator_position=position
            )


def _digests(tx: Transaction, spent_outputs: SpentOutputs | None) -> Digests:
    spent_outputs = plain_outputs(spent_outputs)
    if spent_outputs is not None and (misfit := spent_misfit(spent_outputs, len(tx.inputs))):
        raise SighashError(misfit)
    return Digests(tx, spent_outputs)


def _check_types(input_index: object, script_code: object, value: object) -> None:
    """Raise `SighashError` for arguments of the wrong type, such as hex, or amounts in whole coins."""
    if not isinstance(input_index, int):
        raise SighashError(f"input_index must be a number, not {type(input_index).__name__}")
    if not isinstance(script_code, bytes | bytearray | memoryview):
        raise SighashError(f"script_code must be bytes, not {type(script_code).__name__}")
    if not isinstance(value, int):
        raise SighashError(f"value must be a whole number of satoshis, not {type(value).__name__}")


def _taproot_arguments(
    digests: Digests, input_index: int, script_code: ScriptCode
) -> tuple[bytes | None, bytes | None]:
    """Return the annex, and the hash of the executed leaf."""
    tx, spent = digests.tx, digests.spent_outputs
    witness = tx.witnesses[input_index] if 0 <= input_index < len(tx.witnesses) else ()
    annex = witness[-1] if len(witness) > 1 and witness[-1].startswith(ANNEX_MARK) else None
    is_own = spent is not None and 0 <= input_index < len(spent) and spent[input_index][1] == script_code
    return annex, None if is_own or not script_code else tapleaf_hash(bytes(script_code))
