"""What the meaning of a contract needs to know about the spend: signatures, lock times, and what assembly does.

The evaluator asks; whoever evaluates answers, from a real transaction or from a case that is being thought through.
"""

from collections.abc import Sequence
from typing import Protocol

from penstock.script.opcodes import Op


class Oracle(Protocol):
    """The spend as a contract sees it, under the target's rules. Every method may raise `Abort`."""

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        """Tell whether `signature` (DER and hash type, or empty) is one of `public_key` over the spend.

        Raises:
            Abort: the encoding of either is refused, or the signature is wrong and not empty.
        """

    def check_multi_sig(self, signatures: Sequence[bytes], public_keys: Sequence[bytes]) -> bool:
        """Tell whether each signature belongs to one of the keys, in the keys' order.

        Raises:
            Abort: a pair that is tried has a refused encoding, or the check fails and a signature is not empty.
        """

    def check_lock_time(self, lock_time: int) -> None:
        """Return if the spend is locked until `lock_time` (a block height, or a time from 500,000,000 on) or later.

        Raises:
            Abort: it is not.
        """

    def check_sequence(self, sequence: int) -> None:
        """Return if the spent output is at least as old as `sequence` asks for (BIP68 form, BIP112 rules).

        Raises:
            Abort: the input does not promise that.
        """

    def separate_code(self) -> None:
        """Note that execution passes a code separator: signatures checked from now on sign what follows it."""

    def run_assembly(self, words: Sequence[Op | bytes | str], items: Sequence[bytes], count: int) -> Sequence[bytes]:
        """Run hand-written code, which has no meaning but the machine's; return the `count` items that it leaves.

        Args:
            words: opcodes, data to push, and names of assembly variables (`Owner.function.name`).
            items: what the code finds on the stack, the last on top.
            count: how many items it should leave in their place.

        Raises:
            Abort: the code fails, takes more than it was given, or leaves another number of items.
        """
