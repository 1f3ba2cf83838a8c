"""Refused values: each row shows, on an engine of others, what would happen without the check.

On btc in blocks of Bitcoin Core's engine. On bsv on the ledger, which checks when a transaction is final, with bsv-sdk
as the judge of the scripts: no node of bsv comes as a package.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import BTC_MARGINS
from penstock.channel.safe.agreement.scripts import artifact_of
from penstock.channel.safe.transactions.claim import claim, claim_fee, claimed
from penstock.channel.safe.transactions.funding import check_terms
from penstock.channel.safe.transactions.outputs import State, key_script
from penstock.channel.safe.transactions.payment import check_amounts, payment, signed_by_both
from penstock.channel.safe.transactions.refunds import funding_refund, payment_refund, refunded
from penstock.contract.spend import Spend
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import Ledger
from penstock.script.chains import BTC
from penstock.script.hashes import sha256
from penstock.script.pushes import push_number
from penstock.tx.address import witness_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.judging.verify import verify
from tests.support.channels.safe_stage import CHUNK, FORMS, FUNDING, PAYEE, PAYER, judged, signed_payment, state_of
from tests.support.engines.kernel_chain import KernelChain
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.spending.signing import high_s

VALUE = 50_000
NOT_FINAL, FINAL = 0xFFFF_FFFE, 0xFFFF_FFFF
LOCK_TIMES = [0, 1, 150, 499_999_999, 500_000_000, 1_296_688_603, 1 << 31, FINAL]
SEQUENCES = [0, 1, 144, 0xFFFF, 1 << 22, 1 << 22 | 1, 1 << 31, NOT_FINAL, FINAL]


@pytest.fixture
def chain(tmp_path: Path) -> KernelChain:
    return KernelChain(tmp_path)


@dataclass(frozen=True)
class Refund:
    """A refund from a script of btc whose number is not checked."""

    script: bytes
    outpoint: OutPoint

    def tx(self, lock_time: int, sequence: int) -> Transaction:
        """Return it, signed by the payer for this lock time."""
        output = TxOut(VALUE - 1000, key_script(FORMS["btc v3"], PAYER.payout.public_key))
        bare = Transaction(2, (TxIn(self.outpoint, b"", sequence),), (output,), lock_time)
        signature = sign(bare, 0, self.script, VALUE, PAYER.claim, "ALL", BTC, "segwit_v0")
        return bare.with_witness(0, (signature, b"\x01", self.script))


def with_number(name: str, number: int) -> bytes:
    """Return a contract's script with a number that `instantiate` might refuse."""
    artifact, good = artifact_of(name), 0x1234
    keys = (PAYER.claim.public_key, PAYEE.claim.public_key)
    digest = () if name.startswith("channel") else (bytes(32),)
    script = artifact.instantiate(*keys, *digest, good).locking_script
    assert script.count(push_number(good)) == 1
    return script.replace(push_number(good), push_number(number))


def refund_of(chain: KernelChain, name: str, number: int) -> Refund:
    script = with_number(name, number)
    return Refund(script, chain.pay(TxOut(VALUE, witness_script(0, sha256(script)))))


# btc ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delay", "sequence"),
    [(0, 0), (1 << 16, 0), (1 << 31 | 144, 0), (1 << 22 | 1, 1 << 22 | 1)],
    ids=["0", "65536", "disabled", "512 seconds"],
)
def test_a_delay_that_opens_at_once_on_btc(chain: KernelChain, delay: int, sequence: int) -> None:
    with pytest.raises(ChannelTermsError, match="delay is"):
        replace(FORMS["btc v3"], delay=delay)
    assert chain.accepts(refund_of(chain, "paid_key_btc", delay).tx(0, sequence))


def test_a_delay_that_never_opens_on_btc(chain: KernelChain) -> None:
    with pytest.raises(ChannelTermsError, match="delay is -1"):
        replace(FORMS["btc v3"], delay=-1)
    refund = refund_of(chain, "paid_key_btc", -1)
    chain.mine(200)
    assert not any(chain.accepts(refund.tx(0, sequence)) for sequence in SEQUENCES)


