"""A trial chain of another process, as a test's viewer uses a ledger: by HTTP."""

from dataclasses import dataclass

import httpx

from penstock.ledger.coins import Coin
from penstock.tx.transaction import OutPoint, Transaction, TxOut

_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class RemoteLedger:
    """A trial chain at an address."""

    url: str

    @property
    def height(self) -> int:
        return int(httpx.get(f"{self.url}/blocks/tip/height", timeout=_TIMEOUT).text)

    def fund(self, script: bytes, satoshis: int) -> Coin:
        found = self._post("/coins", script=script.hex(), satoshis=satoshis)
        return Coin(
            OutPoint(bytes.fromhex(str(found["txid"]))[::-1], int(str(found["output"]))), TxOut(satoshis, script)
        )

    def submit(self, transaction: Transaction) -> bool:
        answer = httpx.post(f"{self.url}/tx", content=transaction.serialize().hex(), timeout=_TIMEOUT)
        return answer.status_code == httpx.codes.OK

    def mine(self, count: int = 1) -> None:
        self._post("/blocks", count=count)

    def spender(self, outpoint: OutPoint) -> Transaction | None:
        place = f"{self.url}/tx/{outpoint.txid[::-1].hex()}/outspend/{outpoint.index}"
        found = httpx.get(place, timeout=_TIMEOUT).json()
        if not found["spent"]:
            return None
        return Transaction.parse(bytes.fromhex(httpx.get(f"{self.url}/tx/{found['txid']}/hex", timeout=_TIMEOUT).text))

    def _post(self, path: str, **values: object) -> dict[str, object]:
        answer = httpx.post(self.url + path, json=values, timeout=_TIMEOUT)
        assert answer.status_code == httpx.codes.OK, answer.text
        found: dict[str, object] = answer.json()
        return found
