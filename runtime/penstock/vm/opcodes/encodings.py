"""Encoding checks of signatures and public keys, which precede verification.

In: a `Setting`. Out: its check, a function that takes bytes and raises `ScriptError`.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from penstock.tx.der import is_low_s, is_strict_der, is_usual_signature
from penstock.tx.hash_type import Switch
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule

Check: TypeAlias = Callable[[bytes, bytes], None]

_ANYONECANPAY: Final = Switch.ANYONECANPAY.value
_FORKID: Final = Switch.FORKID.value
_CHRONICLE: Final = Switch.CHRONICLE.value


def encoding_check(setting: Setting) -> Check:
    """Return the check of a signature, with its hash type as the last byte, and of a public key, in this order.

    The empty signature always passes.
    """
    strict = any(map(setting.has, (Rule.DERSIG, Rule.LOW_S, Rule.STRICTENC)))
    low_s = setting.has(Rule.LOW_S)
    hash_types, check_unusual_key = _hash_types(setting), _unusual_key_check(setting)

    def check(signature: bytes, key: bytes) -> None:
        if signature:
            if not is_usual_signature(signature):
                if strict and not is_strict_der(signature[:-1]):
                    raise ScriptError(Reason.SIG_DER)
                if low_s and not is_low_s(signature[:-1]):
                    raise ScriptError(Reason.SIG_HIGH_S)
            reason = hash_types[signature[-1]]
            if reason is not None:
                raise ScriptError(reason)
        if len(key) != 33 or key[0] not in (2, 3):
            check_unusual_key(key)

    return check


def _hash_types(setting: Setting) -> tuple[Reason | None, ...]:
    """Return the reason for refusing each hash type; None for allowed ones."""
    if not setting.has(Rule.STRICTENC):
        return (None,) * 256
    switches = _ANYONECANPAY | sum(Switch[name] for name in setting.rules.chain.hash_switches)
    return tuple(_hash_type(setting, byte, switches) for byte in range(256))


def _hash_type(setting: Setting, hash_type: int, switches: int) -> Reason | None:
    if not 1 <= hash_type & ~switches <= 3:
        return Reason.SIG_HASHTYPE
    forkid = setting.has(Rule.SIGHASH_FORKID)
    if hash_type & _FORKID and not forkid:
        return Reason.ILLEGAL_FORKID
    if hash_type & _CHRONICLE and not setting.has(Rule.CHRONICLE):
        return Reason.ILLEGAL_CHRONICLE
    return Reason.MISSING_FORKID if forkid and not hash_type & _FORKID else None


def _unusual_key_check(setting: Setting) -> Callable[[bytes], None]:
    """Return the check of a public key that is not compressed."""
    stricter: Reason | None = None
    if setting.version is SignatureVersion.SEGWIT_V0 and setting.has(Rule.WITNESS_PUBKEYTYPE):
        stricter = Reason.WITNESS_PUBKEYTYPE
    elif setting.has(Rule.COMPRESSED_PUBKEYTYPE):
        stricter = Reason.NONCOMPRESSED_PUBKEY
    strict = setting.has(Rule.STRICTENC)

    def check(key: bytes) -> None:
        if strict and not (len(key) == 65 and key[0] == 4):
            raise ScriptError(Reason.PUBKEYTYPE)
        if stricter is not None:
            raise ScriptError(stricter)

    return check