def test_a_good_delay_on_btc(chain: KernelChain) -> None:
    refund = refund_of(chain, "paid_key_btc", 144)
    assert not any(chain.accepts(refund.tx(0, sequence)) for sequence in SEQUENCES)
    chain.mine(142)
    assert not chain.accepts(refund.tx(0, 144))
    chain.mine()
    assert chain.accepts(refund.tx(0, 144))


@pytest.mark.parametrize("expiry", [0, 500_000_000, 1_296_688_603], ids=["0", "1985", "2011"])
def test_an_expiry_that_opens_at_once_on_btc(chain: KernelChain, expiry: int) -> None:
    with pytest.raises(ChannelTermsError, match="expiry is"):
        replace(FORMS["btc v3"], expiry=expiry)
    assert chain.accepts(refund_of(chain, "channel_funding_btc", expiry).tx(expiry, NOT_FINAL))


def test_an_expiry_in_the_past_on_btc(chain: KernelChain) -> None:
    """It is a height, so the terms alone take it: the check at the height does not."""
    terms, height = replace(FORMS["btc v3"], expiry=1), 101
    with pytest.raises(ChannelTermsError, match="expiry is 1"):
        check_terms(terms, BTC_MARGINS, height)
    assert chain.accepts(refund_of(chain, "channel_funding_btc", 1).tx(1, NOT_FINAL))


@pytest.mark.parametrize("expiry", [-1, 1 << 32, (1 << 39) - 1])
def test_an_expiry_that_never_opens_on_btc(chain: KernelChain, expiry: int) -> None:
    with pytest.raises(ChannelTermsError, match="expiry is"):
        replace(FORMS["btc v3"], expiry=expiry)
    refund = refund_of(chain, "channel_funding_btc", expiry)
    chain.mine(100)
    assert not any(chain.accepts(refund.tx(number, NOT_FINAL)) for number in LOCK_TIMES)


def test_a_good_expiry_on_btc(chain: KernelChain) -> None:
    """A refund is mined in the block after the height, not in that of the height."""
    refund = refund_of(chain, "channel_funding_btc", 150)
    assert not any(chain.accepts(refund.tx(number, NOT_FINAL)) for number in LOCK_TIMES)
    chain.at(149)
    assert not chain.accepts(refund.tx(150, NOT_FINAL))
    chain.at(150)
    assert chain.accepts(refund.tx(150, NOT_FINAL))


# bsv ------------------------------------------------------------------------------------------------------------------


def bsv_refund(expiry: int, lock_time: int, *, of_payment: bool) -> tuple[Spend, Transaction]:
    """Return a refund whose contract has a number that is not checked."""
    terms = FORMS["bsv key"]
    good = payment_refund(terms, FUNDING, state_of(terms)) if of_payment else funding_refund(terms, FUNDING)
    *others, _ = (each.value for each in good.contract.arguments)
    contract = good.contract.artifact.instantiate(*others, expiry)
    spend = replace(good, contract=contract, lock_time=lock_time)
    return spend, refunded(spend, PAYER.claim if of_payment else PAYER.funding)


def funded(spend: Spend) -> tuple[Ledger, Spend]:
    """Return a ledger by the rules of blocks with the coin that a refund spends."""
    ledger = Ledger("bsv-consensus", FeeRate(0))
    return ledger, replace(spend, outpoint=ledger.fund(spend.locking_script, spend.value).outpoint)


@pytest.mark.parametrize("of_payment", [False, True], ids=["funding", "payment"])
@pytest.mark.parametrize("expiry", [0, -1, -(1 << 40)])
def test_an_expiry_that_opens_at_once_on_bsv(expiry: int, *, of_payment: bool) -> None:
    with pytest.raises(ChannelTermsError, match="expiry is"):
        replace(FORMS["bsv key"], expiry=expiry)
    spend, tx = bsv_refund(expiry, 0, of_payment=of_payment)
    assert judged(spend, tx)
    ledger, spend = funded(spend)
    assert ledger.submit(refunded(spend, PAYER.claim if of_payment else PAYER.funding))


