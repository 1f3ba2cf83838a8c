"""File of a seed, encrypted under a passphrase: scrypt (RFC 7914) and ChaCha20-Poly1305.

The file is JSON. It is written whole or not at all, for its owner alone, and never over another.
"""

import json
import os
import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from penstock.errors import hides_frames
from penstock.service.errors import SeedError
from penstock.service.seed.words import SIZES

__tracebackhide__ = hides_frames

COST: Final = 17
"""Binary logarithm of the number of scrypt's blocks: 128 MiB, about half a second."""
_MOST_COST: Final = 20
_FORMAT: Final = "penstock seed 1"
_BLOCK, _PARALLEL = 8, 1
_SALT, _NONCE = 16, 12
_MOST: Final = 3_000
"""Bytes that no seed file exceeds."""


def write_seed(path: Path, entropy: bytes, passphrase: str, cost: int = COST) -> None:
    """Write the file of a seed.

    Raises:
        SeedError: the file is there already, or the passphrase is empty.
        OSError: it cannot be written.
    """
    if not passphrase:
        raise SeedError("the passphrase is empty")
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    header = {"format": _FORMAT, "cost": cost, "salt": salt.hex(), "nonce": nonce.hex()}
    sealed = ChaCha20Poly1305(_key(passphrase, salt, cost)).encrypt(nonce, entropy, _bound(header))
    if path.exists():
        raise SeedError(f"{path} is there already: it is not written over")
    write_whole(path, json.dumps(header | {"sealed": sealed.hex()}, indent=1).encode() + b"\n")


def read_seed(path: Path, passphrase: str) -> bytes:
    """Return the entropy in the file of a seed.

    Raises:
        SeedError: another file, one that has changed, or another passphrase.
        OSError: the file cannot be read.
    """
    header, sealed = _read(path)
    try:
        salt, nonce = bytes.fromhex(header["salt"]), bytes.fromhex(header["nonce"])
        entropy = ChaCha20Poly1305(_key(passphrase, salt, header["cost"])).decrypt(nonce, sealed, _bound(header))
    except InvalidTag:
        raise SeedError(f"{path}: wrong passphrase, or the file has changed") from None
    if len(entropy) not in SIZES.values():
        raise SeedError(f"{path}: not a seed of 12 or 24 words")
    return entropy


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone, and force it to the disk.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if hasattr(os, "O_DIRECTORY"):  # Windows cannot open folders
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return the header of a file, checked, and what is encrypted."""
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    wanted: dict[str, Callable[[Any], bool]] = {
        "format": lambda value: value == _FORMAT,
        "cost": lambda value: type(value) is int and 1 <= value <= _MOST_COST,
        "salt": lambda value: len(bytes.fromhex(value)) == _SALT,
        "nonce": lambda value: len(bytes.fromhex(value)) == _NONCE,
        "sealed": lambda value: len(bytes.fromhex(value)) > 0,
    }
    try:
        values = json.loads(content)
        fits = values.keys() == wanted.keys() and all(check(values[name]) for name, check in wanted.items())
    except (ValueError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise SeedError(f"{path}: not the file of a seed")
    return values, bytes.fromhex(values.pop("sealed"))


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    text = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=32, n=1 << cost, r=_BLOCK, p=_PARALLEL).derive(text)


def _bound(header: dict[str, Any]) -> bytes:
    """Return the part of a header that the encryption binds."""
    return json.dumps(header, sort_keys=True).encode()
