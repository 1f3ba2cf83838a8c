"""Both sides of the channel together, chunk by chunk, in memory; a line of its own has the messages as bytes.

The floor is the work that no implementation is spared, in a bare loop, with the same libraries:

* the safe form: the payer hashes the ciphertext, opens it with ChaCha20-Poly1305, hashes what comes out, and signs; the
  payee verifies. He hashes nothing: ciphertexts are sealed before, since they may lie on any server, and his keys and
  leaves are made with them.
* the article's form: each side hashes the chunk once, Alice before she pays for the next one and Bob as he reads it
  from the file; she signs, he verifies.

Not in the floor: digests of transactions (it signs and verifies one digest all along, with parsed keys), leaf and
proof, parsing of messages, states, and the reading of the chunk.
"""

import gc
import io
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import cycle, islice
from typing import Final

from coincurve import PrivateKey as CurveKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import penstock
from benchmarks.harness import OURS, REPORTED_MEMORY, Contender, Work
from benchmarks.result import Demand, Target
from benchmarks.works.contest import FLOOR
from penstock import PrivateKey
from penstock.channel.agreement.agreement import Agreement
from penstock.channel.agreement.merkle import Proof
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import Terms
from penstock.channel.protocol.actions import Keep, Refuse
from penstock.channel.protocol.alice import Alice
from penstock.channel.protocol.bob import Bob
from penstock.channel.protocol.messages import Chunk, Payment
from penstock.channel.safe.messages.kinds import Message
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import Action, Deliver, Received, Send
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.simulation.conversation import Moment, Players, ToAlice, ToBob
from penstock.ledger.coins import pay_to_key
from penstock.ledger.ledger import Ledger
from penstock.script.chains import BSV, BTC, Chain

CHUNK: Final = 1 << 16
_CHUNKS: Final = 64
_AT_ONCE: Final = 16
_PRICE: Final = 100
_MANY: Final = 1_000
_SMALL: Final = 1_024
_BOUGHT: Final = 16
"""Chunks bought on each channel while memory is traced."""


@dataclass(frozen=True, slots=True)
class ReadyShelf:
    """A shelf whose chunks are sealed already; all have the same plaintext size, and repeat from the start."""

    movie: SealedMovie
    ciphertexts: tuple[bytes, ...]
    keys: tuple[bytes, ...]

    @classmethod
    def of(cls, movie: SealedMovie) -> "ReadyShelf":
        """Seal all chunks of a movie beforehand."""
        chunks = range(movie.manifest.chunks)
        return cls(movie, tuple(map(movie.ciphertext, chunks)), tuple(map(movie.key, chunks)))

    def leaf(self, movie: bytes, chunk: int) -> Leaf:  # noqa: ARG002 - the signature of a shelf, as below
        """Return the leaf of a chunk."""
        return self.movie.leaves[chunk]

    def leaves(self, movie: bytes) -> tuple[Leaf, ...]:  # noqa: ARG002
        """Return all leaves."""
        return self.movie.leaves

    def proof(self, movie: bytes, chunk: int) -> Proof:  # noqa: ARG002
        """Return the proof of a leaf."""
        return self.movie.proof(chunk)

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:  # noqa: ARG002
        """Return the ciphertext of a chunk."""
        return self.ciphertexts[chunk]

    def key(self, movie: bytes, chunk: int) -> bytes:  # noqa: ARG002
        """Return the key of a chunk."""
        return self.keys[chunk]


class Sale:
    """A funded channel on which chunks are sold one after the other; a new viewer begins when the movie is through."""

    def __init__(
        self, chain: Chain, chunks: int = _CHUNKS, size: int = CHUNK, *, shelf: ReadyShelf | None = None
    ) -> None:
        self.shelf = shelf or ReadyShelf.of(movie_of(chunks, size))
        self.movie = self.shelf.movie
        self.channel = opened(self.movie, Deal(chain, _PRICE), lambda _index, _data: None)
        self.payee = replace(self.channel.payee, shelf=self.shelf)
        self.first = self.a, self.b = self.channel.payer_state, self.channel.payee_state
        self.next = 0

    def sell(self, *, as_bytes: bool = True) -> bytes:
        """Sell the next chunk; return what the payer has opened.

        Args:
            as_bytes: whether messages are written and read.
        """
        arrived = _received if as_bytes else _told
        if self.next == self.movie.manifest.chunks:
            (self.a, self.b), self.next = self.first, 0
        payer, payee = self.channel.payer, self.payee
        self.a, asked = payer.ask(self.a, self.movie.manifest, self.next)
        self.b, answered = payee.step(self.b, arrived(asked))
        self.a, signed = payer.step(self.a, arrived(answered))
        self.b, keyed = payee.step(self.b, arrived(signed))
        self.a, opened_now = payer.step(self.a, arrived(keyed))
        self.next += 1
        delivered = opened_now[-1]
        assert isinstance(delivered, Deliver), opened_now
        return delivered.plaintext


