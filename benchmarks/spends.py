"""Signed spends in plain bytes, each with tampered copies that every honest judge refuses.

A spend knows nothing of any machine; `peers` turn it into what theirs wants. Everything derives from small numbers, so
two runs measure the same bytes.
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Final

from coincurve import PrivateKey, PublicKeyXOnly

from benchmarks import bare

VALUE: Final = 1000
_FEE: Final = 100
_TAPSCRIPT: Final = 0xC0
_OP_1: Final = b"\x51"


class Form(Enum):
    """By which rules a spend is made."""

    FORKID = "bsv"  # BSV after Genesis, digests with FORKID
    LEGACY = "legacy"  # BTC before segwit, the original digest
    TAPSCRIPT = "tapscript"  # BTC, BIP342; no signatures here


@dataclass(frozen=True, slots=True)
class Check:
    """A signature (DER, without its hash type), the 32 bytes that it signs, and the 33 bytes of its public key."""

    signature: bytes
    digest: bytes
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Spend:
    """One input and the output that it spends.

    `draft` is the transaction around it, `value` what the output is worth in satoshis. `hashed`, `expected` and
    `checks` are the work that no judge can leave out: the bytes to hash with SHA-256, what must come out (None: the
    branch where it must not), and the signatures to verify.
    """

    form: Form
    draft: bare.Draft
    locking: bytes
    unlocking: bytes
    witness: tuple[bytes, ...] = ()
    value: int = VALUE
    hashed: bytes = b""
    expected: bytes | None = None
    checks: tuple[Check, ...] = ()

    @property
    def transaction(self) -> bytes:
        """The raw transaction that spends."""
        return self.draft.serialize(self.unlocking, self.witness)


@dataclass(frozen=True, slots=True)
class Trial:
    """A good spend, and spends that differ from it in one thing and must be refused."""

    good: Spend
    tampered: tuple[Spend, ...]


def one_way(number: int, chunk_size: int, form: Form) -> Trial:
    """Bob claims with a chunk of the movie, `chunk_size` bytes; `number` tells trials apart."""
    chunk = (sha256(number.to_bytes(8, "little")).digest() * (chunk_size // 32 + 1))[:chunk_size]
    lock = Lock(form, number, sha256(chunk).digest())
    checks = (lock.sign("bob"),)
    return Trial(lock.spend(checks, chunk), (lock.spend(checks, _flip(chunk)), *lock.forgeries(checks, chunk)))


def two_way(number: int, form: Form) -> Trial:
    """Alice's signature stands in place of the chunk; `number` tells trials apart."""
    lock = Lock(form, number, sha256(number.to_bytes(8, "little")).digest())
    checks = (lock.sign("alice"), lock.sign("bob"))
    return Trial(lock.spend(checks), lock.forgeries(checks))


def script(form: Form, locking: bytes, good: bytes, tampered: bytes) -> Trial:
    """A script without signatures: on what the unlocking script `good` pushes it leaves true, on `tampered` false.

    Both are single opcodes, OP_0 to OP_16.
    """
    draft = _draft(len(locking))
    if form is not Form.TAPSCRIPT:
        spend = Spend(form, draft, locking, good)
        return Trial(spend, (replace(spend, unlocking=tampered),))
    output_script, control = _commit(locking)
    spend = Spend(form, draft, output_script, b"", (_item(good), locking, control))
    return Trial(spend, (replace(spend, witness=(_item(tampered), locking, control)),))


@dataclass(frozen=True, slots=True)
class Lock:
    """An output under the streaming contract: `digest` is the SHA-256 of the chunk that it pays for."""

    form: Form
    number: int
    digest: bytes

    @property
    def locking(self) -> bytes:
        """OVER SHA256 <digest> EQUAL NOTIF OVER <alice> CHECKSIGVERIFY ENDIF <bob> CHECKSIG NIP."""
        alice, bob = (bare.push(_public_key(name)) for name in ("alice", "bob"))
        return b"".join((b"\x78\xa8", bare.push(self.digest), b"\x87\x64\x78", alice, b"\xad\x68", bob, b"\xac\x77"))

    def sign(self, name: str) -> Check:
        """The signature of alice or bob for the usual transaction."""
        digest = self.signed_digest(_draft(self.number))
        return Check(_key(name).sign(digest, hasher=None), digest, _public_key(name))

    def signed_digest(self, draft: bare.Draft) -> bytes:
        """What signatures in this transaction sign."""
        forkid = self.form is Form.FORKID
        return draft.forkid_digest(self.locking, VALUE) if forkid else draft.original_digest(self.locking)

    def spend(self, checks: tuple[Check, ...], chunk: bytes | None = None, draft: bare.Draft | None = None) -> Spend:
        """The spend with these signatures behind `chunk`, in the usual transaction or another."""
        hash_type = bytes((bare.ALL | bare.FORKID if self.form is Form.FORKID else bare.ALL,))
        signatures = [check.signature + hash_type for check in checks]
        items = signatures if chunk is None else [chunk, *signatures]
        return Spend(
            form=self.form,
            draft=draft or _draft(self.number),
            locking=self.locking,
            unlocking=b"".join(map(bare.push, items)),
            hashed=items[0],
            expected=None if chunk is None else self.digest,
            checks=checks,
        )

    def forgeries(self, checks: tuple[Check, ...], chunk: bytes | None = None) -> tuple[Spend, ...]:
        """Each signature spoiled in turn, and all of them in a transaction that pays out another amount."""
        spoiled = [replace(check, signature=_flip(check.signature)) for check in checks]
        forged = [(*checks[:i], spoiled[i], *checks[i + 1 :]) for i in range(len(checks))]
        other = _draft(self.number, fee=_FEE + 1)
        moved = tuple(replace(check, digest=self.signed_digest(other)) for check in checks)
        return (*(self.spend(these, chunk) for these in forged), self.spend(moved, chunk, other))


@cache
def _key(name: str) -> PrivateKey:
    """The key of alice or bob: the same in all spends, as in a stream."""
    return PrivateKey(sha256(name.encode()).digest())


@cache
def _public_key(name: str) -> bytes:
    return _key(name).public_key.format()


def _draft(number: int, fee: int = _FEE) -> bare.Draft:
    receiver = b"\x76\xa9" + bare.push(sha256(b"receiver").digest()[:20]) + b"\x88\xac"
    funding = sha256(b"funding" + number.to_bytes(8, "little")).digest()
    return bare.Draft(funding, (bare.output(VALUE - fee, receiver),))


def _flip(data: bytes) -> bytes:
    """`data` with one bit of its last byte changed: a chunk of another hash, a signature of another s."""
    return data[:-1] + bytes((data[-1] ^ 1,))


def _item(push: bytes) -> bytes:
    """What OP_0 or OP_1 to OP_16 leaves on the stack."""
    return bytes((push[0] - 0x50,)) if push[0] else b""


def _commit(leaf_script: bytes) -> tuple[bytes, bytes]:
    """Output script and control block of a tree whose single leaf is `leaf_script` (BIP341)."""
    leaf = bare.tagged_hash("TapLeaf", bytes((_TAPSCRIPT,)) + bare.sized(leaf_script))
    internal = PublicKeyXOnly.from_secret(sha256(b"internal").digest()).format()
    output_key = PublicKeyXOnly(internal)
    output_key.tweak_add(bare.tagged_hash("TapTweak", internal + leaf))
    return _OP_1 + bare.push(output_key.format()), bytes((_TAPSCRIPT | output_key.parity,)) + internal
