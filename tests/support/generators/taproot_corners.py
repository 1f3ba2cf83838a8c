"""Spends of taproot, and of witness programs around it, that are odd in many ways at once.

Trees of any depth, control blocks cut and stretched, leaves of every version, annexes, opcodes that succeed in front of
and after unreadable parts, keys of every size, signatures that the witness does not pay for, programs of versions
and sizes that are undefined, bare and inside P2SH.
"""

from penstock.script.hashes import tagged_hash
from penstock.script.opcodes import Op
from penstock.script.pushes import push, push_data, push_number
from penstock.tx.digests import Digests, SighashError
from penstock.tx.keys import PrivateKey, schnorr_sign, tweak_public_key
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signatures import tweak_secret
from tests.support.generators.random_scripts import Chooser, per_cent
from tests.support.generators.random_spends import KEYS, Draft, RandomSpend, draft, p2sh_script

_TYPES = (0x00, 0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83, 0x04, 0x41, 0x80, 0xFF)
_LEAF_VERSIONS = (0xC0,) * 12 + (0xC2, 0x50, 0x66, 0x00, 0xFE, 0x7E)
_SUCCESSES = (0x50, 0x62, 0x7E, 0x81, 0x83, 0x86, 0x89, 0x8A, 0x8D, 0x95, 0x99, 0xBB, 0xFE)
_NEARLY = (0xBA, 0xFF, 0x65, 0x66, 0xAE, 0xAF, 0xB0, 0x6A)
_TRUNCATED = (b"\x4c", b"\x4d\x01", b"\x4e\xff\xff\xff\x7f", b"\x05\x01", b"\x4b")


def corner_spend(choose: Chooser) -> RandomSpend:
    """Make a spend in some corner."""
    outline = draft(choose)
    kind = choose.integer(1, 20)
    if kind <= 2:
        return _program(choose, outline)
    if kind <= 6:
        return _key_path(choose, outline)
    return _script_path(choose, outline)


def _program(choose: Chooser, outline: Draft) -> RandomSpend:
    """Spend a witness program of some version and size."""
    version = choose.pick((0x00, 0x51, 0x51, 0x52, 0x60, 0x61, 0x4F))
    program = bytes((version,)) + push_data(bytes([choose.integer(0, 1)]) * choose.pick((1, 2, 20, 31, 32, 33, 40, 41)))
    if per_cent(choose, 10):
        program = bytes.fromhex("51024e73")
    witness = tuple(bytes(choose.integer(0, 2)) for _ in range(choose.integer(0, 2)))
    if per_cent(choose, 40):
        unlocking = push_data(program) + b"\x51" * per_cent(choose, 10)
        return outline.finish(p2sh_script(program), unlocking, witness)
    return outline.finish(program, b"\x51" * per_cent(choose, 10), witness)


def _annex(choose: Chooser) -> tuple[bytes, ...]:
    return (choose.pick((b"\x50", b"\x50", b"\x50\x01", b"\x50" + bytes(300))),) if per_cent(choose, 20) else ()


def _key_path(choose: Chooser, outline: Draft) -> RandomSpend:
    key, root, annex = choose.pick(KEYS), choose.pick((b"", bytes(range(32)))), _annex(choose)
    locking = b"\x51\x20" + tweak_public_key(key.public_key[1:], root)[0]
    secret = tweak_secret(key.to_bytes(), root)
    signature = _signature(choose, outline, locking, secret, annex)
    witness = (*_surplus(choose), signature, *annex, *_annex(choose)) if per_cent(choose, 10) else (signature, *annex)
    if per_cent(choose, 5):
        return outline.finish(p2sh_script(locking), push_data(locking), witness)
    return outline.finish(locking, b"\x51" * per_cent(choose, 4), witness)


def _surplus(choose: Chooser) -> tuple[bytes, ...]:
    return (bytes(choose.integer(0, 2)),) if per_cent(choose, 50) else ()


def _signature(  # noqa: PLR0917  # the dependencies of a taproot signature
    choose: Chooser,
    outline: Draft,
    locking: bytes,
    secret: bytes,
    annex: tuple[bytes, ...],
    leaf_hash: bytes | None = None,
    position: int = 0xFFFF_FFFF,
) -> bytes:
    """Sign, mostly well."""
    unsigned, hash_type = outline.finish(locking), choose.pick(_TYPES)
    try:
        digest = Digests(unsigned.tx, unsigned.spent).taproot(
            outline.input_index,
            hash_type,
            annex=annex[0] if annex else None,
            leaf_hash=leaf_hash,
            codeseparator_position=position,
        )
    except SighashError:
        digest = bytes(32)
    signature = schnorr_sign(secret, digest)
    flaw = choose.integer(1, 40)
    tail = bytes((hash_type,)) if hash_type or flaw == 1 else b""
    if flaw == 2:
        return b""
    return signature[:-1] + tail if flaw == 3 else signature + tail


