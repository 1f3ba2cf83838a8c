"""TX_p, the claim of the payee: 1-way with the key (or the chunk), 2-way with the payer's signature in its place.

Both are one transaction: its signatures cover no unlocking data, so the payee's is the same in both. He builds it for
the payment as it was mined, whose id may differ from that of the one he published (bsv).
"""

from functools import lru_cache
from typing import Final

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import State, key_script, least_output, paid_contract, pays_a_key
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE, spend_size
from penstock.contract.spend import Spend
from penstock.contract.spending_transaction import OtherInput
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.script.hashes import hash160, sha256
from penstock.script.parse import ScriptParseError, instructions
from penstock.script.pushes import push
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxOut

__tracebackhide__ = hides_frames

_NOWHERE: Final = OutPoint(bytes(32), 0)
_LONGEST_SHOWN: Final = SIGNATURE_SIZE


def claim(  # noqa: PLR0913 - a transaction has that many parts
    terms: ChannelTerms,
    payment: OutPoint,
    state: State,
    *,
    shown: int = _LONGEST_SHOWN,
    coins: tuple[Coin, ...] = (),
    rate: FeeRate | None = None,
    extra: int = 0,
) -> Spend:
    """Build TX_p: the payment and coins of the payee, all to him but the fee.

    Args:
        terms: the terms.
        payment: the paid key, by the id with which the payment was mined.
        state: the state of the payment.
        shown: bytes of the largest item that it may show: a signature, or the chunk.
        coins: coins of a key of his, for a higher fee than the payment has room for. On btc, with a payment of version
            3, they must be mined, and there is room for a few.
        rate: his fee rate now; None for the agreed one.
        extra: satoshis of fee beyond those of its size, for a payment that is not mined (`bumping`).

    Raises:
        ChannelTermsError: coins that do not pay to the hash of a key, nothing left for him, or a size that is not
            relayed on top of a payment of version 3.
    """
    script = key_script(terms, terms.payee.payout)
    if not all(pays_a_key(terms, coin.script) for coin in coins):
        raise ChannelTermsError("coins", "one of another form", "coins that pay to the hash of a key")
    total = state.amount + sum(coin.value for coin in coins)
    draft = _spend(terms, payment, state, total, coins)
    size = spend_size(draft, function_of(terms), (shown, SIGNATURE_SIZE))
    most = terms.rules.most_child_size
    if most is not None and terms.payment_version >= terms.rules.delayed_change_below and size > most:
        raise ChannelTermsError("coins", f"{len(coins)} of them, {size:,} bytes", f"few enough for {most:,} bytes")
    left = total - (terms.claim_fees if rate is None else rate).fee(size) - extra
    if left < (least := least_output(terms, script)):
        raise ChannelTermsError("rate", f"so high that {left:,} satoshis are left", f"one that leaves {least:,}")
    return _spend(terms, payment, state, left, coins)


def claimed(terms: ChannelTerms, spend: Spend, shown: bytes, signature: bytes) -> Transaction:
    """Return a claim without coins, unlocked.

    Args:
        terms: the terms.
        spend: the claim.
        shown: the key or the chunk, or the payer's signature in its place.
        signature: the payee's, by his claim key.
    """
    return spend.transaction(spend.call(function_of(terms), shown, signature))


def key_shown(transaction: Transaction, payment: OutPoint, digest: bytes) -> bytes | None:
    """Return the key, or the chunk, that a claim shows to everybody; None for a transaction that does not show it.

    Args:
        transaction: the transaction, as it was mined.
        payment: the paid key that it spends.
        digest: the SHA-256 of the key, or of the chunk.
    """
    for index, each in enumerate(transaction.inputs):
        if each.outpoint == payment:
            items = transaction.witnesses[index] if transaction.witnesses else _pushed(each.script)
            return next((item for item in items if sha256(item) == digest), None)
    return None


def with_coins_signed(transaction: Transaction, spend: Spend, key: PrivateKey) -> Transaction:
    """Return a claim with its coins signed by their key: one for all."""
    unsigned, chain = spend.transaction(), spend.contract.artifact.chain
    code = p2pkh_script(hash160(key.public_key))
    kind = SignatureVersion.SEGWIT_V0 if chain.has_witness else SignatureVersion.LEGACY
    for index, coin in enumerate(spend.other_inputs, start=1):
        signature = sign(unsigned, index, code, coin.spent.value, key, "ALL", chain, kind)
        if chain.has_witness:
            transaction = transaction.with_witness(index, (signature, key.public_key))
        else:
            transaction = transaction.with_input_script(index, push(signature) + push(key.public_key))
    return transaction


@lru_cache(maxsize=4_096)
def claim_fee(terms: ChannelTerms, shown: int) -> int:
    """Return the satoshis of fee of a claim without coins at the agreed rate, for a shown item of so many bytes."""
    return terms.claim_fees.fee(claim_size(terms, max(shown, _LONGEST_SHOWN)))


@lru_cache(maxsize=4_096)
def claim_size(terms: ChannelTerms, shown: int, coins: int = 0) -> int:
    """Return the bytes of a claim that cost fees: virtual bytes on btc.

    Args:
        terms: the terms.
        shown: bytes of the largest item that it may show.
        coins: coins of a key that it takes besides the payment.
    """
    coin = Coin(_NOWHERE, TxOut(1, key_script(terms, terms.payee.payout)))
    draft = _spend(terms, _NOWHERE, State(1, terms.base, bytes(32)), 1, (coin,) * coins)
    return spend_size(draft, function_of(terms), (shown, SIGNATURE_SIZE))


def function_of(terms: ChannelTerms) -> str:
    """Return the public function of the payment's contract that the payee calls: its first."""
    return paid_contract(terms, bytes(32)).artifact.functions[0].name


def _pushed(script: bytes) -> tuple[bytes, ...]:
    try:
        return tuple(each.data for each in instructions(script) if each.data is not None)
    except ScriptParseError:
        return ()


def _spend(terms: ChannelTerms, payment: OutPoint, state: State, payout: int, coins: tuple[Coin, ...]) -> Spend:
    sequence = terms.rules.sequence
    return Spend(
        paid_contract(terms, state.digest),
        state.amount,
        outputs=((payout, key_script(terms, terms.payee.payout)),),
        version=terms.payment_version,
        sequence=sequence,
        outpoint=payment,
        other_inputs=tuple(OtherInput(coin.outpoint, coin.output, sequence) for coin in coins),
    )
