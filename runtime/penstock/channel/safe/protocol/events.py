"""Events and actions: what a machine is told, and what it asks for.

Actions are carried out in their order. `Save` comes first where something must be on disk before anything leaves: the
caller goes on only once it is.
"""

from dataclasses import dataclass
from typing import TypeAlias

from penstock.channel.safe.messages.kinds import Message
from penstock.channel.sealed.fraud import FraudProof
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxOut

# Events ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Received:
    """A message has come from the other side."""

    message: Message


@dataclass(frozen=True, slots=True)
class Announced:
    """A Get has come from a payer who has the ciphertext from elsewhere: its price is held, and no Chunk is sent.

    Attributes:
        channel: the id of the channel.
        movie: the movie's id.
        chunk: the index of the chunk.
    """

    channel: bytes
    movie: bytes
    chunk: int


@dataclass(frozen=True, slots=True)
class Height:
    """The height of the newest block; lower than before after a reorganisation."""

    height: int


@dataclass(frozen=True, slots=True)
class Stalled:
    """No block has come for longer than the caller allows for: the view of the chain may be an old one.

    The next `Height` ends it.
    """


@dataclass(frozen=True, slots=True)
class FundingSeen:
    """The funding output stands on the chain, unspent.

    Attributes:
        outpoint: the output.
        output: its script and value.
        confirmations: blocks from the one that has it on; 0 after a reorganisation, or before it is mined.
    """

    outpoint: OutPoint
    output: TxOut
    confirmations: int


@dataclass(frozen=True, slots=True)
class FundingSpent:
    """A transaction that spends the funding output was mined.

    Attributes:
        transaction: the transaction, as it was mined.
        height: the height of its block.
    """

    transaction: Transaction
    height: int


@dataclass(frozen=True, slots=True)
class PaymentSpent:
    """A transaction that spends the paid key of a payment was mined: a claim, or the payer's refund.

    Attributes:
        transaction: the transaction, as it was mined.
        height: the height of its block.
    """

    transaction: Transaction
    height: int


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection is there, the first or another one.

    Attributes:
        own: 32 bytes that this side has chosen for it by chance: what it expects in the other side's Resume.
        other: those of the other side.
    """

    own: bytes
    other: bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """The state of the last `Save` is on disk."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The user wants to close the channel."""


@dataclass(frozen=True, slots=True)
class Bump:
    """The payee wants his payment, which is published and not mined, to be mined at a higher fee rate.

    Attributes:
        coins: mined coins of one key of his, which no other close takes.
        key: that key.
        rate: the fee rate of the payment and its claim together.
    """

    coins: tuple[Coin, ...]
    key: PrivateKey
    rate: FeeRate


# Actions --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Save:
    """The new state has to be on disk before the next action."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message to the other side."""

    message: Message


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish a transaction, again and again until a spend of its input is buried."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Deliver:
    """A chunk was paid for, and is open.

    Attributes:
        movie: the movie's id.
        chunk: the index of the chunk.
        plaintext: what it opens to.
        key: the key that was bought: the pass for a step of a metered service.
    """

    movie: bytes
    chunk: int
    plaintext: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Accuse:
    """The publisher has cheated: keep the proof, and buy nothing more."""

    proof: FraudProof


@dataclass(frozen=True, slots=True)
class Refuse:
    """An event was refused; nothing has changed. The reason is for the log."""

    reason: str


Event: TypeAlias = (
    Received
    | Announced
    | Height
    | Stalled
    | FundingSeen
    | FundingSpent
    | PaymentSpent
    | Connected
    | Saved
    | Finish
    | Bump
)
Action: TypeAlias = Save | Send | Publish | Deliver | Accuse | Refuse
