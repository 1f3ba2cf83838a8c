"""Tokens: a provider knows again what he has offered, and the numbers of his connections, without keeping them.

So an offer, and a Hello by plain HTTP, cost him neither a row nor memory, and any of his processes knows those of the
others. A token has the numbers of the offer and where its keys are below the seed, and a code (HMAC-SHA256) over them.
"""

import hmac
import secrets
import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from penstock.channel.safe.messages.kinds import Offer
from penstock.errors import hides_frames
from penstock.service.errors import ServiceError
from penstock.service.store.held import KeyPath

__tracebackhide__ = hides_frames

_OFFER: Final = struct.Struct(">IIIQHBIII")
_CODE: Final = 32
_NONCE_TIME: Final = struct.Struct(">Q")
_NONCE_CODE: Final = 16
NONCE_LIFE: Final = 60.0
"""Seconds for which a number of a connection by plain HTTP holds."""


class TokenError(ServiceError, ValueError):
    """A token or a number that this provider has not made, or that is over."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one provider on one network.

    Attributes:
        secret: his secret, 32 bytes.
        network: the name of the network.
    """

    secret: bytes
    network: str

    def of_offer(self, path: KeyPath, offer: Offer) -> bytes:
        """Return the token of an offer whose keys are at a path."""
        numbers = _OFFER.pack(
            path.device,
            path.counter,
            offer.until,
            offer.base,
            offer.delay,
            offer.payment_version,
            offer.payment_rate,
            offer.claim_rate,
            offer.largest_chunk,
        )
        return numbers + self._code(b"offer", numbers)

    def offered(self, token: bytes) -> tuple[KeyPath, Offer]:
        """Return what a token tells: the path of the keys, and the offer without its keys.

        Raises:
            TokenError: this provider has not made it.
        """
        numbers, code = token[: _OFFER.size], token[_OFFER.size :]
        if len(token) != _OFFER.size + _CODE or not hmac.compare_digest(code, self._code(b"offer", numbers)):
            raise TokenError("the token is not one of this provider: ask for another offer")
        device, counter, until, base, delay, version, payment_rate, claim_rate, largest = _OFFER.unpack(numbers)
        offer = Offer(self.network, 1, (), base, delay, version, payment_rate, claim_rate, largest, until)
        return KeyPath(device, counter), offer

    def nonce(self, now: float) -> bytes:
        """Return a new number of a connection by plain HTTP, 32 bytes.

        Args:
            now: seconds since 1970.
        """
        told = _NONCE_TIME.pack(int(now)) + secrets.token_bytes(8)
        return told + self._code(b"nonce", told)[:_NONCE_CODE]

    def check_nonce(self, nonce: bytes, now: float) -> None:
        """Check a number of a connection by plain HTTP.

        Raises:
            TokenError: this provider has not made it, or it is over.
        """
        told, code = nonce[:_NONCE_CODE], nonce[_NONCE_CODE:]
        if not hmac.compare_digest(code, self._code(b"nonce", told)[:_NONCE_CODE]):
            raise TokenError("the number of the connection is not one of this provider: ask for a Hello")
        (made,) = _NONCE_TIME.unpack(told[: _NONCE_TIME.size])
        if not -NONCE_LIFE <= now - made <= NONCE_LIFE:
            raise TokenError("the number of the connection is over: ask for a Hello")

    def _code(self, purpose: bytes, content: bytes) -> bytes:
        return hmac.digest(self.secret, b"penstock/%b/1/%b/" % (purpose, self.network.encode()) + content, sha256)