@pytest.mark.parametrize("of_payment", [False, True], ids=["funding", "payment"])
@pytest.mark.parametrize("expiry", [500_000_000, 1_700_000_000, 1 << 32, 1 << 60])
def test_an_expiry_that_never_opens_on_bsv(expiry: int, *, of_payment: bool) -> None:
    with pytest.raises(ChannelTermsError, match="expiry is"):
        replace(FORMS["bsv key"], expiry=expiry)
    for lock_time in (*LOCK_TIMES, expiry & FINAL):
        assert not judged(*bsv_refund(expiry, lock_time, of_payment=of_payment))


@pytest.mark.parametrize("of_payment", [False, True], ids=["funding", "payment"])
def test_a_good_expiry_on_bsv(*, of_payment: bool) -> None:
    """The engines that judge scripts accept it long before the height: only a chain refuses it then."""
    spend, tx = bsv_refund(150, 150, of_payment=of_payment)
    key = PAYER.claim if of_payment else PAYER.funding
    assert judged(spend, tx)
    early = [number for number in (*LOCK_TIMES, 149) if not 150 <= number < 500_000_000]
    assert not any(judged(*bsv_refund(150, number, of_payment=of_payment)) for number in early)
    ledger, spend = funded(spend)
    ledger.mine(149 - ledger.height)
    assert type(ledger.submit(refunded(spend, key)).reason).__name__ == "NotFinal"
    ledger.mine()
    assert ledger.submit(refunded(spend, key))


def test_a_version_whose_ids_anyone_changes_on_bsv() -> None:
    """From version 2 on a high S is relayed: another id, with which claims that are signed beforehand are void."""
    terms = FORMS["bsv key"]
    with pytest.raises(ChannelTermsError, match="payment_version is 2"):
        replace(terms, payment_version=2)
    for version, relayed in ((1, False), (2, True)):
        spend = replace(payment(terms, FUNDING, state_of(terms)), version=version)
        pair = spend.sign(PAYER.funding), spend.sign(PAYEE.funding)
        plain, changed = (signed_by_both(spend, first, pair[1]) for first in (pair[0], high_s(pair[0])))
        assert judged(spend, plain)
        assert bool(judged(spend, changed)) == relayed
        assert plain.txid != changed.txid


# Keys, base, version --------------------------------------------------------------------------------------------------


def test_one_key_for_both_on_btc(chain: KernelChain) -> None:
    """The payee alone spends the funding."""
    terms = FORMS["btc v3"]
    with pytest.raises(ChannelTermsError, match=r"payee.funding is .*, that of payer.funding"):
        replace(terms, payee=replace(PAYEE.public, funding=PAYER.funding.public_key))
    keys = (PAYEE.funding.public_key, PAYEE.funding.public_key)
    contract = artifact_of("channel_funding_btc").instantiate(*keys, terms.expiry)
    spend = replace(payment(terms, FUNDING, state_of(terms)), contract=contract)
    spend = replace(spend, outpoint=chain.fund(TxOut(spend.value, spend.locking_script)))
    assert chain.accepts(signed_by_both(spend, spend.sign(PAYEE.funding), spend.sign(PAYEE.funding)))


def test_a_key_of_65_bytes_on_btc(chain: KernelChain) -> None:
    """A block takes the payment, nodes do not relay it: the payee holds money that he cannot collect."""
    terms, long = FORMS["btc v3"], PrivateKey(PAYER.funding.secret, compressed=False)
    with pytest.raises(ChannelTermsError, match="funding is 04"):
        replace(PAYER.public, funding=long.public_key)
    contract = artifact_of("channel_funding_btc").instantiate(long.public_key, PAYEE.funding.public_key, terms.expiry)
    spend = replace(payment(terms, FUNDING, state_of(terms)), contract=contract)
    spend = replace(spend, outpoint=chain.fund(TxOut(spend.value, spend.locking_script)))
    tx = signed_by_both(spend, spend.sign(long), spend.sign(PAYEE.funding))
    assert spend.judge_in(tx).error == "WITNESS_PUBKEYTYPE"
    assert chain.accepts(tx)


