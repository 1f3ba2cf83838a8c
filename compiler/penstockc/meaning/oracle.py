"""Oracle: the facts about a spend that a contract's meaning depends on: signatures, lock times, results of assembly.

The caller of the evaluator implements it, for a real transaction or for an imagined one.
"""

from collections.abc import Sequence
from typing import Protocol

from penstock.script.opcodes import Op


class Oracle(Protocol):
    """The spend of a contract, under the target's rules. Every method may raise `Abort`."""

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        """Return whether `signature` (DER and hash type, or empty) is one by `public_key` over the spend.

        Raises:
            Abort: the encoding of either is refused, or the signature is wrong and not empty.
        """

    def check_multi_sig(self, signatures: Sequence[bytes], public_keys: Sequence[bytes]) -> bool:
        """Return whether each signature belongs to one of the keys, in the keys' order.

        Raises:
            Abort: a tried pair has a refused encoding, or the check fails and a signature is not empty.
        """

    def check_lock_time(self, lock_time: int) -> None:
        """Check that the spend is locked until `lock_time` (a block height, or a time from 500,000,000 on) or later.

        Raises:
            Abort: it is not.
        """

    def check_sequence(self, sequence: int) -> None:
        """Check that the spent output is at least as old as `sequence` requires (BIP68 form, BIP112 rules).

        Raises:
            Abort: the input does not guarantee that.
        """

    def separate_code(self) -> None:
        """Pass a code separator: signatures checked from now on sign the part of the script after it."""

    def run_assembly(self, words: Sequence[Op | bytes | str], items: Sequence[bytes], count: int) -> Sequence[bytes]:
        """Run hand-written code, whose meaning is the machine's; return the `count` items that it leaves.

        Args:
            words: opcodes, data to push, and names of assembly variables (`Owner.function.name`).
            items: the stack before the code, the last on top.
            count: the number of items that should replace them.

        Raises:
            Abort: the code fails, takes more than the items, or leaves another number of items.
        """
