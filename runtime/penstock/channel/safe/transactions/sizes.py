"""Sizes that cost fees, from the lengths of what unlocks an input: nothing has to be signed, no chunk to be there."""

from collections.abc import Sequence
from typing import Final

from penstock.contract.spend import Spend
from penstock.script.pushes import push_prefix
from penstock.tx.wire import compact_size

SIGNATURE_SIZE: Final = 72
"""Bytes of the longest signature: DER with a low S, and the byte of the hash type."""
KEY_INPUT: Final = (SIGNATURE_SIZE, 33)
"""Lengths of what unlocks an output of a key: a signature and the public key."""
_WITNESS_MARK: Final = 2


def spend_size(spend: Spend, function: str, lengths: Sequence[int]) -> int:
    """Return the bytes of a finished transaction that cost fees; on chains with witnesses virtual bytes (BIP141).

    Args:
        spend: the transaction; its inputs besides the contract's are outputs of keys.
        function: the public function that unlocks the contract.
        lengths: the bytes of each argument.
    """
    artifact = spend.contract.artifact
    selector = [spend.contract.function(function).index] if len(artifact.functions) > 1 else []
    bare = spend.transaction().size()
    others = len(spend.other_inputs)
    if not artifact.chain.has_witness:
        unlocking = [sum(map(_push_size, lengths)) + len(selector), *[sum(map(_push_size, KEY_INPUT))] * others]
        return bare + sum(size + len(compact_size(size)) - 1 for size in unlocking)
    numbers = [0 if index == 0 else 1 for index in selector]
    items = [*lengths, *numbers, len(spend.contract.locking_script)]
    witness = _WITNESS_MARK + _witness_size(items) + others * _witness_size(KEY_INPUT)
    return (4 * bare + witness + 3) // 4


def _push_size(length: int) -> int:
    return len(push_prefix(length)) + length


def _witness_size(lengths: Sequence[int]) -> int:
    return len(compact_size(len(lengths))) + sum(len(compact_size(length)) + length for length in lengths)
