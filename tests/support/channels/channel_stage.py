"""Data of the channel's tests: a movie in memory, two keys, a funded ledger, and the compiled contract."""

import io
from dataclasses import dataclass, field, replace
from functools import cache

import penstock
from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.agreement import Agreement
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import LeafDelivery, Terms
from penstock.channel.protocol.alice import Alice
from penstock.channel.protocol.bob import Bob
from penstock.channel.simulation.conversation import EffectHandler, Event, Moment, Players
from penstock.channel.transactions.closing import Closing
from penstock.ledger.coins import Coin, pay_to_key
from penstock.ledger.ledger import Ledger
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, TxOut

ALICE = PrivateKey(b"\x0a" * 32)
BOB = PrivateKey(b"\x0b" * 32)
MALLORY = PrivateKey(b"\x0e" * 32)
CHUNK_SIZE = 32
DEFAULT_TERMS = Terms()


@cache
def streaming() -> Artifact:
    """The bundled contract, compiled."""
    return penstock.compile_file(penstock.bundled("streaming"))


def file_of(chunks: int, chunk_size: int = CHUNK_SIZE) -> bytes:
    """A file of so many different chunks; the last one is a byte short."""
    return b"".join(f"chunk {index:,} ".encode().ljust(chunk_size, b".") for index in range(chunks))[:-1]


def movie_of(chunks: int, chunk_size: int = CHUNK_SIZE) -> Movie:
    """The same as a movie."""
    return Movie.cut(io.BytesIO(file_of(chunks, chunk_size)), chunk_size)


def coin_of(key: PrivateKey, value: int, number: int = 1) -> Coin:
    """Return another party's coin that is on no ledger."""
    return Coin(OutPoint(bytes((number,)) * 32, number), TxOut(value, pay_to_key(key.public_key)))


def agreement_on(
    movie: Movie, *, terms: Terms = DEFAULT_TERMS, funds: int = 10_000, funding: tuple[Coin, ...] = ()
) -> Agreement:
    """An agreement between Alice and Bob."""
    coins = funding or (coin_of(ALICE, funds),)
    return Agreement(streaming(), movie.title, terms, ALICE.public_key, BOB.public_key, coins)


@dataclass
class Stage:
    """Alice and Bob before the first word, and a ledger with Alice's coin on it."""

    ledger: Ledger
    players: Players
    events: list[Event] = field(default_factory=list)

    @property
    def agreement(self) -> Agreement:
        return self.players.alice.agreement

    @property
    def movie(self) -> Movie:
        return self.players.bob.movie

    @property
    def world(self) -> EffectHandler:
        return EffectHandler(self.ledger, self.events.append)

    def run(self, moment: Moment, *, before_stop: bool = False) -> Moment:
        """Deliver all letters."""
        return self.world.run(self.players, moment, before_stop=before_stop)

    def twin(self) -> "Stage":
        """The same stage, with a future of its own."""
        return Stage(self.ledger.fork(), self.players)


def stage(
    chunks: int = 5,
    *,
    delivery: LeafDelivery = LeafDelivery.LEAVES,
    closing: Closing = Closing.TWO_WAY,
    wanted: int | None = None,
    terms: Terms = DEFAULT_TERMS,
    fee_coin: int = 0,
) -> Stage:
    """Set the stage for a movie of so many chunks."""
    ledger = Ledger(fee_rate=terms.fee_rate)
    terms = replace(terms, delivery=delivery)
    movie = movie_of(chunks)
    funding = ledger.fund(pay_to_key(ALICE.public_key), 10_000)
    fee_coins = (ledger.fund(pay_to_key(BOB.public_key), fee_coin),) if fee_coin else ()
    agreement = agreement_on(movie, terms=terms, funding=(funding,))
    players = Players(Alice(agreement, ALICE, wanted), Bob(agreement, movie, BOB, closing, fee_coins))
    return Stage(ledger, players)


@cache
def other_contract() -> Artifact:
    """A contract that looks like the streaming one from outside, but asks for another hash of the chunk."""
    source = penstock.bundled("streaming").read_text(encoding="utf-8")
    return penstock.compile_source(source.replace("sha256(dataOrSig) !=", "sha256(dataOrSig + b'00') !="))
