"""Verdicts of third-party BSV engines about a spend, and their known differences from the node.

`sdk_verdict` runs bsv-sdk, its native machine or its Python one; `bitcoinx_verdict` runs bitcoinX. Both return True,
False, or None if the engine raised an exception that is not its error for a failing script.

The known differences are predicates on a spend, each with the reason; docs/conformance.md describes them.
"""

from collections.abc import Iterator

import pytest

from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.script.pushes import is_minimal_push
from penstock.vm.explaining.trace import trace_case
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet
from tests.support.engines.sdk_spend import sdk_parameters
from tests.support.generators.random_spends import RandomSpend

bsv = pytest.importorskip("bsv", reason="bsv-sdk is not installed")

SDK_RULES = RuleSet.named("bsv").with_flags("MINIMALIF").without("DISCOURAGE_UPGRADABLE_NOPS")
"""What bsv-sdk judges by."""

BITCOINX_RULES = {
    "genesis": RuleSet.from_flags(
        "P2SH,DERSIG,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,STRICTENC,SIGHASH_FORKID,LOW_S,NULLFAIL,SIGPUSHONLY,"
        "GENESIS,UTXO_AFTER_GENESIS,NULLDUMMY,MINIMALDATA,CLEANSTACK",
        chain="bsv",
    ),
    "before genesis": RuleSet.from_flags(
        "P2SH,DERSIG,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,STRICTENC,SIGHASH_FORKID,LOW_S,NULLFAIL",
        chain="bsv",
    ),
}

_HYBRID = (6, 7)
_TAKING_ANY_ZERO = {Op.OP_PICK, Op.OP_ROLL, Op.OP_LSHIFT, Op.OP_RSHIFT}
_PLACES = {"OP_SUBSTR": 2, "OP_LEFT": 1, "OP_RIGHT": 1}
"""How many places and lengths these opcodes take from the top of the stack."""

_OPENING = {Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF}
_MOST_BITS = 2**31 - 1


def sdk_verdict(spend: RandomSpend, *, native: bool) -> bool | None:
    """Ask bsv-sdk."""
    from bsv.script.spend import Spend  # noqa: PLC0415 - only where the judge is wanted

    spending = bsv.Transaction.from_hex(spend.tx.serialize())
    case = Spend(sdk_parameters(spending, spend.input_index, spend.value, bsv.Script(spend.locking)))
    try:
        return bool(case._validate_native() if native else case._validate_python())
    except RuntimeError:  # the SDK's word for a script that fails
        return False
    except (IndexError, OverflowError):
        return None


def bitcoinx_verdict(spend: RandomSpend, era: str) -> bool | None:
    """Ask bitcoinX, for one of the eras of `BITCOINX_RULES`. It has no wheel for every Python: without it, skip."""
    bitcoinx = pytest.importorskip("bitcoinx", reason="bitcoinx is not installed")
    flags = bitcoinx.interpreter.InterpreterFlags
    names = {
        "P2SH": flags.ENABLE_P2SH,
        "DERSIG": flags.REQUIRE_STRICT_DER,
        "CHECKLOCKTIMEVERIFY": flags.ENABLE_CHECKLOCKTIMEVERIFY,
        "CHECKSEQUENCEVERIFY": flags.ENABLE_CHECKSEQUENCEVERIFY,
        "STRICTENC": flags.REQUIRE_STRICT_ENCODING,
        "SIGHASH_FORKID": flags.ENABLE_FORKID,
        "LOW_S": flags.REQUIRE_LOW_S,
        "NULLFAIL": flags.REQUIRE_NULLFAIL,
        "SIGPUSHONLY": flags.REQUIRE_SIGPUSH_ONLY,
        "NULLDUMMY": flags.REQUIRE_NULLDUMMY,
        "MINIMALDATA": flags.REQUIRE_MINIMAL_PUSH,
        "CLEANSTACK": flags.REQUIRE_CLEANSTACK,
    }
    wanted = flags(0)
    for rule in BITCOINX_RULES[era].rules:
        wanted |= names.get(rule.name, flags(0))
    policy = bitcoinx.MinerPolicy(2**32 - 1, 750_000, 2**62, 2**32 - 1, 2**32 - 1)
    limits = bitcoinx.InterpreterLimits(policy, era == "genesis", True, base_flags=wanted)
    output = bitcoinx.TxOutput(spend.value, bitcoinx.Script(spend.locking))
    context = bitcoinx.TxInputContext(bitcoinx.Tx.from_bytes(spend.tx.serialize()), spend.input_index, output)
    try:
        return bool(context.verify_input(limits, era == "genesis"))
    except bitcoinx.InterpreterError:
        return False
    except bitcoinx.errors.TruncatedScriptError:
        return None


