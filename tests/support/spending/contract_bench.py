"""Where a bundled contract is put to the test: real spends, judged by our machine and by engines of others.

A `Place` is a target and a form of output. `spend_of` makes the spend of a bundled contract in one; `judge` and
`judge_items` give our verdict on it, after making sure that the outside judge of that target agrees.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import pytest

import penstock
from penstock import Artifact, PrivateKey, Spend, Verdict
from penstock.artifact.artifact import Kind
from penstock.contract.contract import Call
from penstock.contract.values.shape import leaves, shape_of
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstockc.layouts import ScriptLayout
from tests.support.compiling.spellings import wrongly_accepted
from tests.support.engines.outside_judges import bitcoin_core_accepts, bsv_sdk_accepts
from tests.support.spending.judged_chain import LAYOUT
from tests.support.spending.signing import high_s, with_hash_type

ALICE, BOB, CAROL, MALLORY = (PrivateKey.from_bytes(bytes([number]) * 32) for number in (1, 2, 3, 4))
HASH_TYPES: Final = [f"{outputs}{inputs}" for outputs in ("ALL", "NONE", "SINGLE") for inputs in ("", "|ANYONECANPAY")]
FINAL_SEQUENCE: Final = 0xFFFF_FFFF
PAYOUT: Final = ((900, b"\x51"),)
UNMET: Final = frozenset(
    {"EVAL_FALSE", "VERIFY", "EQUALVERIFY", "NUMEQUALVERIFY", "CHECKSIGVERIFY", "CHECKMULTISIGVERIFY"}
)
"""How a requirement that does not hold ends: by the opcode that the compiler chose, or as the script's own end."""


@dataclass(frozen=True, slots=True)
class Place:
    """A target, and how its outputs hold the contract."""

    target: str
    wrap: str = "bare"

    def __str__(self) -> str:
        return f"{self.target} {self.wrap}"


BSV, BTC, P2WSH = Place("bsv"), Place("btc"), Place("btc", "p2wsh")
EVERYWHERE: Final = (BSV, BTC, P2WSH)


def artifact(name: str, target: str) -> Artifact:
    """Return a bundled contract, compiled."""
    return _compiled(name, target, LAYOUT.get())


@cache
def _compiled(name: str, target: str, layout: ScriptLayout) -> Artifact:
    return penstock.compile_file(penstock.bundled(name), target=target, layout=layout)


# Annotated loosely because the types of a constructor's parameters are known at run time only.
def spend_of(
    name: str,
    place: Place,
    /,
    *,
    version: int = 1,
    lock_time: int = 0,
    sequence: int = FINAL_SEQUENCE,
    **properties: Any,
) -> Spend:
    """Return a spend of bundled contract `name` with these properties."""
    return Spend(
        artifact(name, place.target).instantiate(**properties),
        value=1000,
        outputs=PAYOUT,
        version=version,
        lock_time=lock_time,
        sequence=sequence,
        wrap=place.wrap,
        scripts_only=True,
    )


def judge(spend: Spend, function: str, /, *arguments: Any) -> Verdict:
    """Return our verdict on a call; the outside judge of its target agrees."""
    return judge_call(spend, spend.contract.call(function, *arguments))


def judge_items(spend: Spend, items: Sequence[bytes]) -> Verdict:
    """Return Penstock's verdict on a stack of any items, as a caller may assemble it by hand."""
    any_call = Call(spend.contract, spend.contract.artifact.functions[0], tuple(items))
    return judge_call(spend, any_call)


def judge_call(spend: Spend, call: Call) -> Verdict:
    """Return our verdict on a call; the outside judge of its target agrees."""
    verdict = spend.judge(call)
    raw = spend.transaction(call).serialize()
    if spend.contract.artifact.target == "bsv":
        assert bsv_sdk_accepts(raw, 0, spend.locking_script, spend.value) == bool(verdict), verdict
    else:
        by_consensus = spend.judge(call, rules="btc-consensus")
        assert bitcoin_core_accepts(raw, 0, spend.locking_script, spend.value) == bool(by_consensus), by_consensus
        assert by_consensus or not verdict, "relay accepts what no block does"
    if len(call.items) >= len(kinds := kinds_of(call)):
        assert not any(wrongly_accepted(spend, call, kinds)), "another spelling of an argument opens it"
    return verdict


def kinds_of(call: Call) -> tuple[Kind, ...]:
    """Return the kinds of the arguments of a call, leaf by leaf."""
    of = call.contract.artifact
    return tuple(
        leaf.type.kind
        for parameter in call.function.params
        for leaf in leaves(parameter.name, shape_of(parameter, of, constructing=False))
    )


def assert_refused(verdict: Verdict, errors: str | AbstractSet[str], *lines: str | None) -> None:
    """Check that a verdict refuses for this reason, or one of these, at this line of the contract, or one of these."""
    assert verdict.error in ({errors} if isinstance(errors, str) else errors), verdict.explain()
    assert verdict.source_line in lines, verdict.explain()


def without_signature(spend: Spend, otherwise: AbstractSet[str] = UNMET) -> AbstractSet[str]:
    """Return the errors that an empty signature may cause; `otherwise` if no other error comes first.

    Relay of btc allows no signature inside the script of a bare output, and counts OP_0 as an empty one.
    """
    is_bare = spend.contract.artifact.target == "btc" and spend.wrap != "p2wsh"
    has_zero = any(each.opcode == Op.OP_0 for each in instructions(spend.contract.locking_script))
    return {"SIG_FINDANDDELETE"} if is_bare and has_zero else otherwise


def items_of(spend: Spend, function: str, /, *arguments: Any) -> list[bytes]:
    """Return the stack that a call unlocks with, to be tampered with."""
    return list(spend.contract.call(function, *arguments).items)


def paying_elsewhere(spend: Spend) -> Spend:
    """Return the same spend with its money going somewhere else, as a thief would have it."""
    return replace(spend, outputs=[(900, b"\x52")])


Maker = Callable[[Spend, PrivateKey], bytes]
BAD_SIGNATURES: Final[dict[str, tuple[str, Maker]]] = {
    "by somebody else": ("NULLFAIL", lambda spend, _: spend.sign(MALLORY)),
    "for other outputs": ("NULLFAIL", lambda spend, key: paying_elsewhere(spend).sign(key)),
    "under a changed hash type": (
        "NULLFAIL",
        lambda spend, key: with_hash_type(spend.sign(key), spend.sign(key)[-1] ^ 1 ^ 2),
    ),
    "with a high S": ("SIG_HIGH_S", lambda spend, key: high_s(spend.sign(key))),
    "cut short": ("SIG_DER", lambda spend, key: spend.sign(key)[:-9] + spend.sign(key)[-1:]),
    "without its hash type": ("SIG_DER", lambda spend, key: spend.sign(key)[:-1]),
    "under no hash type": ("SIG_HASHTYPE", lambda spend, key: with_hash_type(spend.sign(key), 0)),
}
"""What is wrong with a signature -> the error it meets, and how to make it for a key. Nothing here is empty."""

bad_signatures = pytest.mark.parametrize(
    ("error", "forge"), [pytest.param(*row, id=what) for what, row in BAD_SIGNATURES.items()]
)
