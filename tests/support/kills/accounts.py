"""The account at the end of a run: chunks and satoshis that a side has lost beyond the fees that were agreed."""

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import key_script
from penstock.channel.safe.transactions.payment import payment_fee, settlement_fee
from penstock.ledger.coins import Coin
from penstock.service.store.encoding import ChannelState
from penstock.service.store.store import Store
from penstock.tx.transaction import OutPoint, Transaction
from tests.support.kills.ground import CHUNKS, PRICE, Ground, content

_SHOWN = 72


@dataclass(frozen=True)
class Account:
    """The account of a run.

    Attributes:
        chunks: pieces that are wrong or missing in the file, and keys that were paid more or less than once.
        payee: satoshis that the provider has got too little on the chain.
        payer: satoshis that the viewer has paid for more than 30 pieces, or that did not come back.
        channels: channels that were funded.
        kills: processes that were killed.
        forced: whether the channel was closed by the watcher.
    """

    chunks: int
    payee: int
    payer: int
    channels: int
    kills: int
    forced: bool

    @property
    def lost(self) -> bool:
        return bool(self.chunks or self.payee or self.payer)


def account(ground: Ground, kills: int, *, forced: bool) -> Account:
    """Compare both stores, the file and the chain."""
    sold = [each for each in states(ground, "provider") if isinstance(each, PayeeState)]
    bought = [each for each in states(ground, "viewer") if isinstance(each, PayerState) and each.funding is not None]
    assert {each.channel for each in sold} >= {each.channel for each in bought if each.signed is not None}
    chunks = abs(CHUNKS - sum(each.newest for each in sold)) + _wrong_pieces(ground)
    payee = payer = 0
    for his in sold:
        mine = next(each for each in bought if each.channel == his.channel)
        amount = 0 if his.best is None else his.best.state.amount
        chunks += abs(mine.newest - his.newest)
        payer += abs(amount - his.terms.base - PRICE * his.newest) + abs(mine.paid - amount)
        lost_by_payee, lost_by_payer = _on_chain(ground, his, amount, forced=forced)
        payee, payer = payee + lost_by_payee, payer + lost_by_payer
    return Account(chunks, payee, payer, len(bought), kills, forced)


def states(ground: Ground, side: str) -> list[ChannelState]:
    """Return the states of a side's store, which no process uses any more."""
    with Store.open(ground.store(side)) as store:
        return [store.load(channel, role).state for channel, role in store.channels()]


def _wrong_pieces(ground: Ground) -> int:
    expected, found = content(), ground.output.read_bytes()
    if found == expected:
        return 0
    return max(
        1, sum(found[place : place + 1_024] != expected[place : place + 1_024] for place in range(0, 30_720, 1_024))
    )


def _on_chain(ground: Ground, his: PayeeState, amount: int, *, forced: bool) -> tuple[int, int]:
    """Return what either side has got too little, beyond the fees of its own transactions."""
    terms = his.terms
    assert his.funding is not None
    coins = list(_coins_from(ground, his.funding))
    assert coins, "the funding is spent"
    script = key_script(terms, terms.payee.payout)
    earned = sum(each.value for each in coins if each.script == script)
    rest = sum(each.value for each in coins if each.script != script)
    fee_of_his = claim_fee(terms, _SHOWN) if forced else 0
    fee_of_hers = payment_fee(terms) if forced else settlement_fee(terms)
    return max(0, amount - fee_of_his - earned), max(0, terms.capacity - amount - fee_of_hers - rest)


def _coins_from(ground: Ground, outpoint: OutPoint) -> Iterator[Coin]:
    """Yield the unspent outputs that an output has led to; none if it is not spent by a mined transaction."""
    found = ground.trial.asked(f"/tx/{outpoint.txid[::-1].hex()}/outspend/{outpoint.index}")[1]
    if not found["spent"] or not found["status"]["confirmed"]:
        return
    raw = bytes.fromhex(ground.trial.asked(f"/tx/{found['txid']}/hex")[1])
    transaction = Transaction.parse(raw, segwit=ground.network.rules.chain.has_witness)
    for index, output in enumerate(transaction.outputs):
        place = OutPoint(transaction.txid, index)
        later = list(_coins_from(ground, place))
        yield from later or [Coin(place, output)]
