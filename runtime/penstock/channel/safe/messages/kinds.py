"""Messages of the safe channel, one class for each.

    payer                                   payee
      │ ◄──────────────── Offer ──────────── │   keys, numbers, prices
      │ ───────────────── Open ────────────► │   the terms are complete: their hash is the channel's id
      │ ◄──────────────── Accept ─────────── │
      │ ───────────────── Funded ──────────► │   once the funding transaction is published
      │ ◄──────────────── Quote ──────────── │   a price, from a state on
      │ ───────────────── Get ─────────────► │
      │ ◄──────────────── Chunk ──────────── │   leaf, proof, ciphertext: checked before anything is paid
      │ ───────────────── Update ──────────► │   her signature for the next state
      │ ◄──────────────── Key ────────────── │   or PlainChunk, where a payment has the hash of a chunk
      │ ◄──────────────── Close ───────────► │   asks for a settlement
      │ ───────────────── CloseSig ────────► │   her signature for it
      │ ───────────────── ClaimSig ────────► │   her signature for the claim of a payment that was published
      │ ◄──────────────── Resume ──────────► │   after a break: the newest state, proved
      │ ◄──────────────── Error ───────────► │

State number and item are two things: an Update pays for any chunk of any movie. What it costs follows from the quotes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """The payee's part of the terms.

    Attributes:
        network: the name of the network.
        protocol: the version of the protocol.
        keys: the payee's keys: authentication, funding, claim, payout; 33 bytes each.
        base: satoshis in each payment above its price.
        delay: blocks after which the payer takes a payment back.
        payment_version: the version of the transactions that both sign.
        payment_rate: satoshis per 1,000 bytes of these.
        claim_rate: the same of the payee's claim.
        largest_chunk: bytes of the largest chunk that is sold by its own hash; 0 if keys are sold.
        until: the height up to which the offer holds.
    """

    network: str
    protocol: int
    keys: tuple[bytes, ...]
    base: int
    delay: int
    payment_version: int
    payment_rate: int
    claim_rate: int
    largest_chunk: int
    until: int


@dataclass(frozen=True, slots=True)
class Open:
    """The payer's part of the terms.

    Attributes:
        offer: the hash of the offer that she takes.
        keys: her keys, as in an offer.
        capacity: satoshis of the funding output.
        expiry: T, the height after which she takes the funding back.
    """

    offer: bytes
    keys: tuple[bytes, ...]
    capacity: int
    expiry: int


@dataclass(frozen=True, slots=True)
class Accept:
    """The payee has checked the terms, and fixes them.

    Attributes:
        channel: the channel's id, 32 bytes, as in all messages that follow.
        signature: by his authentication key, 64 bytes.
    """

    channel: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Funded:
    """The funding transaction is published. The payee finds it on the chain himself.

    Attributes:
        channel: the channel's id.
        txid: its id, 32 bytes, wire order.
        output: the index of the funding output.
    """

    channel: bytes
    txid: bytes
    output: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a movie's chunks, for states from one on: never for what is paid already.

    Attributes:
        channel: the channel's id.
        movie: the movie's id.
        price: satoshis per chunk.
        state: the first state that it is for.
        until: the height up to which it holds.
        signature: the payee's, by his authentication key.
    """

    channel: bytes
    movie: bytes
    price: int
    state: int
    until: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Get:
    """Asks for a chunk: its leaf and ciphertext.

    Attributes:
        channel: the channel's id.
        movie: the movie's id.
        chunk: the chunk's index.
    """

    channel: bytes
    movie: bytes
    chunk: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that may be paid for.

    Attributes:
        channel: the channel's id.
        leaf: the leaf, as it is written.
        path: the proof that it is in the manifest.
        ciphertext: the ciphertext.
    """

    channel: bytes
    leaf: bytes
    path: tuple[bytes, ...]
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Update:
    """The payer's signature for the next state.

    Attributes:
        channel: the channel's id.
        state: the number of the state.
        movie: the movie of the chunk that it pays for.
        chunk: the chunk's index.
        signature: for the payment of this state, in DER with the byte of the hash type.
    """

    channel: bytes
    state: int
    movie: bytes
    chunk: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """The key that a state has paid for.

    Attributes:
        channel: the channel's id.
        state: the number of the state.
        key: the key, 32 bytes.
    """

    channel: bytes
    state: int
    key: bytes


@dataclass(frozen=True, slots=True)
class PlainChunk:
    """The chunk that a state has paid for, where payments have the hash of a chunk and not of a key.

    Attributes:
        channel: the channel's id.
        state: the number of the state.
        data: the chunk.
    """

    channel: bytes
    state: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Asks for a settlement of a state.

    Attributes:
        channel: the channel's id.
        state: the number of the state; 0 if nothing was paid for.
    """

    channel: bytes
    state: int


@dataclass(frozen=True, slots=True)
class CloseSig:
    """The payer's signature for the settlement of a state.

    Attributes:
        channel: the channel's id.
        state: the number of the state.
        fee: satoshis.
        signature: for the settlement, in DER with the byte of the hash type.
    """

    channel: bytes
    state: int
    fee: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class ClaimSig:
    """The payer's signature for the claim of a payment that was mined: it stands there in the place of the key.

    Attributes:
        channel: the channel's id.
        signature: for the claim at the agreed rate, by her claim key, in DER with the byte of the hash type.
    """

    channel: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Resume:
    """After a break: the newest state that one side has, with the payer's signature for it.

    Attributes:
        channel: the channel's id.
        nonce: 32 bytes, chosen by the other side for this connection; so that no Resume can be sent again.
        state: the number of the state; 0 for none, and then the next four are zeros and empty.
        amount: satoshis of its payment.
        digest: the SHA-256 of the key that it pays for.
        movie: the movie of the chunk.
        chunk: the chunk's index.
        update: the payer's signature for the payment of this state.
        signature: by the sender's authentication key, 64 bytes.
    """

    channel: bytes
    nonce: bytes
    state: int
    amount: int
    digest: bytes
    movie: bytes
    chunk: int
    update: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Error:
    """Why a message was refused.

    Attributes:
        channel: the channel's id.
        code: the number of the reason.
        text: the reason for readers.
    """

    channel: bytes
    code: int
    text: str


Message = (
    Offer
    | Open
    | Accept
    | Funded
    | Quote
    | Get
    | Chunk
    | Update
    | Key
    | PlainChunk
    | Close
    | CloseSig
    | ClaimSig
    | Resume
    | Error
)
