"""DER: the strict form is BIP66's, the lax one is that of Bitcoin Core's engine."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from penstock.tx.der import (
    HALF_ORDER,
    ORDER,
    encode_der,
    is_low_s,
    is_strict_der,
    is_usual_signature,
    parse_lax,
)
from penstock.tx.keys import PrivateKey, verify_digest
from penstock.tx.sighash import sighash
from penstock.tx.transaction import TxOut
from tests.support.engines.kernel_judge import Flags, kernel_accepts
from tests.support.spending.signing import numbers_of
from tests.support.spending.transactions import small_transaction

NUMBERS = st.integers(1, ORDER - 1) | st.integers(1, 300) | st.sampled_from([ORDER - 1, HALF_ORDER, HALF_ORDER + 1])
KEY = PrivateKey.from_bytes(b"\x05" * 32)
P2PK = b"\x21" + KEY.public_key + b"\xac"


@given(NUMBERS, NUMBERS)
def test_what_is_encoded_is_strict_and_read_back(r: int, s: int) -> None:
    der = encode_der(r, s)
    assert is_strict_der(der)
    assert parse_lax(der) == (r, s)
    assert is_low_s(der) == (s <= HALF_ORDER)


@given(NUMBERS, NUMBERS, st.data())
def test_the_strict_form_is_the_only_one(r: int, s: int, data: st.DataObject) -> None:
    """Strict bytes are those that decoding and encoding restores; any other bytes are refused."""
    der = bytearray(encode_der(r, s))
    for _ in range(data.draw(st.integers(1, 3))):
        match data.draw(st.sampled_from(["change", "drop", "insert"])):
            case "change":
                der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
            case "drop":
                del der[data.draw(st.integers(0, len(der) - 1))]
            case _:
                der.insert(data.draw(st.integers(0, len(der))), data.draw(st.integers(0, 255)))
    assert is_strict_der(bytes(der)) == is_its_own_encoding(bytes(der))


def is_its_own_encoding(der: bytes) -> bool:
    """Read both numbers of any size, signed, and write them back; a strict signature comes out the same."""
    if len(der) < 8 or len(der) > 72 or 6 + der[3] > len(der):
        return False
    r, s = der[4 : 4 + der[3]], der[6 + der[3] :]
    if not r or not s:
        return False
    numbers = [int.from_bytes(number, "big", signed=True) for number in (r, s)]
    return min(numbers) >= 0 and der == encode_any(*numbers)


def encode_any(r: int, s: int) -> bytes:
    body = b"".join(
        b"\x02" + bytes([n.bit_length() // 8 + 1]) + n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s)
    )
    return b"\x30" + bytes([len(body)]) + body


@pytest.mark.parametrize(
    "der",
    [
        "",
        "30060201010201",  # cut
        "3006020101020101ff",  # longer than its length byte
        "3106020101020101",
        "3006030101020101",
        "3006020101030101",
        "300502000201 01",
        "30050201010200",
        "3006020181020101",  # R negative
        "3006020101020181",  # S negative
        "300702020001020101",  # R padded
        "300702010102020001",  # S padded
        "3006020501020101",  # R longer than all
        "30810602010102 0101",  # long form of the length
    ],
)
def test_not_strict(der: str) -> None:
    signature = bytes.fromhex(der)
    assert not is_strict_der(signature)


def test_zero_is_strict_and_padded_only_before_a_high_bit() -> None:
    for der, numbers in {"3006020100020100": (0, 0), "30080202008002020080": (0x80, 0x80)}.items():
        assert is_strict_der(bytes.fromhex(der))
        assert parse_lax(bytes.fromhex(der)) == numbers
    assert not is_strict_der(b"")
    assert not is_strict_der(b"\x30")


def test_no_signature_is_longer_than_72_bytes() -> None:
    longest = encode_der(ORDER - 1, ORDER - 1)
    assert len(longest) == 72
    number = b"\x02\x22\x01" + bytes(33)
    assert not is_strict_der(b"\x30" + bytes([2 * len(number)]) + number * 2)


@pytest.mark.parametrize(
    ("r", "s", "low"),
    [
        (1, HALF_ORDER, True),
        (1, HALF_ORDER + 1, False),
        (1, ORDER - 1, False),
        (1, ORDER, True),  # read as zero
        (ORDER, ORDER - 1, True),  # the same
    ],
)
def test_low_s(r: int, s: int, low: bool) -> None:
    assert is_low_s(encode_der(r, s)) is low


# The quick way past both -------------------------------------------------------------------------------------------

EDGES = (b"\x00", b"\x01", b"\x7e", b"\x7f", b"\x80", b"\xff")
FIRST_HALVES = (HALF_ORDER + 1 + 2**100, HALF_ORDER + 1, HALF_ORDER, 0x7E << 248, (0x7F << 248) - 1, 0x7F << 248)
INTEGERS = sorted(
    {
        first + second + fill * (size - 2)
        for size in (31, 32, 33)
        for first in EDGES
        for second in EDGES
        for fill in (b"\x00", b"\xff")
    }
    | {number.to_bytes(32, "big") for number in FIRST_HALVES}
)
"""The bytes of R or S: every edge of their sizes and of their first two bytes."""


def written(r: bytes, s: bytes) -> bytes:
    """A signature of these bytes, whatever they are, with a hash type."""
    body = b"".join(b"\x02" + bytes([len(number)]) + number for number in (r, s))
    return b"\x30" + bytes([len(body)]) + body + b"\x41"


def is_strict_integer(number: bytes) -> bool:
    """Whether bytes are the shortest form of a number that is not negative."""
    value = int.from_bytes(number, "big", signed=True)
    return value >= 0 and len(number) == value.bit_length() // 8 + 1


def is_at_first_sight(r: bytes, s: bytes) -> bool:
    """The form that `is_usual_signature` accepts: two strict numbers of 32 bytes, of which R may have a sign byte."""
    r_fits = is_strict_integer(r) and (len(r), r[0] == 0) in {(33, True), (32, False)}
    return r_fits and is_strict_integer(s) and len(s) == 32 and 0 < s[0] < 0x7F


def test_a_usual_signature_is_strict_and_low_at_every_edge() -> None:
    usual = 0
    for r in INTEGERS:
        for s in INTEGERS:
            signature = written(r, s)
            is_usual = is_usual_signature(signature) is not None
            if is_usual:
                assert is_strict_der(signature[:-1]), signature.hex()
                assert int.from_bytes(s, "big") <= HALF_ORDER, signature.hex()
                assert is_low_s(signature[:-1])
            assert is_usual == is_at_first_sight(r, s), signature.hex()
            usual += is_usual
    assert usual > 500


@given(NUMBERS, NUMBERS, st.data())
def test_a_usual_signature_stays_strict_and_low_when_it_is_changed(r: int, s: int, data: st.DataObject) -> None:
    signature = bytearray(encode_der(r, s) + b"\x01")
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(signature) - 1))
        match data.draw(st.sampled_from(["change", "drop", "insert"])):
            case "change":
                signature[place] = data.draw(st.sampled_from([0, 1, 0x7E, 0x7F, 0x80, 0xFF, 0x20, 0x21, 0x44, 0x45]))
            case "drop":
                del signature[place]
            case _:
                signature.insert(place, data.draw(st.integers(0, 255)))
    if is_usual_signature(bytes(signature)):
        assert is_strict_der(bytes(signature[:-1]))
        assert is_low_s(bytes(signature[:-1]))


def test_what_cannot_be_read_has_no_low_s() -> None:
    assert not is_low_s(b"")
    assert not is_low_s(b"\x30\x00")


# The lax form -------------------------------------------------------------------------------------------------------


def length(size: int, form: int) -> bytes:
    """Write a length in the short form, or in the long one with `form` bytes."""
    if form == 0 and size < 0x80:
        return bytes([size])
    width = max(form, 1)
    return bytes([0x80 | width]) + size.to_bytes(width, "big")


@st.composite
def lax_encodings(draw: st.DrawFn, r: int, s: int) -> bytes:
    """Draw a way to write a signature: padded, negative, with odd lengths, tags and tails."""
    body = b""
    for number in (r, s):
        digits = number.to_bytes(32, "big").lstrip(b"\x00")
        padding = draw(st.sampled_from([0, 0, 1, 2, 40]))
        tag = draw(st.sampled_from([b"\x02"] * 15 + [b"\x03"]))
        digits = bytes(padding) + digits
        size = len(digits) + draw(st.sampled_from([0] * 15 + [1, -1, 5]))
        body += tag + length(size, draw(st.sampled_from([0, 0, 0, 1, 2, 7, 8, 9]))) + digits
    size = max(len(body) + draw(st.sampled_from([0, 0, 0, 1, -1, 50, -20])), 0)
    outer = draw(st.sampled_from([b"\x30"] * 15 + [b"\x31"])) + length(
        min(size, 255), draw(st.sampled_from([0, 0, 1, 2]))
    )
    whole = outer + body + draw(st.sampled_from([b"", b"", b"\x00", b"tail"]))
    return whole[: draw(st.sampled_from([len(whole)] * 9 + [len(whole) - 1, len(whole) // 2]))]


@given(st.data())
@example(None).via("strict")
def test_lax_reading_is_that_of_bitcoin_core(data: st.DataObject | None) -> None:
    """A P2PK output of the chain's first years, spent with a signature written oddly, under the rules of that time."""
    tx, spent = small_transaction(), [TxOut(5, P2PK)]
    digest = sighash(tx, 0, P2PK, 5, 1, "btc")
    r, s = numbers_of(KEY.sign_digest(digest))
    if data is None:
        der = encode_der(r, s)
    else:
        s = data.draw(st.sampled_from([s, ORDER - s, s]))
        der = data.draw(lax_encodings(r, s))
    assume(len(der) < 520 - 1)
    signature = der + b"\x01"
    push = bytes([len(signature)]) if len(signature) < 76 else b"\x4c" + bytes([len(signature)])
    assume(len(signature) < 256)
    ours = verify_digest(der, KEY.public_key, digest)
    assert kernel_accepts(tx.with_input_script(0, push + signature), 0, spent, Flags.NONE) == ours
    assert ours == (parse_lax(der) in {(r, s), (r, ORDER - s)})
    strict = kernel_accepts(tx.with_input_script(0, push + signature), 0, spent, Flags.DERSIG)
    assert strict == (ours and is_strict_der(der))


@pytest.mark.parametrize(
    ("der", "numbers"),
    [
        ("3006020101020102", (1, 2)),
        ("3000020101020102", (1, 2)),  # the outer length is not looked at
        ("30060201010201020000", (1, 2)),  # nor are trailing bytes
        ("3006020181020182", (0x81, 0x82)),  # negative reads as positive
        ("30820006020101020102", (1, 2)),
        ("30060281010102820001 02", (1, 2)),
        ("3006028b0000000000000000000001010201 02", (1, 2)),  # zeros in front of a length
        ("300602000200", (0, 0)),
        ("30 26 0221 ff" + "00" * 32 + "020101", (0, 0)),  # R reaches the order
        ("30 26 020101 0221 ff" + "00" * 32, (0, 0)),
        ("30", None),
        ("3006", None),
        ("300602", None),
        ("3006020101", None),
        ("30060201010201", None),
        ("30ff020101020101", None),
        ("3006028801000000000000000101020101", None),  # a length of eight bytes
    ],
)
def test_lax_forms(der: str, numbers: tuple[int, int] | None) -> None:
    assert parse_lax(bytes.fromhex(der)) == numbers
