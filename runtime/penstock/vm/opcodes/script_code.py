"""Script code: the part of a script that a signature signs, and the kind of its digest.

In: a run, and the signatures that are checked together. Out: the script code, and for each hash type the digest's kind.
A signature cannot sign itself, so the original digest removes it from the script code (FindAndDelete); the kind of
digest depends on the chain, the kind of script, and on bsv the hash type.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from penstock.script.parse import ScriptParseError, instructions
from penstock.script.pushes import push_data
from penstock.tx.hash_type import Switch
from penstock.tx.sighash import SignatureVersion, uses_forkid_digest
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule
from penstock.vm.run import Run

_FORKID: Final = Switch.FORKID.value
_READING_WORK: Final = 512
"""Work in the guard's units for reading a byte of script, instruction by instruction."""

_LEGACY: Final = (SignatureVersion.LEGACY,) * 256
_BIP143: Final = (SignatureVersion.SEGWIT_V0,) * 256
_BY_HASH_TYPE: Final = tuple(
    SignatureVersion.SEGWIT_V0 if uses_forkid_digest(hash_type) else SignatureVersion.LEGACY for hash_type in range(256)
)

_ALWAYS: Final = (True,) * 256
_NEVER: Final = (False,) * 256
_WITH_FORKID: Final = tuple(bool(hash_type & _FORKID) for hash_type in range(256))


class EcdsaSigning(NamedTuple):
    """The data that ECDSA signatures sign in a setting.

    Attributes:
        kinds: the kind of digest for each hash type.
        whole: for each hash type, whether a signature with it always stays in the script code.
        code: returns the script code that all signatures of an opcode share, from a run and these signatures; raises
            `ScriptError` where a signature in the script code is not allowed.
    """

    kinds: tuple[SignatureVersion, ...]
    whole: tuple[bool, ...]
    code: Callable[[Run, Sequence[bytes]], bytes]


def signing(setting: Setting) -> EcdsaSigning:
    """Return the signed data of ECDSA signatures in a setting."""
    if setting.version is not SignatureVersion.LEGACY:
        return EcdsaSigning(_BIP143, _ALWAYS, _whole)
    if setting.has(Rule.SIGHASH_FORKID):
        return EcdsaSigning(_BY_HASH_TYPE, _WITH_FORKID, _without_old)
    return EcdsaSigning(_LEGACY, _NEVER, _without_any if setting.has(Rule.CONST_SCRIPTCODE) else _without)


def _whole(run: Run, _signatures: Sequence[bytes]) -> bytes:
    return run.code()


def _without(run: Run, signatures: Sequence[bytes]) -> bytes:
    """Remove the pushes of `signatures` from the script code (OP_0 for the empty one); without any, the same object."""
    code = run.code()
    if len(signatures) > 1:
        run.checker.spend(len(code) * len(signatures))
    for signature in signatures:
        if push_data(signature) in code:
            break
    else:
        return code
    run.checker.spend(_READING_WORK * len(code))
    return find_and_delete(code, set(map(push_data, signatures)))


def _without_any(run: Run, signatures: Sequence[bytes]) -> bytes:
    """Refuse a script code that contains the pushes of `signatures`."""
    if _without(run, signatures) is not run.code():
        raise ScriptError(Reason.SIG_FINDANDDELETE)
    return run.code()


def _without_old(run: Run, signatures: Sequence[bytes]) -> bytes:
    """Remove only the signatures without the bit 0x40.

    The node removes the empty one too, which changes no verdict: a check with an empty signature always fails.
    """
    for signature in signatures:
        if not signature or not _WITH_FORKID[signature[-1]]:
            return _without(run, [each for each in signatures if not each or not _WITH_FORKID[each[-1]]])
    return run.code()


def find_and_delete(script: bytes, pushes: Collection[bytes]) -> bytes:
    """Return `script` without the instructions `pushes`; the search ends at a push that runs past the end.

    Without a match the same object is returned.
    """
    kept: list[bytes] = []
    start = 0
    with suppress(ScriptParseError):
        for _, _, offset, size in instructions(script):
            if script[offset : offset + size] in pushes:
                kept.append(script[start:offset])
                start = offset + size
    return b"".join((*kept, script[start:])) if kept else script
