"""What of a script a signature signs, and by which digest.

In: a run, and the signatures that are checked together. Out: for each of them the digest's kind and the script code.
Two old customs live here: a signature cannot sign itself, so the original digest cuts it out of the script code
(FindAndDelete); and what it means to sign depends on the chain, the kind of script, and on bsv the hash type.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from penstock.script.parse import ScriptParseError, instructions
from penstock.script.pushes import push_data
from penstock.tx.hash_type import Switch
from penstock.tx.sighash import uses_forkid_digest
from penstock.vm.errors import Reason, ScriptError
from penstock.vm.rules import Rule
from penstock.vm.run import DigestKind, Run
from penstock.vm.setting import Setting, Version

Signed: TypeAlias = tuple[DigestKind, bytes]
Signing: TypeAlias = Callable[[Run, Sequence[bytes]], Callable[[bytes], Signed]]
"""From a run and all signatures of an opcode to what each of them signs."""

_FORKID = Switch.FORKID.value


def signing(setting: Setting) -> Signing:
    """Return what ECDSA signatures sign in a setting.

    Calling it raises `ScriptError` where a signature in the script code is not wanted.
    """
    if setting.version is not Version.BASE:
        return _bip143
    if setting.rules.chain == "btc":
        return _original_const if setting.has(Rule.CONST_SCRIPTCODE) else _original
    return _bsv if setting.has(Rule.SIGHASH_FORKID) else _original


def _bip143(run: Run, _signatures: Sequence[bytes]) -> Callable[[bytes], Signed]:
    signed: Signed = ("bip143", run.code)
    return lambda _: signed


def _original(run: Run, signatures: Sequence[bytes]) -> Callable[[bytes], Signed]:
    signed: Signed = ("legacy", _without(run.code, signatures))
    return lambda _: signed


def _original_const(run: Run, signatures: Sequence[bytes]) -> Callable[[bytes], Signed]:
    if _without(run.code, signatures) is not run.code:
        raise ScriptError(Reason.SIG_FINDANDDELETE)
    return _original(run, ())


def _bsv(run: Run, signatures: Sequence[bytes]) -> Callable[[bytes], Signed]:
    """Bit 0x40 of a signature spares it from being cut out, and without bit 0x20 also changes its digest."""
    code = _without(run.code, [signature for signature in signatures if not _has_forkid(signature)])

    def signed(signature: bytes) -> Signed:
        return ("bip143" if uses_forkid_digest(signature[-1]) else "legacy", code)

    return signed


def _has_forkid(signature: bytes) -> bool:
    return bool(signature) and signature[-1] & _FORKID != 0


def _without(code: bytes, signatures: Sequence[bytes]) -> bytes:
    """Cut the pushes of `signatures` out of a script code (of the empty one: OP_0); the same object without any."""
    for signature in signatures:
        code = find_and_delete(code, push_data(signature))
    return code


def find_and_delete(script: bytes, pattern: bytes) -> bytes:
    """Return `script` without the instruction `pattern`; behind a push that runs past the end nothing is looked for.

    Without a match the same object is returned.
    """
    if pattern not in script:
        return script
    kept: list[bytes] = []
    start = 0
    with suppress(ScriptParseError):
        for instruction in instructions(script):
            if script.startswith(pattern, instruction.offset):
                kept.append(script[start : instruction.offset])
                start = instruction.offset + instruction.size
    return b"".join((*kept, script[start:])) if kept else script
