"""ARC as a publisher: a service of miners of bsv that takes transactions (bitcoin-sv/arc, `pkg/api/arc.yaml`).

POST `/v1/tx` with `{"rawTx"}` is answered with `txid`, `txStatus`, `extraInfo`, or as RFC 7807 with `status`, `title`,
`detail`: in the status of the answer, or in its body alone. It has no blocks to ask for. That a transaction is mined is
believed by the headers of other sources alone, also if ARC says MINED.
"""

from collections.abc import Mapping
from typing import Any, Final

from penstock.errors import hides_frames
from penstock.service.chain.web import Server, key_in, value_of
from penstock.service.errors import NotTakenError, SourceError
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

_TAKEN: Final = frozenset(
    {
        *("QUEUED", "RECEIVED", "STORED", "ANNOUNCED_TO_NETWORK", "REQUESTED_BY_NETWORK", "SENT_TO_NETWORK"),
        *("ACCEPTED_BY_NETWORK", "SEEN_ON_NETWORK", "MINED", "MINED_IN_STALE_BLOCK", "CONFIRMED"),
    }
)
"""Statuses of a transaction that is on its way, or further."""
_UNDECIDED: Final[Mapping[str, str]] = {
    "DOUBLE_SPEND_ATTEMPTED": "another transaction spends the same output, and which of them is mined is not decided",
    "SEEN_IN_ORPHAN_MEMPOOL": "what it spends is not known there",
}
"""Statuses of one that may be mined still: it is told, and published again."""
_REJECTED: Final = "REJECTED"
_OK: Final = range(200, 300)
_FORBIDDEN: Final = (401, 403)
_INVALID: Final = (400, 422, *range(460, 480))
"""Statuses of a transaction that is refused; others are faults of the service."""


class ArcPublisher:
    """A service of ARC.

    Args:
        url: its address, as `https://arc.taal.com`; a key in the place of a user is sent, and not shown.
        timeout: seconds for an answer.

    Raises:
        SourceError: the address is not one of http or https.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        address, key = key_in(url)
        login = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._server = Server(address, timeout, headers={"X-WaitFor": "SEEN_ON_NETWORK", **login})

    @property
    def name(self) -> str:
        """Its address, without a key."""
        return self._server.name

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction.

        Raises:
            NotTakenError: it was refused, or is not decided: a double spend, or an unknown parent.
            SourceError: the service does not answer, or not in its form.
        """
        response = await self._server.post("/v1/tx", json={"rawTx": transaction.serialize().hex()})
        code = response.status_code
        if code in _FORBIDDEN:
            raise SourceError(f"{self.name} refuses the key (status {code})")
        if code not in _OK and code not in _INVALID:
            raise SourceError(f"{self.name} answers with status {code}")
        found = value_of(self.name, response)
        if not isinstance(found, dict):
            raise SourceError(f"{self.name} answers something other than the status of a transaction")
        inner = found.get("status", code)
        if code in _INVALID or inner in _INVALID:
            raise NotTakenError(f"{self.name}: {_reason(found)}")
        self._judge(transaction, found, inner)

    def _judge(self, transaction: Transaction, found: Mapping[str, Any], inner: object) -> None:
        """Judge the answer about a transaction that was not refused at once."""
        if type(inner) is not int or inner not in _OK or found.get("txid") != transaction.txid_hex:
            raise SourceError(f"{self.name} answers something other than the status of the transaction")
        status = str(found.get("txStatus"))
        if status == _REJECTED:
            raise NotTakenError(f"{self.name}: {_reason(found)}")
        if status in _UNDECIDED:
            raise NotTakenError(f"{self.name}: {status}: {_UNDECIDED[status]}")
        if status not in _TAKEN:
            raise SourceError(f"{self.name} answers an unknown status: {status[:40]!r}")


def _reason(found: Mapping[str, Any]) -> str:
    """Return why a transaction was refused, in the words of the service."""
    texts = [found.get(field) for field in ("title", "detail", "extraInfo")]
    said = [each for each in dict.fromkeys(texts) if isinstance(each, str) and each not in ("", "OK")]
    return "; ".join(said)[:500] or "refused, without a reason"
