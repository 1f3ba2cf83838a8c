"""Keys of one party: four, each for one purpose, so that a stolen one gives no more than its purpose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.errors import hides_frames
from penstock.tx.signatures import is_public_key

__tracebackhide__ = hides_frames

_SIZE = 33


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """The public keys of the payer or the payee, 33 bytes each.

    Attributes:
        authentication: signs messages; moves no money.
        funding: signs the transactions that spend the funding output; the payer's alone also its refund.
        claim: the payee's signs claims of the paid key, and is all that a watcher on bsv needs. The payer's signs in
            place of the key, and the refund of the paid key.
        payout: gets what is due to the party: the payer's change and refunds, the payee's earnings.

    Raises:
        ChannelTermsError: a key that is not a point of the curve in 33 bytes. Nodes of btc do not relay a transaction
            with one of 65 bytes, so that the other side could not collect.
    """

    authentication: bytes
    funding: bytes
    claim: bytes
    payout: bytes

    def __post_init__(self) -> None:
        for name, key in self.named():
            if len(key) != _SIZE or not is_public_key(key):
                raise ChannelTermsError(name, key.hex() or "empty", f"a point of the curve in {_SIZE} bytes")

    def named(self, party: str = "") -> Iterator[tuple[str, bytes]]:
        """Yield the keys with their names, after that of the party."""
        prefix = f"{party}." if party else ""
        yield from ((f"{prefix}{field.name}", getattr(self, field.name)) for field in fields(self))


def check_all_different(keys: Sequence[tuple[str, bytes]]) -> None:
    """Check that no two keys are equal or have the same x: one secret would then sign for both.

    Raises:
        ChannelTermsError: two have.
    """
    seen: dict[bytes, str] = {}
    for name, key in keys:
        if (other := seen.setdefault(key[1:], name)) != name:
            raise ChannelTermsError(name, f"{key.hex()}, that of {other}", "a key of its own")
