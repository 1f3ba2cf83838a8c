"""Opcodes that hash, and opcodes that check signatures."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from penstock.script import hashes
from penstock.script.opcodes import Op
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item, as_buffer, as_bytes, size_of
from penstock.vm.opcodes.encodings import encoding_check
from penstock.vm.opcodes.flow import REFUSE
from penstock.vm.opcodes.script_code import signing
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule
from penstock.vm.run import Handler, Run

_Judge: TypeAlias = Callable[[bytes, bytes, Run, bytes], bool]

_COUNT_SIZE = 4


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the family except CODESEPARATOR's, which depends on its position: see `separator`."""
    tapscript = setting.version is SignatureVersion.TAPROOT
    check = _check_tapscript if tapscript else _check(setting)
    check_many = None if tapscript else _check_many(setting)
    return {
        Op.OP_RIPEMD160: _hash(hashes.ripemd160),
        Op.OP_SHA1: _hash(hashes.sha1),
        Op.OP_SHA256: _sha256,
        Op.OP_HASH160: _hash(hashes.hash160),
        Op.OP_HASH256: _hash(hashes.hash256),
        Op.OP_CHECKSIG: check,
        Op.OP_CHECKSIGVERIFY: _verify(check, Reason.CHECKSIGVERIFY),
        Op.OP_CHECKMULTISIG: check_many or REFUSE[Reason.TAPSCRIPT_CHECKMULTISIG],
        Op.OP_CHECKMULTISIGVERIFY: _verify(check_many, Reason.CHECKMULTISIGVERIFY)
        if check_many
        else REFUSE[Reason.TAPSCRIPT_CHECKMULTISIG],
        Op.OP_CHECKSIGADD: _check_and_add(setting),
    }


def separator(code_start: int, index: int) -> Handler:
    """Return the handler of a CODESEPARATOR: opcode number `index`, which ends at byte `code_start`."""

    def handler(stack: list[Item], run: Run) -> None:
        run.separate(code_start, index)

    return handler


def _sha256(stack: list[Item], run: Run) -> None:
    """Hash without an intermediate call: most contracts use this opcode."""
    item = stack[-1]
    stack[-1] = sha256(item if type(item) is bytes else as_buffer(item)).digest()


def _hash(function: Callable[[bytes], bytes]) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        item = stack[-1]
        stack[-1] = function(item if type(item) is bytes else as_buffer(item))

    return handler


def _verify(check: Handler, reason: Reason) -> Handler:
    """Return the verifying variant of an opcode that pushes a truth value."""

    def handler(stack: list[Item], run: Run) -> None:
        check(stack, run)
        if not stack.pop():
            raise ScriptError(reason)

    return handler


def _judge(setting: Setting) -> _Judge:
    """Return the check of one signature: raises `ScriptError` for a bad encoding, returns whether it is valid."""
    check_encodings, kinds = encoding_check(setting), signing(setting).kinds

    def judge(signature: bytes, key: bytes, run: Run, code: bytes) -> bool:
        check_encodings(signature, key)
        return bool(signature) and run.checker.check_ecdsa(kinds[signature[-1]], code, signature, key)

    return judge


def _check(setting: Setting) -> Handler:
    check_encodings = encoding_check(setting)
    kinds, whole, code_of = signing(setting)
    null_fail = setting.has(Rule.NULLFAIL)

    def handler(stack: list[Item], run: Run) -> None:
        signature, key = stack[-2], stack[-1]
        if type(signature) is not bytes:
            signature = as_bytes(signature)
        if type(key) is not bytes:
            key = as_bytes(key)
        code = run.code() if signature and whole[signature[-1]] else code_of(run, (signature,))
        check_encodings(signature, key)  # as in `_judge`: saves a call in the most frequent opcode
        good = 0
        if signature:
            if run.checker.check_ecdsa(kinds[signature[-1]], code, signature, key):
                good = 1
            elif null_fail:
                raise ScriptError(Reason.NULLFAIL)
        stack.pop()
        stack[-1] = good

    return handler


def _check_many(setting: Setting) -> Handler:
    """Return CHECKMULTISIG. It reads its number of operands from the stack, so it checks them itself."""
    read, max_keys = setting.numbers.reader(_COUNT_SIZE), setting.limits.multisig_keys
    judge, code_of = _judge(setting), signing(setting).code
    null_fail, null_dummy = setting.has(Rule.NULLFAIL), setting.has(Rule.NULLDUMMY)

    def handler(stack: list[Item], run: Run) -> None:
        key_count = read(stack[-1])
        if not 0 <= key_count <= max_keys:
            raise ScriptError(Reason.PUBKEY_COUNT)
        if run.meter is not None:
            run.meter.count_keys(key_count)
        at_signatures = _deeper(stack, key_count + 2)
        signature_count = read(stack[-at_signatures])
        if not 0 <= signature_count <= key_count:
            raise ScriptError(Reason.SIG_COUNT)
        depth = _deeper(stack, at_signatures + signature_count + 1)
        signatures = [as_bytes(stack[-at_signatures - 1 - place]) for place in range(signature_count)]
        keys = [as_bytes(stack[-2 - place]) for place in range(key_count)]
        good = _match(judge, signatures, keys, run, code_of(run, signatures))
        if null_fail and not good and any(signatures):
            raise ScriptError(Reason.NULLFAIL)
        if null_dummy and size_of(stack[-depth]):
            raise ScriptError(Reason.SIG_NULLDUMMY)
        stack[-depth:] = (1 if good else 0,)

    return handler


def _deeper(stack: list[Item], depth: int) -> int:
    """Return `depth`, or raise `ScriptError` if the stack has fewer items."""
    if len(stack) < depth:
        raise ScriptError(Reason.INVALID_STACK_OPERATION)
    return depth


def _match(judge: _Judge, signatures: Sequence[bytes], keys: Sequence[bytes], run: Run, code: bytes) -> bool:
    """Return whether each signature, from the top, is valid for a key further down than that of the one before it."""
    matched = 0
    for used, key in enumerate(keys):
        if len(signatures) - matched > len(keys) - used:
            return False
        if matched == len(signatures):
            break
        matched += judge(signatures[matched], key, run, code)
    return matched == len(signatures)


def _check_tapscript(stack: list[Item], run: Run) -> None:
    signature, key = as_bytes(stack[-2]), as_bytes(stack[-1])
    good = run.checker.check_tapscript(signature, key, run.separator)
    stack.pop()
    stack[-1] = 1 if good else 0


def _check_and_add(setting: Setting) -> Handler:
    read, low, high, beyond = setting.read, setting.low, setting.high, setting.beyond()

    def handler(stack: list[Item], run: Run) -> None:
        signature, count, key = as_bytes(stack[-3]), read(stack[-2]), as_bytes(stack[-1])
        result = count + run.checker.check_tapscript(signature, key, run.separator)
        stack[-3:] = (result if low <= result <= high else beyond(result, run),)

    return handler
