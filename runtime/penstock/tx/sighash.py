"""The digest that a signature signs, under the rules of a chain.

In come a transaction in any form, the place of an input, the script that is run, its
value and a hash type; out comes the digest, or its preimage field by field. Which of
the three kinds of `penstock.tx.digests` it is, is decided here: on bsv by the hash
type, on btc by the kind of output that is spent.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from penstock.errors import hides_frames
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.script.consensus import ANNEX_MARK, TAPSCRIPT_LEAF
from penstock.script.hashes import tagged_hash
from penstock.tx.digests import Digests, PreimageField, SighashError, SpentOutputs
from penstock.tx.hash_type import DEFAULT_NAME, HashTypeError, Rules, Switch, chain_of, hash_type_number
from penstock.tx.script_code import ScriptCode
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import Transaction, coerce
from penstock.tx.validation import spent_misfit
from penstock.tx.wire import compact_size

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

__all__ = [
    "Digests",
    "PreimageField",
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
    """Whether a chain with FORKID takes the digest of BIP143 for this hash type: FORKID set, CHRONICLE clear."""
    return hash_type & _FORKID_AND_CHRONICLE == _FORKID


def digest_kind(hash_type: int | str, chain: Chain, version: SignatureVersion | str) -> tuple[SignatureVersion, int]:
    """Which digest a hash type takes, and the number that goes into it.

    Raises:
        HashTypeError: for an unknown hash type, and for DEFAULT where there is no taproot.
        SighashError: for an unknown version.
    """
    try:
        return _digest_kind(hash_type, chain, version)
    except TypeError:  # what cannot be looked up is neither a number nor a name
        names = f"{type(hash_type).__name__} and {type(version).__name__}"
        raise HashTypeError(f"hash type and version are a number or a name, and a name, not {names}") from None


@lru_cache(maxsize=256, typed=True)
def _digest_kind(hash_type: int | str, chain: Chain, version: SignatureVersion | str) -> tuple[SignatureVersion, int]:
    number = hash_type_number(hash_type, chain)
    if version not in tuple(SignatureVersion):
        raise SighashError(f"unknown version {version!r}: it is one of {', '.join(SignatureVersion)}")
    if hash_type == DEFAULT_NAME and version != SignatureVersion.TAPROOT:
        raise HashTypeError(f"hash type {hash_type!r} is the one of taproot, not of {version}")
    if chain.has_fork_id:
        return SignatureVersion.SEGWIT_V0 if uses_forkid_digest(number) else SignatureVersion.LEGACY, number
    return SignatureVersion(version), number


def tapleaf_hash(script: bytes, leaf_version: int = TAPSCRIPT_LEAF) -> bytes:
    """The hash of a leaf of a script tree, 32 bytes (BIP341)."""
    return tagged_hash("TapLeaf", bytes((leaf_version,)), compact_size(len(script)), script)


def sighash(  # noqa: PLR0913, PLR0917 - the arguments of a digest, and no object that would join them
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    script_code: ScriptCode,
    value: int,
    hash_type: int | str,
    rules: Rules = DEFAULT_RULES,
    version: SignatureVersion | str = SignatureVersion.LEGACY,
    spent_outputs: SpentOutputs | None = None,
) -> bytes:
    """The digest that a signature for one input signs, 32 bytes in the order in which they are hashed.

    Args:
        tx: the spending transaction.
        input_index: which of its inputs.
        script_code: the script that is run, from behind the last executed OP_CODESEPARATOR. For taproot: the
            tapscript (leaf version 0xc0), or for the key path nothing or the spent output's own script.
        value: what the spent output is worth, in satoshis; the original digest does not look at it.
        hash_type: a number, or a name such as `"ALL|ANYONECANPAY"`, to which the rules of bsv add FORKID.
        rules: a chain, or a rule set of it, or the name of either; only the chain matters.
        version: on btc, which kind of output is spent: `legacy`, `segwit_v0` or `taproot`. On bsv the hash type
            decides: FORKID set and CHRONICLE clear take the digest of BIP143, all others the original one.
        spent_outputs: for taproot, the outputs that all inputs spend, as `TxOut` or `(value, script)`. An annex is
            found in the witness of `tx`.

    Raises:
        TransactionError: for bytes that make no transaction.
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
            return digests.taproot(input_index, number, annex=annex, leaf_hash=leaf_hash)


def preimage_fields(  # noqa: PLR0913, PLR0917 - those of `sighash`
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    script_code: ScriptCode,
    value: int,
    hash_type: int | str,
    rules: Rules = DEFAULT_RULES,
    version: SignatureVersion | str = SignatureVersion.LEGACY,
    spent_outputs: SpentOutputs | None = None,
) -> tuple[PreimageField, ...]:
    """What `sighash` hashes for the same arguments, field by field, and raising the same errors.

    The fields end to end are the preimage; taproot's stands behind the tag "TapSighash" (BIP340). There is none
    where the original digest hashes nothing (SINGLE without an output at the input's place).
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
            return digests.taproot_fields(input_index, number, annex=annex, leaf_hash=leaf_hash)


def _digests(tx: Transaction, spent_outputs: SpentOutputs | None) -> Digests:
    if spent_outputs is not None and (misfit := spent_misfit(spent_outputs, len(tx.inputs))):
        raise SighashError(misfit)
    return Digests(tx, spent_outputs)


def _check_types(input_index: object, script_code: object, value: object) -> None:
    """Refuse by name what people pass who write hex, or amounts in whole coins."""
    if not isinstance(input_index, int):
        raise SighashError(f"input_index is a number, not {type(input_index).__name__}")
    if not isinstance(script_code, bytes | bytearray | memoryview):
        raise SighashError(f"script_code is bytes, not {type(script_code).__name__}")
    if not isinstance(value, int):
        raise SighashError(f"value is a whole number of satoshis, not {type(value).__name__}")


def _taproot_arguments(
    digests: Digests, input_index: int, script_code: ScriptCode
) -> tuple[bytes | None, bytes | None]:
    """The annex, and the hash of the leaf that is run."""
    tx, spent = digests.tx, digests.spent_outputs
    witness = tx.witnesses[input_index] if 0 <= input_index < len(tx.witnesses) else ()
    annex = witness[-1] if len(witness) > 1 and witness[-1].startswith(ANNEX_MARK) else None
    is_own = spent is not None and 0 <= input_index < len(spent) and spent[input_index][1] == script_code
    return annex, None if is_own or not script_code else tapleaf_hash(bytes(script_code))
