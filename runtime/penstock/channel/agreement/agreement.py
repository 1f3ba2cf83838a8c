"""Agreement: all data from which both sides build their transactions: keys, movie, terms, coins.

Two parties with equal agreements build equal transactions, so that each can compare a received transaction with its
own.
"""

from dataclasses import dataclass, field
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.funding import SIGNATURE_SIZE, ChannelSigning, Funding, PayToKey
from penstock.channel.agreement.movie import Title
from penstock.channel.agreement.terms import Terms, TermsError
from penstock.contract.contract import Contract
from penstock.ledger.coins import Coin
from penstock.script.chains import BSV
from penstock.script.hashes import sha256
from penstock.script.pushes import push_prefix
from penstock.tx.hash_type import hash_type_number
from penstock.tx.keys import PrivateKey
from penstock.tx.wire import compact_size

VERSION: Final = 1
"""Version of every transaction here. Under BSV's Chronicle rules, third parties may alter later versions."""
CHAIN: Final = BSV
FUNCTION: Final = "unlock"
HASH_TYPE: Final = "ALL"
HASH_TYPE_BYTE: Final = hash_type_number(HASH_TYPE, CHAIN)
"""ALL|FORKID, the byte at the end of every signature here."""

CONTRACT_OUTPUT: Final = 0
"""Index of the contract among the outputs of TX_i; Alice's change is the other output."""
LEAST_CHANGE: Final = 1
"""Satoshis of change that must remain, so that TX_1 … TX_n all have the same two outputs."""

SIGNING: Final = ChannelSigning(HASH_TYPE, CHAIN)
_EMPTY_INPUT: Final = 32 + 4 + 4
_KEY_OUTPUT: Final = 8 + 1 + 25


_MARK: Final = sha256(b"penstock: the hole for the hash of a chunk")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of Alice and Bob.

    Attributes:
        artifact: the compiled streaming contract: `unlock(bytes dataOrSig, Sig bobSig)` over alice, bob and hash.
        title: the movie.
        terms: price, fee rate, delivery of leaves.
        alice: Alice's public key, 33 bytes; her coins and her change pay to it.
        bob: Bob's public key, 33 bytes; his earnings pay to it.
        funding: Alice's coins, all of which TX_i spends.
        payment_size: bytes of TX_i with signatures of full length, the same for every i.
        around_hash: the contract's script before and after the hash, which alone differs from one TX_i to the next.
        change_script: the locking script of Alice's change.
        most: the last state that this channel can reach: limited by the movie or by the coins.

    Raises:
        TermsError: when the coins do not pay for one chunk, or are not Alice's; when the contract is not for bsv.
        ArgumentError: when the artifact is another contract, or a key is invalid.
    """

    artifact: Artifact
    title: Title
    terms: Terms
    alice: bytes
    bob: bytes
    funding: tuple[Coin, ...]
    payment_size: int = field(init=False, repr=False)
    around_hash: tuple[bytes, bytes] = field(init=False, repr=False)
    change_script: bytes = field(init=False, repr=False)
    most: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.artifact.chain is not CHAIN:
            raise TermsError(f"the contract is compiled for {self.artifact.target}, this channel is one of {CHAIN}")
        marked = self.contract(_MARK)
        marked.function(FUNCTION)
        before, _, after = marked.locking_script.partition(_MARK)
        object.__setattr__(self, "around_hash", (before, after))
        object.__setattr__(self, "change_script", self.alice_coins.locking_script)
        object.__setattr__(self, "payment_size", self._payment_size())
        strange = [coin for coin in self.funding if coin.script != self.change_script]
        if strange:
            raise TermsError(f"the funding coin of {strange[0].value} satoshis does not pay to Alice's key")
        if self.title.payable and self.affordable < 1:
            raise TermsError(
                f"the funding of {self.funds} satoshis does not pay for one chunk: that needs the price of"
                f" {self.terms.price}, a fee of {self.payment_fee} and {LEAST_CHANGE} of change"
            )
        object.__setattr__(self, "most", min(self.title.payable, self.affordable))

    def contract(self, leaf: bytes) -> Contract:
        """Return the contract that sells the chunk whose hash is `leaf`."""
        return self.artifact.instantiate(alice=self.alice, bob=self.bob, hash=leaf)

    def contract_script(self, leaf: bytes) -> bytes:
        """Return the locking script of that contract: a template with a hole, filled."""
        return leaf.join(self.around_hash)

    def amount(self, index: int) -> int:
        """Satoshis that TX_`index` puts into the contract: the price of D_1 … D_index."""
        return index * self.terms.price

    @property
    def funds(self) -> int:
        """Satoshis in Alice's coins."""
        return sum(coin.value for coin in self.funding)

    @property
    def affordable(self) -> int:
        """Number of chunks that the coins pay for."""
        return max(0, self.funds - self.payment_fee - LEAST_CHANGE) // self.terms.price

    @property
    def payment_fee(self) -> int:
        """Satoshis of fee of every TX_i, the same for all because they have one size."""
        return self.terms.fee_rate.fee(self.payment_size)

    def _payment_size(self) -> int:
        script = len(self.contract(bytes(32)).locking_script)
        outputs = 8 + len(compact_size(script)) + script + _KEY_OUTPUT
        return transaction_size([self.alice_coins.unlocking_size] * len(self.funding), outputs, 2)

    def claim_size(self, first: int, fee_inputs: int = 0) -> int:
        """Return the bytes of TX_p with signatures of full length.

        Args:
            first: bytes of the contract's first argument, next to Bob's signature: the chunk, or Alice's signature.
            fee_inputs: number of coins that Bob adds.
        """
        unlocking = len(push_prefix(first)) + first + 1 + SIGNATURE_SIZE
        return transaction_size([unlocking, *[self.bob_coins.unlocking_size] * fee_inputs], _KEY_OUTPUT, 1)

    @property
    def alice_coins(self) -> Funding:
        """The locking of Alice's coins and her change."""
        return PayToKey(self.alice)

    @property
    def bob_coins(self) -> Funding:
        """The locking of Bob's fee coins and his earnings."""
        return PayToKey(self.bob)

    @property
    def payout_script(self) -> bytes:
        """The locking script of Bob's earnings."""
        return self.bob_coins.locking_script


def demand_key(party: str, key: PrivateKey, agreed: bytes) -> None:
    """Check that a private key belongs to the agreed public key.

    Raises:
        TermsError: when it does not.
    """
    if key.public_key != agreed:
        raise TermsError(f"{party}'s key is not the agreed one: it gives {key.public_key.hex()}, not {agreed.hex()}")


def transaction_size(unlocking: list[int], outputs_size: int, outputs: int) -> int:
    """Return the bytes of a transaction.

    Args:
        unlocking: the length of each input's script.
        outputs_size: bytes of all outputs together.
        outputs: number of outputs.
    """
    inputs = sum(_EMPTY_INPUT + len(compact_size(size)) + size for size in unlocking)
    return 4 + len(compact_size(len(unlocking))) + inputs + len(compact_size(outputs)) + outputs_size + 4
