"""Watcher's copies: the files of `penstock channel export-watch --json`, and claims that are signed anew.

On bsv a miner can change the id of a payment, and its claim is then signed anew for the id with which it was mined.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.errors import PenstockError, hides_frames
from penstock.script.consensus import LOCK_TIME_THRESHOLD
from penstock.script.parse import ScriptParseError, instructions
from penstock.script.pushes import push
from penstock.service.errors import CopyError
from penstock.service.recovery.exporting import ClaimKey
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn

__tracebackhide__ = hides_frames

MOST_COPY: Final = 1 << 33
"""Bytes of a copy at most: one that shows a chunk has it twice, as digits."""


@dataclass(frozen=True, slots=True)
class WatchedCopy:
    """A watcher's copy of the payee's close.

    Attributes:
        channel: the channel's id.
        network: its network.
        expiry: T: no close begins from there on, as the payer may be refunded.
        close: the newest payment, or a settlement; None if the payment was mined when the copy was made.
        first: the height from which the close is published.
        claim: the claim of the payment; None with a settlement.
        claim_key: all that a claim is signed anew with; None where ids are fixed.
    """

    channel: bytes
    network: Network
    expiry: int
    close: Transaction | None
    first: int
    claim: Transaction | None
    claim_key: ClaimKey | None

    @property
    def funding(self) -> OutPoint | None:
        """The output that the close spends; None if there is no close."""
        return None if self.close is None else self.close.inputs[0].outpoint

    def paid(self, spend: Transaction | None) -> OutPoint | None:
        """Return the output that the claim spends.

        Args:
            spend: the transaction that has spent the funding; None if it is not spent, or not known.

        Returns:
            The output of the payment, by the id with which it was mined; None for a transaction that is not it.
        """
        if self.claim is None:
            return None
        if self.close is None:
            return self.claim.inputs[0].outpoint
        is_payment = spend is not None and spend.outputs[0] == self.close.outputs[0]
        return OutPoint(spend.txid, 0) if spend is not None and is_payment else None

    def claim_of(self, paid: OutPoint) -> Transaction | None:
        """Return the claim of a payment; None if its id has changed and there is no key to sign with."""
        if self.claim is None or self.claim.inputs[0].outpoint == paid:
            return self.claim
        return None if self.claim_key is None else signed_anew(self.claim, self.claim_key, paid, self.network)


def signed_anew(claim: Transaction, claim_key: ClaimKey, paid: OutPoint, network: Network) -> Transaction:
    """Return a claim for another id of its payment.

    Args:
        claim: the claim of the copy.
        claim_key: the key, and what it signs for.
        paid: the payment's output, by the id with which it was mined.
        network: the network.

    Raises:
        CopyError: the claim is not signed by this key.
    """
    private, old = PrivateKey.from_wif(claim_key.key), claim.inputs[0]

    def signature(outpoint: OutPoint) -> bytes:
        bare = Transaction(claim.version, (TxIn(outpoint, b"", old.sequence),), claim.outputs, claim.lock_time)
        return sign(bare, 0, claim_key.script, claim_key.amount, private, "ALL", network.rules.chain)

    try:
        steps = list(instructions(old.script))
    except ScriptParseError:
        steps = []
    before, now = signature(old.outpoint), signature(paid)
    if not any(each.data == before for each in steps):
        raise CopyError("the claim in the copy is not signed by its key; export it again")
    parts = [push(now) if each.data == before else old.script[each.offset : each.offset + each.size] for each in steps]
    inputs = (TxIn(paid, b"".join(parts), old.sequence),)
    return Transaction(claim.version, inputs, claim.outputs, claim.lock_time)


def copy_from_json(text: str) -> WatchedCopy:
    """Read a copy, and check that its parts belong together.

    Raises:
        CopyError: it is not a copy, is one of an older version of this program, or is damaged.
    """
    try:
        found = json.loads(text)
        copy = _copy(found)
        if copy.claim is not None and copy.claim_key is not None:
            signed_anew(copy.claim, copy.claim_key, copy.claim.inputs[0].outpoint, copy.network)
    except CopyError:
        raise
    except (KeyError, TypeError, IndexError, ValueError, RecursionError, PenstockError) as error:
        form = "as `penstock channel export-watch --json` writes it"
        raise CopyError(f"not a watcher's copy, {form}: {type(error).__name__}: {error}") from None
    _check(copy)
    return copy


def _copy(found: dict[str, Any]) -> WatchedCopy:
    network = NETWORKS[found["network"]]
    rows = found["transactions"]
    transactions = [_transaction(row["transaction"], network) for row in rows]
    closes = [index for index, row in enumerate(rows) if row["height"] is not None]
    claims = [index for index, row in enumerate(rows) if row["height"] is None]
    if len(closes) > 1 or len(claims) > 1 or not rows:
        raise CopyError("not a watcher's copy: a close and its claim are expected")
    first = rows[closes[0]]["height"] if closes else 0
    if not _is_height(first) or not _is_height(found["expiry"]):
        raise CopyError("not a watcher's copy: a height is not one")
    return WatchedCopy(
        channel=bytes.fromhex(found["channel"]),
        network=network,
        expiry=found["expiry"],
        close=transactions[closes[0]] if closes else None,
        first=first,
        claim=transactions[claims[0]] if claims else None,
        claim_key=_claim_key(found["claim"]) if "claim" in found else None,
    )


def _check(copy: WatchedCopy) -> None:
    """Check that a claim spends the payment, and with what the copy says."""
    if copy.claim is not None and copy.close is not None:
        if copy.claim.inputs[0].outpoint != OutPoint(copy.close.txid, 0):
            raise CopyError("the claim in the copy is not that of its payment; export it again")
        paid = copy.close.outputs[0]
        if copy.claim_key is not None and (paid.value, paid.script) != (copy.claim_key.amount, copy.claim_key.script):
            raise CopyError("the payment in the copy is another than the one that its key is for; export it again")
    if copy.claim is not None and copy.claim_key is None and not copy.network.rules.chain.has_witness:
        raise CopyError("the copy has no claim key, and ids of payments can change; export it again")


def _claim_key(found: dict[str, Any]) -> ClaimKey:
    sold, script, payout = (bytes.fromhex(found[name]) for name in ("sold_key", "script", "payout"))
    return ClaimKey(found["claim_key"], sold, found["amount"], script, payout, found["fee"])


def _transaction(digits: str, network: Network) -> Transaction:
    return Transaction.parse(bytes.fromhex(digits), segwit=network.rules.chain.has_witness)


def _is_height(number: object) -> bool:
    return type(number) is int and 0 <= number < LOCK_TIME_THRESHOLD
