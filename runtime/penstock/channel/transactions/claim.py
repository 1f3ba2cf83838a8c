"""TX_p: Bob's claim of the satoshis that TX_n put into the contract.

He can broadcast it as he made it, with the chunk D_n in it (1-way), or send it to Alice first, who replaces the chunk
by her signature (2-way). His own signature does not cover unlocking scripts, so it stays valid: the transaction is
malleable on purpose.
"""

from dataclasses import dataclass

from penstock.channel.agreement.agreement import CHAIN, FUNCTION, HASH_TYPE, SIGNING, VERSION, Agreement
from penstock.channel.agreement.refusals import Refusal, ScriptFails, WrongChunk, WrongTransaction
from penstock.channel.transactions.checks import first_difference, pushes_of, read_transaction
from penstock.channel.transactions.closing import ClaimPlan
from penstock.channel.transactions.payment import SignedPayment
from penstock.ledger.coins import pay_to_key
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.hashes import sha256
from penstock.tx.keys import PrivateKey
from penstock.tx.keys import sign as sign_input
from penstock.tx.transaction import Transaction, TxIn, TxOut
from penstock.vm.judging.verify import verify

_CONTRACT_INPUT = 0


def build(agreement: Agreement, payment: SignedPayment, plan: ClaimPlan) -> Transaction:
    """Build TX_p without signatures: the contract and Bob's fee coins as inputs, their value minus the fee to Bob."""
    outpoints = [payment.outpoint, *(coin.outpoint for coin in plan.fee_coins)]
    inputs = tuple(TxIn(outpoint) for outpoint in outpoints)
    return Transaction(VERSION, inputs, (TxOut(plan.payout, agreement.payout_script),))


def sign(agreement: Agreement, payment: SignedPayment, plan: ClaimPlan, chunk: bytes, key: PrivateKey) -> Transaction:
    """Build TX_p with the chunk and Bob's signatures: ready to broadcast, or for Alice."""
    unsigned = build(agreement, payment, plan)
    unlocking = agreement.contract(payment.leaf).call(FUNCTION, chunk, _sign_contract(payment, unsigned, key))
    signed = unsigned.with_input_script(_CONTRACT_INPUT, unlocking.unlocking_script)
    for place, coin in enumerate(plan.fee_coins, start=1):
        signed = signed.with_input_script(place, agreement.bob_coins.unlock(unsigned, place, coin, key, SIGNING))
    return signed


def countersign(agreement: Agreement, payment: SignedPayment, claim: Transaction, key: PrivateKey) -> Transaction:
    """Replace the chunk in TX_p by Alice's signature; otherwise only the transaction id changes.

    Raises:
        ValueError: when `claim` does not pass two items to the contract, which `check` refuses.
    """
    bob_signature = _shown(claim).bob_signature
    unlocking = agreement.contract(payment.leaf).call(FUNCTION, _sign_contract(payment, claim, key), bob_signature)
    return claim.with_input_script(_CONTRACT_INPUT, unlocking.unlocking_script)


def check(agreement: Agreement, payment: SignedPayment, raw: bytes) -> Transaction | Refusal:
    """Return Bob's TX_p if it spends `payment`'s contract with the right chunk and his signature."""
    claim = read_transaction(raw)
    if not isinstance(claim, Transaction):
        return claim
    return _check_frame(payment, claim) or _check_chunk(payment, claim) or judge(agreement, payment, claim) or claim


def check_countersigned(
    agreement: Agreement, payment: SignedPayment, claim: Transaction, raw: bytes
) -> Transaction | Refusal:
    """Return the countersigned TX_p if only the chunk was replaced."""
    got = read_transaction(raw)
    if not isinstance(got, Transaction):
        return got
    return _check_unchanged(claim, got) or judge(agreement, payment, got) or got


def judge(agreement: Agreement, payment: SignedPayment, claim: Transaction) -> ScriptFails | None:
    """Run TX_p's first input against the compiled contract on the machine."""
    contract = payment.contract_output
    return _run(agreement, claim.inputs[_CONTRACT_INPUT].script, contract.script, claim, contract.value)