@pytest.mark.parametrize("version", [1, 4])
def test_another_version_on_btc(chain: KernelChain, version: int) -> None:
    """Blocks take both. Nodes do not relay version 4; the payer can pin version 1, whose change would not wait."""
    terms = FORMS["btc v3"]
    with pytest.raises(ChannelTermsError, match=f"payment_version is {version}"):
        replace(terms, payment_version=version)
    spend = payment(terms, FUNDING, state_of(terms))
    spend = replace(spend, outpoint=chain.fund(TxOut(spend.value, spend.locking_script)), version=version)
    tx = signed_by_both(spend, spend.sign(PAYER.funding), spend.sign(PAYEE.funding))
    assert spend.judge_in(tx).error == {1: None, 4: "STANDARD_VERSION"}[version]
    assert chain.accepts(tx)


def test_a_base_that_leaves_dust_on_btc(chain: KernelChain) -> None:
    """The claim is valid in a block, and not relayed."""
    terms = FORMS["btc v3"]
    fee = claim_fee(terms, 32)
    poor = replace(terms, base=fee + 293)
    with pytest.raises(ChannelTermsError, match="base is 1053; it must be 1,054 satoshis or more"):
        check_amounts(poor)
    item = b"k" * 32
    state = State(1, terms.base + 1, sha256(item))
    spend = claim(terms, FUNDING, state)
    spend = replace(spend, value=fee + 293, outputs=((293, spend.outputs[0][1]),) if spend.outputs else ())
    spend = replace(spend, outpoint=chain.fund(TxOut(spend.value, spend.locking_script)))
    tx = claimed(terms, spend, item, spend.sign(PAYEE.claim))
    assert spend.judge_in(tx).error == "DUST"
    assert chain.accepts(tx)


def test_a_base_below_the_fee_of_the_largest_chunk_on_bsv() -> None:
    """The payer refuses the 2-way close: the 1-way costs the payee more than he is paid, so that she can extort him."""
    terms = FORMS["bsv chunk"]
    poor = replace(terms, base=60)
    with pytest.raises(ChannelTermsError, match="base is 60; it must be 67 satoshis or more"):
        check_amounts(poor)
    state = State(1, 62, sha256(CHUNK))
    with pytest.raises(ChannelTermsError, match="rate is so high that -2 satoshis are left"):
        claim(poor, FUNDING, state, shown=len(CHUNK))
    ledger = Ledger("bsv", FeeRate(1))
    rich = claim(terms, FUNDING, replace(state, amount=70), shown=len(CHUNK))
    coin = ledger.fund(rich.locking_script, 62)
    spend = replace(rich, value=62, outputs=((1, coin.script),), outpoint=coin.outpoint)
    tx = claimed(terms, spend, CHUNK, spend.sign(PAYEE.claim))
    assert bsv_sdk_accepts(tx.serialize(), 0, spend.locking_script, 62)
    assert type(ledger.submit(tx).reason).__name__ == "FeeTooLow"


def test_a_chunk_on_btc() -> None:
    """A block takes 520 bytes at most, and relay 80 in a witness."""
    terms = FORMS["btc v3"]
    with pytest.raises(ChannelTermsError, match="largest_chunk is 81; it must be 0 bytes"):
        replace(terms, largest_chunk=81)
    tx = signed_payment(terms).tx
    for size, blocks, relay in ((81, True, False), (521, False, False)):
        script = b"\x75\x51"  # DROP 1
        spending = Transaction(2, (TxIn(OutPoint(tx.txid, 0)),), (TxOut(900, witness_script(0, bytes(32))),))
        spending = spending.with_witness(0, (bytes(size), script))
        locking = witness_script(0, sha256(script))
        for rules, wanted in (("btc-consensus", blocks), ("btc", relay)):
            verdict = verify(b"", locking, tx=spending, input_index=0, value=1000, rules=rules)
            assert bool(verdict) == wanted, verdict
