"""Targets that read bytes: messages, transactions, manifests, titles, leaves, proofs of fraud, recovery files,
rows.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import Accuse, Deliver
from penstock.channel.safe.protocol.identity import channel_id
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.channel.sealed.opening import OpeningError
from penstock.service.catalogue.leaves import leaves_from_bytes, leaves_to_bytes
from penstock.service.catalogue.title import Quality, Title, signed_title
from penstock.service.errors import DamagedError, SeedError, UnknownVersionError
from penstock.service.recovery import recovery_file
from penstock.service.seed.seed_file import read_seed, write_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.store import encoding
from penstock.service.store.encoding import ChannelState, Record, decode, encode, head_of, role_of
from penstock.service.store.held import Held, KeyPath, parcel_from_bytes, parcel_name, parcel_to_bytes
from penstock.testing import key
from penstock.tx.transaction import Transaction
from penstock.tx.wire import TransactionError
from tests.support.fuzz.stages import accused, bases, lives, mined, stage, talk
from tests.support.fuzz.target import Choices, Target, with_size

WALLET: Final = Wallet(bytes(16))
_NONCE: Final = bytes(12)


def read_message(data: bytes) -> None:
    """Any bytes are a message in its one form, or refused."""
    try:
        message = from_wire(data)
    except CanonicalError:
        return
    assert to_wire(message) == data


def read_transaction(data: bytes) -> None:
    """Any bytes are a transaction that is written in the same way, or refused."""
    try:
        transaction = Transaction.parse(data)
    except TransactionError:
        return
    assert Transaction.parse(transaction.serialize()) == transaction


def read_file(data: bytes) -> None:
    """The first byte names the kind of file; any others are one in its one form, or refused."""
    choices = Choices(data)
    choices.one_of(_FILES)(data[1:])


def _manifest(data: bytes) -> None:
    try:
        manifest = Manifest.from_bytes(data)
    except CanonicalError:
        return
    assert manifest.to_bytes() == data
    assert manifest.is_signed in {True, False}


def _leaf(data: bytes) -> None:
    try:
        leaf = Leaf.from_bytes(data)
    except CanonicalError:
        return
    assert leaf.to_bytes() == data


def _fraud(data: bytes) -> None:
    try:
        proof = FraudProof.from_bytes(data)
    except CanonicalError:
        return
    assert proof.to_bytes() == data
    try:
        verdict = proof.judge()
    except OpeningError:
        return
    assert verdict is None or len(verdict) > 0


def _recovery(data: bytes) -> None:
    try:
        recovery_file.read_recovery_file(data, WALLET)
    except (DamagedError, SeedError, UnknownVersionError):
        return


def _recovery_content(data: bytes) -> None:
    """The content that a holder of the seed has encrypted."""
    form = recovery_file._FORMAT
    _recovery(form + _NONCE + ChaCha20Poly1305(WALLET.recovery_key).encrypt(_NONCE, data, form))


def _seed_file(data: bytes) -> None:
    if b'"cost": 1,' not in data:  # a larger one takes seconds
        data = data.replace(b'"cost"', b'"coat"')
    path = _scratch() / "seed.json"
    path.write_bytes(data)
    try:
        read_seed(path, "passphrase")
    except SeedError:
        return


def _title(data: bytes) -> None:
    try:
        title = Title.from_bytes(data)
    except CanonicalError:
        return
    assert title.to_bytes() == data


def _leaves(data: bytes) -> None:
    try:
        leaves = leaves_from_bytes(data[1:], data[0] if data else 0)
    except CanonicalError:
        return
    assert leaves_to_bytes(leaves) == data[1:]


_FILES: Final[Sequence[Callable[[bytes], None]]] = (
    _manifest,
    _leaf,
    _fraud,
    _recovery,
    _recovery_content,
    _seed_file,
    _title,
    _leaves,
)


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="penstock-fuzz-"))


def read_rows(data: bytes) -> None:
    """Rows of a state whose hashes are right, with any content: a state, or damaged. The same for terms."""
    choices = Choices(data)
    base = choices.one_of(bases())
    role, terms, channel = role_of(base), base.terms, base.channel
    kind = choices.number() % 8
    if kind in _OTHER_ROWS:
        _OTHER_ROWS[kind](choices.sized())
        return
    head = choices.sized()
    members: dict[str, tuple[bytes, ...]] = {}
    for name in encoding.MEMBER_FIELDS[type(base)]:
        rows = tuple(choices.sized() for _ in range(choices.number() % 4))
        if rows:
            members[name] = tuple(
                row + encoding._check(channel, role, f"{name}/{place}", row) for place, row in enumerate(rows)
            )
    record = Record(head + encoding._check(channel, role, "", head), members)
    try:
        state = decode(role, terms, channel, record)
    except (DamagedError, UnknownVersionError):
        return
    assert head_of(state) == record.head


def _read_terms(data: bytes) -> None:
    try:
        terms = encoding.terms_from_bytes(data)
    except DamagedError:
        return
    assert encoding.terms_to_bytes(terms) == data
    assert len(channel_id(terms)) == 32


def _read_parcel(data: bytes) -> None:
    name, _, content = data.partition(b"\n")
    try:
        parcel = parcel_from_bytes(name.decode("utf-8", "replace"), content)
    except DamagedError:
        return
    assert parcel_from_bytes(parcel_name(parcel), parcel_to_bytes(parcel)) == parcel


_OTHER_ROWS: Final[Mapping[int, Callable[[bytes], None]]] = {6: _read_parcel, 7: _read_terms}


# Seeds ----------------------------------------------------------------------------------------------------------------


@cache
def message_seeds() -> list[bytes]:
    return sorted({raw for one in talk() for _, raw in one})


@cache
def transaction_seeds() -> list[bytes]:
    return [each.serialize() for life in lives() for each in mined(life)]


@cache
def file_seeds() -> list[bytes]:
    movie = stage().movie
    path = _scratch() / "real.json"
    if not path.exists():
        write_seed(path, bytes(16), "passphrase", 1)
    files = [movie.manifest.to_bytes(), movie.leaves[0].to_bytes(), accused().to_bytes()]
    held = [_held(state) for state in bases()]
    whole = [recovery_file.recovery_file(each, _AnyWallet()) for each in held]
    opened = [_plain(each) for each in whole]
    numbered = [*enumerate(files), *((3, each) for each in whole), *((4, each) for each in opened)]
    qualities = [Quality(movie.manifest, bytes(32), 7, "opus", 1, 0, 0, (1,) * movie.manifest.chunks)]
    title = signed_title(key("publisher").private, qualities).to_bytes()
    leaves = bytes([len(movie.leaves)]) + leaves_to_bytes(movie.leaves)
    return [bytes([kind]) + each for kind, each in [*numbered, (5, path.read_bytes()), (6, title), (7, leaves)]]


class _AnyWallet(Wallet):
    """A wallet that takes channels of other keys."""

    def __init__(self) -> None:
        super().__init__(bytes(16))

    def keys_of(self, held: Held) -> Any:
        return held


def _held(state: ChannelState) -> Held:
    return Held(0, KeyPath(1, 2), state, 0)


def _plain(file: bytes) -> bytes:
    form = recovery_file._FORMAT
    nonce, sealed = file[len(form) :][:12], file[len(form) + 12 :]
    return ChaCha20Poly1305(WALLET.recovery_key).decrypt(nonce, sealed, form)


@cache
def row_seeds() -> list[bytes]:
    seeds = []
    for number, base in enumerate(bases()):
        record = encode(base)
        data = bytes([number, 0]) + with_size(record.head[:-8])
        for name in encoding.MEMBER_FIELDS[type(base)]:
            rows = record.members[name][:3]
            data += bytes([len(rows)]) + b"".join(with_size(row[:-8]) for row in rows)
        seeds += [data, bytes([number, 7]) + with_size(encoding.terms_to_bytes(base.terms))]
    parcels = (Deliver(bytes(32), 3, b"a chunk", bytes(32)), Accuse(accused()))
    named = [parcel_name(each).encode() + b"\n" + parcel_to_bytes(each) for each in parcels]
    seeds += [bytes([0, 6]) + with_size(each) for each in named]
    return [*seeds, bytes([0, 0]) + with_size(cbor2.dumps([1, {}, {}]))]


TARGETS: Final = (
    Target("messages", read_message, message_seeds),
    Target("transactions", read_transaction, transaction_seeds),
    Target("files", read_file, file_seeds),
    Target("rows", read_rows, row_seeds),
)