def sdk_differs(spend: RandomSpend, verdict: Verdict) -> str | None:
    """Return why bsv-sdk may differ from the node on this spend; None if it should agree."""
    listed = list(_instructions(spend.locking))
    codes = {instruction.opcode for instruction in listed}
    if sum(instruction.size for instruction in listed) < len(spend.locking):
        return "accepts a push that runs past the end"
    if verdict.error == "PUBKEYTYPE" and any(_is_hybrid(instruction) for instruction in listed):
        return "accepts hybrid public keys"
    if verdict.error == "BIG_INT":
        return f"accepts RSHIFTNUM by more than {_MOST_BITS} bits"
    if codes & _TAKING_ANY_ZERO and verdict.error == "SCRIPTNUM_MINENCODE":
        return "the native machine accepts any zero as the operand of PICK, ROLL, LSHIFT and RSHIFT"
    if codes & {Op.OP_SUBSTR, Op.OP_LEFT, Op.OP_RIGHT} and _reads_a_long_place(verdict):
        return "reads more than 64 bits of the places that SUBSTR, LEFT and RIGHT take"
    if Op.OP_NUM2BIN in codes:
        return "wants the number that NUM2BIN takes in its shortest form"
    return _signs_another_script(listed, codes)


def _signs_another_script(listed: list[Instruction], codes: set[int]) -> str | None:
    """Return how the script that bsv-sdk hashes for a signature may differ from the one that is spent."""
    many = codes & {Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY}
    if not many and not codes & {Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY}:
        return None
    if any(not _is_minimal(instruction) for instruction in listed):
        return "its pushes are written anew"
    if _goes_on_behind_return(listed):
        return "it lacks RETURN, and what is behind it is one push"
    if Op.OP_CODESEPARATOR in codes:
        return "CODESEPARATOR is left in what the original digest signs"
    return "OP_0 is left in beside an empty signature" if many and Op.OP_0 in codes else None


def bitcoinx_differs(spend: RandomSpend, verdict: Verdict) -> str | None:
    """Return why bitcoinX may differ from the node on this spend; None if it should agree."""
    if verdict.error in ("SCRIPTNUM_OVERFLOW", "SCRIPTNUM_MINENCODE") and Op.OP_WITHIN in spend.locking:
        return "WITHIN reads numbers of any length and form"
    return None


def _instructions(script: bytes) -> Iterator[Instruction]:
    try:
        yield from instructions(script)
    except ScriptParseError:
        return


def _reads_a_long_place(verdict: Verdict) -> bool:
    """Whether SUBSTR, LEFT or RIGHT has come upon a number of more than eight bytes."""
    return any(
        len(item) > 8
        for step in trace_case(verdict.case).steps
        if step.text in _PLACES
        for item in step.before.stack[-_PLACES[step.text] :]
    )


def _goes_on_behind_return(listed: list[Instruction]) -> bool:
    """Return whether a RETURN outside of all branches has code after it."""
    depth = 0
    for instruction in listed[:-1]:
        if instruction.opcode == Op.OP_RETURN and not depth:
            return True
        if instruction.opcode in _OPENING:
            depth += 1
        elif instruction.opcode == Op.OP_ENDIF:
            depth = max(0, depth - 1)
    return False


def _is_minimal(instruction: Instruction) -> bool:
    return instruction.data is None or is_minimal_push(instruction.opcode, instruction.data)


def _is_hybrid(instruction: Instruction) -> bool:
    return instruction.data is not None and len(instruction.data) == 65 and instruction.data[0] in _HYBRID