def _script_path(choose: Chooser, outline: Draft) -> RandomSpend:
    internal, signer, annex = choose.pick(KEYS), choose.pick(KEYS), _annex(choose)
    checks = choose.integer(0, 3)
    script, position = _script(choose, signer, checks)
    leaf_version = choose.pick(_LEAF_VERSIONS)
    leaf_hash = tapleaf_hash(script, leaf_version)
    path = [bytes([place, *[7] * 31]) for place in range(choose.pick((0, 0, 1, 2, 127, 128, 129)))]
    root = leaf_hash
    for node in path:
        root = tagged_hash("TapBranch", *sorted((root, node)))
    output, parity = tweak_public_key(internal.public_key[1:], root)
    locking = b"\x51\x20" + output
    control = _control(choose, bytes((leaf_version | parity,)) + internal.public_key[1:] + b"".join(path))
    signature = _signature(choose, outline, locking, signer.to_bytes(), annex, leaf_hash, position)
    items = [signature] * (1 if checks else 0)
    if per_cent(choose, 8):
        items = [choose.pick((bytes(520), bytes(521), b"", b"\x01"))] * choose.pick((1, 2, 999, 1000, 1001))
    return outline.finish(locking, b"\x51" * per_cent(choose, 3), (*items, script, control, *annex))


def _control(choose: Chooser, control: bytes) -> bytes:
    """Return a control block, mostly as it should be."""
    flaw = choose.integer(1, 30)
    if flaw == 1:
        return control[: choose.integer(0, len(control))]
    if flaw == 2:
        return control + bytes(choose.pick((1, 31, 32)))
    if flaw == 3:
        return bytes((control[0] ^ choose.pick((1, 2, 0x80)),)) + control[1:]
    return control[:1] + b"\xff" * 32 + control[33:] if flaw == 4 else control


def _script(choose: Chooser, signer: PrivateKey, checks: int) -> tuple[bytes, int]:
    """Write a tapscript that checks one signature this often; return it, and the place of the separator before that."""
    position = 0xFFFF_FFFF
    idle = (b"\x61", b"\x00\x75", b"\x51\x69", b"\x00\x63\xab\x68", push(bytes(80)) + b"\x75")
    parts = [choose.pick(idle) for _ in range(choose.integer(0, 2))]
    if per_cent(choose, 30):
        position = sum(map(_opcodes, parts))
        parts.append(b"\xab")
    parts.extend(_checks(choose, signer, checks))
    if per_cent(choose, 25):
        parts.insert(choose.integer(0, len(parts)), _oddity(choose))
    return b"".join(parts), position


def _opcodes(part: bytes) -> int:
    return 2 if len(part) > 4 else len(part)


def _checks(choose: Chooser, signer: PrivateKey, checks: int) -> list[bytes]:
    key = push(signer.public_key[1:])
    if per_cent(choose, 15):
        key = push(choose.pick((b"", b"\x01", bytes(31), bytes(32), signer.public_key, b"\xff" * 32)))
    if checks == 1 and per_cent(choose, 30):  # as many as the witness pays for, or one more
        return [key, b"\x6e\xad" * choose.integer(1, 8), b"\x6d\x51"]
    parts = [b"\x76" * (checks - 1)] if checks > 1 else []
    for _ in range(checks):
        check = choose.pick((Op.OP_CHECKSIGVERIFY, Op.OP_CHECKSIG, Op.OP_CHECKSIGADD))
        if check is Op.OP_CHECKSIGADD:
            number = choose.pick((b"\x00", b"\x4f", b"\x52", push_number(2**31 - 1), b"\x01\x00", push(bytes(5))))
            parts.append(number + key + bytes((check, Op.OP_VERIFY)))
        else:
            parts.append(key + bytes((check,)) + (bytes((Op.OP_VERIFY,)) if check is Op.OP_CHECKSIG else b""))
    return [*parts, choose.pick((b"\x51",) * 9 + (b"\x00", b"", b"\x51\x51", b"\x02\x00\x01\x63\x68\x51"))]


def _oddity(choose: Chooser) -> bytes:
    """Return something that no good script has."""
    success, nearly = bytes((choose.pick(_SUCCESSES),)), bytes((choose.pick(_NEARLY),))
    truncated = choose.pick(_TRUNCATED)
    large = push_data(bytes(521))
    return choose.pick(
        (
            success,
            success + truncated,
            truncated,
            b"\x00\x63" + success + b"\x68",
            b"\x01" + success,
            nearly,
            b"\x00\x63" + nearly + b"\x68",
            large + b"\x75",
            large + success,
            b"\x63" + success,
        )
    )
