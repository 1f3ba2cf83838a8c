"""Recovery file of a channel: all that the seed lacks, encrypted under a key of the seed.

A seed gives the keys back, and not the terms: it has neither the other side's keys nor T, and on btc the chain shows
the hash of a script alone. So a channel has a file from its first state on, to be kept elsewhere. A newer file has a
newer state; an older one is enough for the payer's refund.
"""

import secrets
from collections.abc import Sequence
from types import UnionType
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from penstock.channel.safe.agreement.scripts import PROTOCOL
from penstock.channel.safe.protocol.identity import channel_id
from penstock.errors import hides_frames
from penstock.script.consensus import INT32_MAX
from penstock.service.errors import DamagedError, SeedError, UnknownVersionError
from penstock.service.seed.wallet import Wallet
from penstock.service.store.encoding import ROLES, Record, decode, encode, terms_from_bytes, terms_to_bytes
from penstock.service.store.held import Held, KeyPath, bound_by
from penstock.service.store.store import Store

__tracebackhide__ = hides_frames

_FORMAT: Final = b"penstock recovery 1\n"
_NONCE: Final = 12
_CIPHERTEXT: Final = "ciphertext"
"""Where the ciphertext that waits for its key stands, beside the lists."""


_FIELDS: Final[dict[str, type | UnionType]] = {
    "protocol": int,
    "role": str,
    "device": int,
    "counter": int,
    "terms": bytes,
    "channel": bytes,
    "head": bytes,
    "members": dict,
    "sold_key": bytes | None,
}
"""The content, in the order of its list."""


def recovery_file(held: Held, wallet: Wallet) -> bytes:
    """Return the recovery file of a channel as it is now.

    Raises:
        SeedError: the channel has keys of another seed.
    """
    wallet.keys_of(held)
    record, terms = encode(held.state), held.state.terms
    content = {
        "protocol": terms.protocol,
        "role": held.role,
        "device": held.path.device,
        "counter": held.path.counter,
        "terms": terms_to_bytes(terms),
        "channel": held.channel,
        "head": record.head,
        "members": record.members | ({_CIPHERTEXT: (record.ciphertext,)} if record.ciphertext else {}),
        "sold_key": held.sold_key,
    }
    nonce, plain = secrets.token_bytes(_NONCE), cbor2.dumps([content[name] for name in _FIELDS])
    return _FORMAT + nonce + ChaCha20Poly1305(wallet.recovery_key).encrypt(nonce, plain, _FORMAT)


def read_recovery_file(data: bytes, wallet: Wallet) -> Held:
    """Return the channel of a recovery file; it has no row in a store yet.

    Raises:
        DamagedError: other bytes than those of such a file.
        SeedError: the file is that of another seed, or has changed.
        UnknownVersionError: the channel is of another version of the protocol, or its state of one of this program.
    """
    content = _opened(data, wallet)
    channel, role, protocol = content["channel"], content["role"], content["protocol"]
    if protocol != PROTOCOL:
        raise UnknownVersionError(
            f"channel {channel.hex()} is of version {protocol} of the protocol, and this program knows {PROTOCOL}:"
            " recover it with the version of Penstock that opened it"
        )
    terms = terms_from_bytes(content["terms"])
    if channel_id(terms) != channel or role not in ROLES:
        raise DamagedError("the terms in the recovery file are those of another channel")
    members = {field: tuple(rows) for field, rows in content["members"].items()}
    (ciphertext,) = members.pop(_CIPHERTEXT, (b"",))
    state = decode(role, terms, channel, Record(content["head"], members, ciphertext))
    path = KeyPath(content["device"], content["counter"])
    held = Held(0, path, state, 0, close_only=role == "payee", sold_key=content["sold_key"])
    wallet.keys_of(held)
    return held


def restore(store: Store, wallet: Wallet, files: Sequence[bytes]) -> list[Held]:
    """Put the channels of recovery files into a store; those of the payee may only be closed.

    Raises:
        DamagedError, SeedError, UnknownVersionError: a file cannot be read; nothing was put into the store.
        LostRaceError: a channel is in the store already; those of the files before it are there then.
    """
    channels = [read_recovery_file(data, wallet) for data in files]
    return [
        store.create(
            held.path,
            held.state,
            bound_by(held.state, None, 0, 0),
            close_only=held.close_only,
            sold_key=held.sold_key,
        )
        for held in channels
    ]


def _opened(data: bytes, wallet: Wallet) -> dict[str, Any]:
    """Return the content of a recovery file, whose fields have their types."""
    if not data.startswith(_FORMAT):
        raise DamagedError("not a recovery file")
    nonce, sealed = data[len(_FORMAT) :][:_NONCE], data[len(_FORMAT) + _NONCE :]
    try:
        plain = ChaCha20Poly1305(wallet.recovery_key).decrypt(nonce, sealed, _FORMAT)
    except (InvalidTag, ValueError):
        raise SeedError("a recovery file of another seed, or one that has changed") from None
    try:
        content = cbor2.loads(plain)
    except Exception:  # noqa: BLE001 - the decoder has no common error for bytes of another form
        content = None
    if not isinstance(content, list) or len(content) != len(_FIELDS) or not _fits(content):
        raise DamagedError("not a recovery file of this version")
    return dict(zip(_FIELDS, content, strict=True))


def _fits(content: list[Any]) -> bool:
    """Return whether each field has its type, and what the next readers rely on."""
    if not all(map(isinstance, content, _FIELDS.values())):
        return False
    protocol, _, device, counter, _, _, _, members, _ = content
    numbers = (protocol, device, counter)
    lists = all(isinstance(rows, list | tuple) and all(type(row) is bytes for row in rows) for rows in members.values())
    return all(type(each) is int and 0 <= each <= INT32_MAX for each in numbers) and lists
