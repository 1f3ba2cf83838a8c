"""Values of python-bitcoinlib where its users have them: `CTxOut`, `COutPoint`, `CBitcoinSecret`.

In: a value of any type. Out: the same value in our form if it is one of python-bitcoinlib, otherwise unchanged. The
library is never imported for this: a caller that has such a value has imported it. `CScript` and `CPubKey` are bytes
already, `CTransaction` is converted by `penstock.tx.transaction`.
"""

import sys
from collections.abc import Sequence
from typing import Any, NamedTuple


class PlainSecret(NamedTuple):
    """A secret of 32 bytes, and whether its public key is compressed."""

    secret: bytes
    compressed: bool


# The types of python-bitcoinlib are known only while it is imported, hence the loose annotations.
def plain_output(output: Any) -> Any:
    """Return a `CTxOut` as a pair of satoshis and locking script; another value unchanged."""
    return (output.nValue, bytes(output.scriptPubKey)) if _is("bitcoin.core", "CTxOut", output) else output


def plain_outputs(outputs: Any) -> Any:
    """Return a list of outputs with every `CTxOut` as a pair; another value unchanged."""
    if "bitcoin.core" not in sys.modules or not isinstance(outputs, Sequence) or isinstance(outputs, str | bytes):
        return outputs
    plain = [plain_output(output) for output in outputs]
    return outputs if all(new is old for new, old in zip(plain, outputs, strict=True)) else plain


def plain_outpoint(outpoint: Any) -> Any:
    """Return a `COutPoint` as a pair of txid (32 bytes, wire order) and index; another value unchanged."""
    return (bytes(outpoint.hash), outpoint.n) if _is("bitcoin.core", "COutPoint", outpoint) else outpoint


def plain_secret(key: Any) -> Any:
    """Return a `CBitcoinSecret` as a `PlainSecret`; another value unchanged."""
    return PlainSecret(bytes(key)[:32], key.is_compressed) if _is("bitcoin.wallet", "CBitcoinSecret", key) else key


def _is(module: str, name: str, value: object) -> bool:
    """Return whether a value has this class of python-bitcoinlib."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, getattr(loaded, name))
