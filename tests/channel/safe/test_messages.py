"""Messages of the safe channel: one form for each, and any other bytes are refused by one error."""

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.canonical import CanonicalError, Data, number_of
from penstock.channel.safe.messages.kinds import (
    Accept,
    Chunk,
    ClaimSig,
    Close,
    CloseSig,
    Error,
    Funded,
    Get,
    Key,
    Message,
    Offer,
    Open,
    PlainChunk,
    Quote,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import ROWS, MessageRow, from_wire, offer_hash, signed_digest, to_wire

HASH = st.binary(min_size=32, max_size=32)
KEYS = st.tuples(*[st.binary(min_size=33, max_size=33)] * 4)
SIGNATURE = st.binary(min_size=64, max_size=64)
DER = st.binary(max_size=73)
SATOSHIS = st.integers(0, 21_000_000 * 10**8)
HEIGHT = st.integers(0, 499_999_999)
INDEX = st.integers(0, 2**32 - 1)
TEXT = st.text(max_size=16).filter(str.isprintable)
RATE = st.integers(0, 10_000_000)
MESSAGES: dict[type, st.SearchStrategy[Message]] = {
    Offer: st.builds(
        Offer,
        network=TEXT,
        protocol=st.integers(1, 255),
        keys=KEYS,
        base=SATOSHIS,
        delay=st.integers(1, 65_535),
        payment_version=st.integers(1, 3),
        payment_rate=RATE,
        claim_rate=RATE,
        largest_chunk=INDEX,
        until=HEIGHT,
    ),
    Open: st.builds(Open, HASH, KEYS, SATOSHIS, HEIGHT),
    Accept: st.builds(Accept, HASH, SIGNATURE),
    Funded: st.builds(Funded, HASH, HASH, INDEX),
    Quote: st.builds(Quote, HASH, HASH, SATOSHIS, INDEX, HEIGHT, SIGNATURE),
    Get: st.builds(Get, HASH, HASH, INDEX),
    Chunk: st.builds(
        Chunk, HASH, st.binary(max_size=256), st.lists(HASH, max_size=32).map(tuple), st.binary(max_size=999)
    ),
    Update: st.builds(Update, HASH, INDEX, HASH, INDEX, DER),
    Key: st.builds(Key, HASH, INDEX, HASH),
    Close: st.builds(Close, HASH, INDEX),
    CloseSig: st.builds(CloseSig, HASH, INDEX, SATOSHIS, DER),
    Resume: st.builds(Resume, HASH, HASH, INDEX, SATOSHIS, HASH, HASH, INDEX, DER, SIGNATURE),
    PlainChunk: st.builds(PlainChunk, HASH, INDEX, st.binary(max_size=999)),
    ClaimSig: st.builds(ClaimSig, HASH, DER),
    Error: st.builds(Error, HASH, st.integers(0, 65_535), TEXT),
}
ANY = st.one_of(*MESSAGES.values())


def test_each_kind_has_a_row_and_an_example() -> None:
    assert {row.kind for row in ROWS} == MESSAGES.keys()
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))


@given(ANY)
def test_what_is_written_is_read(message: Message) -> None:
    raw = to_wire(message)
    assert from_wire(raw) == message
    assert to_wire(from_wire(raw)) == raw
    row = next(row for row in ROWS if row.kind is type(message))
    assert number_of(raw) == row.number
    assert len(raw) <= row.most


@given(ANY, st.data())
def test_damaged_bytes_are_another_message_or_refused(message: Message, data: st.DataObject) -> None:
    raw = to_wire(message)
    place, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    flipped = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
    for damaged in (flipped, raw[:place], raw + b"\x00", raw[place:]):
        try:
            again = from_wire(damaged)
        except CanonicalError:
            continue
        assert to_wire(again) == damaged
        assert damaged == raw or again != message


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        message = from_wire(raw)
    except CanonicalError:
        return
    assert to_wire(message) == raw


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind.__name__)
def test_each_field_has_its_type_length_and_range(row: MessageRow) -> None:
    """A value of another type, a field more or less, and a value beyond each border are refused, with their names."""
    values = cbor2.loads(to_wire(_example(row.kind)))
    others: list[object] = [values[:-1], [*values, 0], [None, *values[1:]], [row.number + 13, *values[1:]], {}, 7]
    for wrong in others:
        with pytest.raises(CanonicalError):
            from_wire(cbor2.dumps(wrong, canonical=True))
    for place, (name, kind) in enumerate(row.fields.items(), start=1):
        fits = [b"x" * 34] if isinstance(kind, Data) and kind.is_most else []
        for other in (None, 1.5, True, -1, "x" * 500, b"x" * 34, [b"x"] * 40, 1 << 60):
            if other not in fits:
                with pytest.raises(CanonicalError, match=f"^{name}: expected"):
                    from_wire(cbor2.dumps([*values[:place], other, *values[place + 1 :]], canonical=True))


