"""TX_i: Alice's payment, built by either side, signed by Alice, checked by Bob.

Its inputs are Alice's coins, its outputs the contract for chunk D_i with i prices in it, and her change. TX_i and
TX_i-1 differ in the hash in the contract, in the price that moves from the change into the contract, and therefore in
her signatures.
"""

from dataclasses import dataclass, field

from penstock.channel.agreement.agreement import CONTRACT_OUTPUT, HASH_TYPE_BYTE, SIGNING, VERSION, Agreement
from penstock.channel.agreement.refusals import Refusal, WrongHashType
from penstock.channel.transactions.checks import first_difference, pushes_of, read_transaction, scripts_hold
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut


@dataclass(frozen=True, slots=True)
class SignedPayment:
    """State i of a channel: TX_i with Alice's signatures.

    Attributes:
        index: i, which is also the number of chunks that it pays for.
        leaf: H_i, in the contract.
    """

    index: int
    leaf: bytes
    transaction: Transaction = field(repr=False)

    @property
    def outpoint(self) -> OutPoint:
        """The outpoint of its contract."""
        return OutPoint(self.transaction.txid, CONTRACT_OUTPUT)

    @property
    def contract_output(self) -> TxOut:
        """The contract's output."""
        return self.transaction.outputs[CONTRACT_OUTPUT]


def build(agreement: Agreement, index: int, leaf: bytes) -> Transaction:
    """Build TX_`index` without signatures.

    Args:
        agreement: the agreement of both sides.
        index: the state, 1 to `agreement.most`.
        leaf: H_`index`, the SHA-256 of the chunk that is paid for.
    """
    amount = agreement.amount(index)
    change = agreement.funds - agreement.payment_fee - amount
    inputs = tuple(TxIn(coin.outpoint) for coin in agreement.funding)
    outputs = (TxOut(amount, agreement.contract_script(leaf)), TxOut(change, agreement.change_script))
    return Transaction(VERSION, inputs, outputs)


def sign(agreement: Agreement, index: int, leaf: bytes, key: PrivateKey) -> SignedPayment:
    """Build TX_`index` and sign all its inputs with Alice's key; equal arguments give equal bytes."""
    unsigned = signed = build(agreement, index, leaf)
    for place, coin in enumerate(agreement.funding):
        signed = signed.with_input_script(place, agreement.alice_coins.unlock(unsigned, place, coin, key, SIGNING))
    return SignedPayment(index, leaf, signed)


def check(agreement: Agreement, index: int, leaf: bytes, raw: bytes) -> SignedPayment | Refusal:
    """Return state `index` if `raw` equals the payment that Bob would have built, with signatures that fix all of it.

    Claiming it checks whether Bob can spend it: `penstock.channel.transactions.claim`.
    """
    transaction = read_transaction(raw)
    if not isinstance(transaction, Transaction):
        return transaction
    refusal = _check(agreement, build(agreement, index, leaf), transaction)
    return refusal or SignedPayment(index, leaf, transaction)


def _check(agreement: Agreement, expected: Transaction, got: Transaction) -> Refusal | None:
    if difference := first_difference(expected, got):
        return difference
    for place, txin in enumerate(got.inputs):
        hash_type = next((item[-1] for item in pushes_of(txin.script) or () if item), None)
        if hash_type != HASH_TYPE_BYTE:
            return WrongHashType(place, HASH_TYPE_BYTE, hash_type)
    return scripts_hold(got, [coin.output for coin in agreement.funding])
