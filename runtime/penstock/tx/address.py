"""Locking scripts that pay to a hash or a key, and their addresses.

In: hashes. Out: locking scripts or addresses; `script_for_address` converts an address to its script. P2PKH and P2SH
addresses are in Base58 (both chains, although bsv no longer pays to P2SH), the segwit kinds in Bech32 (BIP173) or from
version 1 on in Bech32m (BIP350), on btc only.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from penstock.errors import PenstockError, hides_frames
from penstock.script.consensus import P2PKH_HEAD, P2PKH_TAIL, P2SH_HEAD, P2SH_TAIL, is_p2pkh, is_p2sh
from penstock.script.opcodes import Op
from penstock.script.witness_program import witness_program
from penstock.tx.base58 import Base58Error, decode_checked, encode_checked

__tracebackhide__ = hides_frames

Network: TypeAlias = Literal["main", "test", "regtest", "mainnet", "testnet", "signet"]


class AddressError(PenstockError, ValueError):
    """Text that is not an address of this network, or a hash of the wrong length."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Prefixes of a network's addresses and keys."""

    p2pkh: bytes
    p2sh: bytes
    secret: bytes
    segwit: str


_MAIN: Final = Prefixes(p2pkh=b"\x00", p2sh=b"\x05", secret=b"\x80", segwit="bc")
_TEST: Final = Prefixes(p2pkh=b"\x6f", p2sh=b"\xc4", secret=b"\xef", segwit="tb")
PREFIXES: Final[dict[Network, Prefixes]] = {
    "main": _MAIN,
    "test": _TEST,
    "regtest": Prefixes(p2pkh=b"\x6f", p2sh=b"\xc4", secret=b"\xef", segwit="bcrt"),
    "mainnet": _MAIN,
    "testnet": _TEST,
    "signet": _TEST,
}
"""The prefixes of each network by its names; `testnet` stands for every public test network."""

# The checksum constants of the two forms, and the sizes of a program of the known versions.
_BECH32: Final = 1
_BECH32M: Final = 0x2BC830A3
_PROGRAM_SIZES: Final = {0: (20, 32), 1: (32,)}


def prefixes_of(network: Network) -> Prefixes:
    """Return the prefixes of a network.

    Raises:
        AddressError: no network has this name.
    """
    known = PREFIXES.get(network) if isinstance(network, str) else None  # type: ignore[redundant-expr]  # callers need not be typed
    if known is None:
        raise AddressError(f"unknown network {network!r}: there are {', '.join(PREFIXES)}")
    return known


def p2pkh_script(key_hash: bytes) -> bytes:
    """Return the locking script that pays to the hash160 of a public key, 25 bytes."""
    return P2PKH_HEAD + _sized(key_hash, 20) + P2PKH_TAIL


def p2sh_script(script_hash: bytes) -> bytes:
    """Return the locking script that pays to the hash160 of a script, 23 bytes (BIP16)."""
    return P2SH_HEAD + _sized(script_hash, 20) + P2SH_TAIL


def witness_script(version: int, program: bytes) -> bytes:
    """Return the locking script of a witness program.

    Version 0 has 20 (P2WPKH) or 32 bytes (P2WSH), version 1 has 32 (taproot).
    """
    if len(program) not in _PROGRAM_SIZES.get(version, ()):
        raise AddressError(f"there is no witness program of version {version} with {len(program)} bytes")
    return bytes((Op.OP_1 - 1 + version if version else Op.OP_0, len(program))) + program


def p2pkh_address(key_hash: bytes, network: Network = "main") -> str:
    """Return the address that pays to the hash160 of a public key."""
    return encode_checked(prefixes_of(network).p2pkh + _sized(key_hash, 20))


def p2sh_address(script_hash: bytes, network: Network = "main") -> str:
    """Return the address that pays to the hash160 of a script."""
    return encode_checked(prefixes_of(network).p2sh + _sized(script_hash, 20))


def witness_address(version: int, program: bytes, network: Network = "main") -> str:
    """Return the address of a witness program, see `witness_script`."""
    from bitcoin import segwit_addr  # noqa: PLC0415 - loaded on first use, for a fast start-up

    witness_script(version, program)
    prefix = prefixes_of(network).segwit
    digits = [version, *segwit_addr.convertbits(program, 8, 5)]
    remainder = segwit_addr.bech32_polymod([*segwit_addr.bech32_hrp_expand(prefix), *digits, 0, 0, 0, 0, 0, 0])
    remainder ^= _checksum_form(version)
    digits += [remainder >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(segwit_addr.CHARSET[digit] for digit in digits)


def address_of_script(script: bytes, network: Network = "main") -> str | None:
    """Return the address of a locking script, the inverse of `script_for_address`; None if it has none.

    Raises:
        AddressError: no network has this name.
    """
    prefixes_of(network)
    if is_p2pkh(script):
        return p2pkh_address(script[len(P2PKH_HEAD) : -len(P2PKH_TAIL)], network)
    if is_p2sh(script):
        return p2sh_address(script[len(P2SH_HEAD) : -len(P2SH_TAIL)], network)
    found = witness_program(script)
    if found is None or len(found.program) not in _PROGRAM_SIZES.get(found.version, ()):
        return None
    return witness_address(*found, network)


def script_for_address(text: str, network: Network = "main") -> bytes:
    """Return the locking script of an address of `network`.

    Raises:
        AddressError: for text that is not an address, is mistyped, or belongs to another network.
    """
    prefixes = prefixes_of(network)
    if text.lower().startswith(prefixes.segwit + "1"):
        return witness_script(*_witness_program(text, prefixes.segwit))
    try:
        payload = decode_checked(text)
    except Base58Error as error:
        raise AddressError(f"{text!r} is not an address of the {network} network: {error}") from None
    version, digest = payload[:1], payload[1:]
    if len(digest) == 20 and version == prefixes.p2pkh:
        return p2pkh_script(digest)
    if len(digest) == 20 and version == prefixes.p2sh:
        return p2sh_script(digest)
    raise AddressError(f"{text!r} is not an address of the {network} network, but of another, or not an address at all")


def _witness_program(text: str, prefix: str) -> tuple[int, bytes]:
    from bitcoin import segwit_addr  # noqa: PLC0415 - loaded on first use, for a fast start-up

    letters = text[len(prefix) + 1 :]
    well_formed = len(text) <= 90 and len(letters) > 6 and text in {text.lower(), text.upper()}
    digits = [segwit_addr.CHARSET.find(letter) for letter in letters.lower()]
    if not well_formed or -1 in digits:
        raise AddressError(f"{text!r} is not an address: its letters are not those of Bech32")
    version = digits[0]
    checksum = segwit_addr.bech32_polymod([*segwit_addr.bech32_hrp_expand(prefix), *digits])
    program = segwit_addr.convertbits(digits[1:-6], 5, 8, pad=False)
    if checksum != _checksum_form(version) or program is None:
        raise AddressError(f"the checksum of {text!r} is wrong: it has been mistyped or truncated")
    return version, bytes(program)


def _checksum_form(version: int) -> int:
    return _BECH32 if version == 0 else _BECH32M


def _sized(digest: bytes, size: int) -> bytes:
    if len(digest) != size:
        raise AddressError(f"the hash must have {size} bytes, this one has {len(digest)}")
    return digest