def _example(kind: type) -> Message:
    hash_, keys, sig = bytes(32), (bytes(33),) * 4, bytes(64)
    examples: list[Message] = [
        Offer("bsv:regtest", 1, keys, 1, 144, 1, 1, 1, 0, 800_000),
        Open(hash_, keys, 100_000, 900_000),
        Accept(hash_, sig),
        Funded(hash_, hash_, 0),
        Quote(hash_, hash_, 100, 1, 900_000, sig),
        Get(hash_, hash_, 5),
        Chunk(hash_, b"leaf", (hash_,), b"data"),
        Update(hash_, 1, hash_, 5, bytes(72)),
        Key(hash_, 1, hash_),
        Close(hash_, 1),
        CloseSig(hash_, 1, 300, bytes(72)),
        Resume(hash_, hash_, 1, 1_100, hash_, hash_, 5, bytes(72), sig),
        Error(hash_, 3, "no such chunk"),
        PlainChunk(hash_, 1, b"a chunk"),
        ClaimSig(hash_, bytes(72)),
    ]
    return next(each for each in examples if type(each) is kind)


def test_a_signature_covers_all_but_itself_and_no_other_kind() -> None:
    quote = _example(Quote)
    assert isinstance(quote, Quote)
    digest = signed_digest(quote)
    assert signed_digest(replace(quote, signature=b"\x01" * 64)) == digest
    for change in ({"price": 101}, {"state": 2}, {"until": 1}, {"movie": b"\x01" * 32}, {"channel": b"\x01" * 32}):
        assert signed_digest(replace(quote, **change)) != digest
    accept, resume = _example(Accept), _example(Resume)
    assert isinstance(accept, Accept)
    assert isinstance(resume, Resume)
    assert len({digest, signed_digest(accept), signed_digest(resume)}) == 3


def test_an_open_names_one_offer() -> None:
    offer = _example(Offer)
    assert isinstance(offer, Offer)
    assert offer_hash(offer) == offer_hash(replace(offer))
    assert offer_hash(replace(offer, base=2)) != offer_hash(offer)


HOSTILE = [b"", b"\x80", b"\x81", b"\x82\x18\x20", b"\x9f\x01\xff", b"\xff" * 40, b"\x8b\x01" + b"\x81" * 100_000]


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(CanonicalError):
        from_wire(raw)


def test_another_encoding_of_the_same_values_is_refused() -> None:
    """One message has one form: no two that differ in bytes may say the same."""
    raw = to_wire(Close(bytes(32), 5))
    assert raw.endswith(b"\x05")
    assert from_wire(raw) == Close(bytes(32), 5)
    for longer in (raw[:-1] + b"\x18\x05", raw[:-1] + b"\x19\x00\x05", raw + b"\x00"):
        with pytest.raises(CanonicalError):
            from_wire(longer)


def test_a_large_message_is_refused_before_it_is_read() -> None:
    with pytest.raises(CanonicalError, match="at most 1,024 bytes"):
        from_wire(b"\x83\x03" + b"\x5a\xff\xff\xff\xff" + bytes(5_000))


def test_text_that_is_not_printable_is_refused() -> None:
    for text in ("\ud800", "two\nlines", "\x1b[31m"):
        with pytest.raises(CanonicalError, match="text: expected text"):
            to_wire(Error(bytes(32), 1, text))


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """Python refuses to write out such numbers, so the refusal must not."""
    for number in (1 << 20_000, -(1 << 20_000)):
        with pytest.raises(CanonicalError, match=r"^state: expected 0 to .*, got one of 20,001 bits"):
            from_wire(cbor2.dumps([14, bytes(32), number, b""], canonical=True))