def movie_of(chunks: int, size: int) -> SealedMovie:
    """Return a movie of so many chunks."""
    film = io.BytesIO(b"".join(sha256(bytes((number,))).digest() * (size // 32) for number in range(chunks)))
    return SealedMovie.cut(film, size, PrivateKey(b"\x01" * 32), Keys(bytes(32)))


def _told(actions: tuple[Action, ...]) -> Received:
    """Return the last message of one side as the other is told of it."""
    sent = actions[-1]
    assert isinstance(sent, Send), actions
    return Received(sent.message)


def _received(actions: tuple[Action, ...]) -> Received:
    """Return the same as it arrives, written and read."""
    return Received(from_wire(to_wire(_told(actions).message)))


def works(many: int = _MANY) -> Iterator[Work]:
    """On each chain; the article's form; then many channels at once beside one: time, and memory."""
    for chain in (BSV, BTC):
        yield _work(chain)
    yield _article(ReadyShelf.of(movie_of(_CHUNKS, CHUNK)))
    alone = Sale(BSV, size=_SMALL)
    crowd = [Sale(BSV, size=_SMALL, shelf=alone.shelf) for _ in range(many)]
    yield _many(alone, crowd)
    yield _memory(alone, crowd)


class ArticleSale:
    """A channel in the article's form; a new stream begins when the movie is through."""

    def __init__(self, chunks: int = _CHUNKS, size: int = CHUNK) -> None:
        film = b"".join(sha256(bytes((number,))).digest() * (size // 32) for number in range(chunks))
        movie = Movie.cut(io.BytesIO(film), size)
        ledger, alice, bob = Ledger(), PrivateKey(b"\x01" * 32), PrivateKey(b"\x02" * 32)
        coin = ledger.fund(pay_to_key(alice.public_key), 1_000_000)
        artifact = penstock.compile_file(penstock.bundled("streaming"))
        agreement = Agreement(artifact, movie.title, Terms(), alice.public_key, bob.public_key, (coin,))
        self.players = Players(Alice(agreement, alice), Bob(agreement, movie, bob))
        self.first = self._begun()
        self.moment = self.first

    def _begun(self) -> Moment:
        """Deliver all that comes before the first payment."""
        moment = self.players.begin()
        while not _is_payment(moment):
            moment = self.players.deliver(moment)
        return moment

    def sell(self) -> bytes:
        """Pay for the next chunk and deliver it; return what Alice keeps."""
        paid = self.players.deliver(self.moment)
        self.moment = self.players.deliver(paid)
        (kept,) = (each.action for each in self.moment.effects if isinstance(each.action, Keep))
        if not _is_payment(self.moment):
            self.moment = self.first
        return kept.data

    def proves(self) -> bool:
        """Whether a chunk arrives, and a chunk and a payment that were tampered with are refused."""
        self.moment = self.first
        paid = self.players.deliver(self.moment)
        payment, chunk = self.moment.mail[0].message, paid.mail[0].message
        assert isinstance(payment, Payment), payment
        assert isinstance(chunk, Chunk), chunk
        bad_chunk = replace(paid, mail=(ToAlice(replace(chunk, data=_flipped(chunk.data))),))
        bad_payment = replace(self.moment, mail=(ToBob(replace(payment, transaction=_flipped(payment.transaction))),))
        refused = [self.players.deliver(moment).effects for moment in (bad_chunk, bad_payment)]
        return len(self.sell()) > 0 and all(
            any(isinstance(each.action, Refuse) for each in effects) for effects in refused
        )


def _is_payment(moment: Moment) -> bool:
    return bool(moment.mail) and isinstance(moment.mail[0].message, Payment)


def _flipped(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))


def _article(shelf: ReadyShelf) -> Work:
    """The article's form, where the chunk is hashed on both sides."""
    sale = ArticleSale()

    def run() -> None:
        for _ in range(_AT_ONCE):
            sale.sell()

    ours = Contender(OURS, run, sale.proves, _AT_ONCE)
    floor = Contender(FLOOR, *floor_of(shelf, is_opened=False), _AT_ONCE)
    name = f"the article's channel, chunks of {CHUNK:,} bytes, both sides"
    return Work(name, "chunk", (floor, ours), (Target(FLOOR, 0.5, Demand.AIM),))


def _many(alone: Sale, sales: list[Sale]) -> Work:
    """Chunks of 1 KiB over one channel, and over many in turn."""
    in_turn = cycle(sales)
    for sale in sales:
        sale.sell()  # the first payment of a channel is built in full, as a rehearsal

    def run_alone() -> None:
        for _ in range(_AT_ONCE):
            alone.sell(as_bytes=False)

    def run_many() -> None:
        for sale in islice(in_turn, _AT_ONCE):
            sale.sell(as_bytes=False)

    one = Contender("1 channel", run_alone, lambda: proves(alone), _AT_ONCE)
    many = Contender(f"{len(sales):,} channels", run_many, lambda: all(map(proves, sales[:3])), _AT_ONCE)
    name = f"safe channel, chunks of {_SMALL:,} bytes, many at once"
    return Work(name, "chunk", (one, many), (Target(one.name, 0.7),), ours=many.name)


def _memory(alone: Sale, sales: list[Sale]) -> Work:
    """Bytes that stay for each chunk that was bought (its place, its state, its hash), over one channel and many."""

    def kept(channels: list[Sale]) -> float:
        """Return the bytes that are kept for each chunk when some are sold on each channel in turn."""
        for sale in channels:
            sale.sell(as_bytes=False)
        gc.collect()
        tracemalloc.start()
        for _ in range(_BOUGHT):
            for sale in channels:
                sale.sell(as_bytes=False)
        gc.collect()
        traced, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return traced / len(channels) / _BOUGHT

    one = Contender("1 channel", lambda: kept([alone]), lambda: proves(alone))
    many = Contender(f"{len(sales):,} channels", lambda: kept(sales), lambda: all(map(proves, sales[:3])))
    name = f"safe channel, chunks of {_SMALL:,} bytes, many at once, memory"
    targets = (Target(one.name, 0.7),)
    return Work(name, "chunk bought", (one, many), targets, many.name, REPORTED_MEMORY, rounds=1)


def _work(chain: Chain) -> Work:
    sale, other = Sale(chain), Sale(chain)

    def run() -> None:
        for _ in range(_AT_ONCE):
            sale.sell(as_bytes=False)

    def run_as_bytes() -> None:
        for _ in range(_AT_ONCE):
            other.sell()

    ours = Contender(OURS, run, lambda: proves(sale), _AT_ONCE)
    as_bytes = Contender(f"{OURS}, messages as bytes", run_as_bytes, lambda: proves(other), _AT_ONCE)
    floor = Contender(FLOOR, *floor_of(sale.shelf), _AT_ONCE)
    plain = Contender(f"{FLOOR} without the cipher", *floor_of(sale.shelf, is_opened=False), _AT_ONCE)
    name = f"safe channel on {chain}, chunks of {CHUNK:,} bytes, both sides"
    return Work(name, "chunk", (floor, plain, ours, as_bytes), (Target(FLOOR, 0.6, Demand.AIM),))


def proves(sale: Sale) -> bool:
    """Whether chunks arrive whole, and a chunk, a signature and a key that were tampered with are refused."""
    start = sale.next % sale.movie.manifest.chunks
    sold = sale.sell()
    whole = sha256(sold).digest() == sale.movie.leaves[start].plaintext
    return whole and all(map(_is_refused, [sale] * 3, range(3)))


def _is_refused(sale: Sale, step: int) -> bool:
    """Whether a chunk is not delivered, and not paid or no key sent for it, if a bit of the message is another one."""
    payer, payee, a, b = sale.channel.payer, sale.payee, sale.a, sale.b
    a, asked = payer.ask(a, sale.movie.manifest, sale.next)
    b, answered = payee.step(b, _received(asked))
    if step == 0:
        return not any(isinstance(each, Send) for each in payer.step(a, _tampered(answered, "ciphertext"))[1])
    a, signed = payer.step(a, _received(answered))
    if step == 1:
        after, _ = payee.step(b, _tampered(signed, "signature"))
        return after.newest == b.newest
    b, keyed = payee.step(b, _received(signed))
    return not any(isinstance(each, Deliver) for each in payer.step(a, _tampered(keyed, "key"))[1])


def _tampered(actions: tuple[Action, ...], name: str) -> Received:
    message: Message = _received(actions).message
    value = bytearray(getattr(message, name))
    value[len(value) // 2] ^= 1
    return Received(replace(message, **{name: bytes(value)}))  # type: ignore[arg-type] # a field of bytes


def floor_of(
    shelf: ReadyShelf, at_once: int = _AT_ONCE, *, is_opened: bool = True
) -> tuple[Callable[[], None], Callable[[], bool]]:
    """Hash, open, hash, sign and verify, in a bare loop with keys parsed before."""
    key, digest = CurveKey(b"\x02" * 32), bytes(32)
    public, movie = key.public_key, shelf.movie
    chunks = range(movie.manifest.chunks)
    bound = [movie.manifest.movie + index.to_bytes(8, "big") for index in chunks]
    movie.source.seek(0)
    plain = [movie.source.read(CHUNK) for _ in chunks]
    following = cycle(chunks)

    def chunk(index: int) -> bool:
        leaf, ciphertext = movie.leaves[index], shelf.ciphertexts[index]
        if sha256(ciphertext).digest() != leaf.ciphertext:
            return False
        signature = key.sign(digest, hasher=None)
        if not public.verify(signature, digest, None):
            return False
        text = plain[index]
        if is_opened:
            text = ChaCha20Poly1305(shelf.keys[index]).decrypt(bytes(12), ciphertext, bound[index])
        return sha256(text).digest() == leaf.plaintext

    def run() -> None:
        for index in islice(following, at_once):
            chunk(index)

    return run, lambda: all(map(chunk, chunks))