def rehearse(agreement: Agreement, payment: SignedPayment, chunk: bytes, key: PrivateKey) -> ScriptFails | None:
    """Check on the machine whether `chunk` and a signature by `key` unlock the contract of `payment`.

    With Bob's key this is his claim. Alice has no signature of Bob, so her key replaces his in the contract: the
    condition on the chunk is the same.
    """
    contract = agreement.artifact.instantiate(alice=agreement.alice, bob=key.public_key, hash=payment.leaf)
    value = payment.contract_output.value
    outputs = (TxOut(value, pay_to_key(key.public_key)),)
    trial = Transaction(VERSION, (TxIn(payment.outpoint),), outputs)
    signature = sign_input(trial, _CONTRACT_INPUT, contract.locking_script, value, key, HASH_TYPE, CHAIN)
    unlocking = contract.call(FUNCTION, chunk, signature).unlocking_script
    return _run(agreement, unlocking, contract.locking_script, trial, value)


def chunk_in(payment: SignedPayment, claim: Transaction) -> bytes | None:
    """Return the chunk that `claim` passes to the contract of `payment`, if it does."""
    spends = any(txin.outpoint == payment.outpoint for txin in claim.inputs[:1])
    items = pushes_of(claim.inputs[_CONTRACT_INPUT].script) if spends else None
    return items[0] if items and sha256(items[0]) == payment.leaf else None


def _run(
    agreement: Agreement, unlocking: bytes, locking: bytes, transaction: Transaction, value: int
) -> ScriptFails | None:
    verdict = verify(
        unlocking,
        locking,
        tx=transaction,
        input_index=_CONTRACT_INPUT,
        value=value,
        rules=CHAIN,
        artifact=agreement.artifact,
    )
    return None if verdict else ScriptFails(_CONTRACT_INPUT, str(verdict.error), verdict.source_line)


def shown_size(claim: Transaction) -> int:
    """Return the number of bytes that TX_p passes to the contract in addition to Bob's signature.

    Raises:
        ValueError: when it does not pass two items.
    """
    return len(_shown(claim).chunk_or_signature)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The items that TX_p passes to the contract."""

    chunk_or_signature: bytes
    bob_signature: bytes


def _shown(claim: Transaction) -> _Shown:
    items = pushes_of(claim.inputs[_CONTRACT_INPUT].script)
    if items is None or len(items) != 2:
        raise ValueError("the claim does not pass two items to the contract")
    return _Shown(*items)


def _sign_contract(payment: SignedPayment, claim: Transaction, key: PrivateKey) -> bytes:
    contract = payment.contract_output
    return sign_input(claim, _CONTRACT_INPUT, contract.script, contract.value, key, HASH_TYPE, CHAIN)


def _check_frame(payment: SignedPayment, claim: Transaction) -> Refusal | None:
    """Compare the parts of TX_p that concern Alice with the allowed ones; the outputs concern only Bob."""
    if claim.version != VERSION:
        return WrongTransaction("version", str(VERSION), str(claim.version))
    if not claim.inputs or claim.inputs[_CONTRACT_INPUT].outpoint != payment.outpoint:
        return WrongTransaction("input 0", f"the contract of TX_{payment.index}", "another coin")
    if claim.lock_time or claim.inputs[_CONTRACT_INPUT].sequence != FINAL_SEQUENCE:
        return WrongTransaction("lock time", "none", "one that holds it back")
    return None


def _check_chunk(payment: SignedPayment, claim: Transaction) -> Refusal | None:
    items = pushes_of(claim.inputs[_CONTRACT_INPUT].script)
    if items is None or len(items) != 2:
        return WrongTransaction("input 0 script", "a chunk and a signature", "something else")
    digest = sha256(items[0])
    return None if digest == payment.leaf else WrongChunk(payment.index, payment.leaf, digest)


def _check_unchanged(claim: Transaction, got: Transaction) -> Refusal | None:
    if difference := first_difference(claim, got):
        return difference
    for place, (mine, hers) in enumerate(zip(claim.inputs, got.inputs, strict=True)):
        if place != _CONTRACT_INPUT and mine.script != hers.script:
            return WrongTransaction(f"input {place} script", "as it was", "another one")
    items = pushes_of(got.inputs[_CONTRACT_INPUT].script)
    if items is None or items[1:] != (_shown(claim).bob_signature,):
        return WrongTransaction("input 0 script", "her signature and Bob's own", "something else")
    return None
