"""What tests of bundled contracts send is judged by engines of others too: each call of each transaction.

On bsv by bsv-sdk, for contracts with data after their code also by bitcoinX; on btc by Bitcoin Core's engine, which has
the rules of blocks alone. A refused call is tried with other spellings of its numbers and truth values besides.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from penstock import Artifact, PrivateKey, Spend, Transaction, TxOut, Verdict
from penstock.contract.contract import Call
from penstock.project.compiling import compile_in_project
from penstock.script.chains import Chain as ChainRecord
from penstock.testing import Chain, Draft, Key, Signature, key
from penstock.testing.describing import leaves_of
from penstock.testing.observers import Observer, Sending
from penstockc.layouts import SMALLEST, ScriptLayout
from tests.support.compiling.spellings import wrongly_accepted
from tests.support.engines.bsv_judges import bitcoinx_verdict
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.engines.state_judges import sdk_accepts
from tests.support.generators.random_spends import RandomSpend
from tests.support.spending.signing import for_other_outputs, high_s, with_hash_type

HASH_TYPES: Final = [f"{outputs}{inputs}" for outputs in ("ALL", "NONE", "SINGLE") for inputs in ("", "|ANYONECANPAY")]
everywhere = pytest.mark.forms("bsv", "btc p2sh", "btc p2wsh")
"""Chains and forms of outputs: the digests of bsv, of the oldest scripts of btc, and of its witnesses."""

LAYOUT: Final = ContextVar("layout", default=SMALLEST)
"""The layout in which contracts are compiled; the tests of bundled contracts run in each."""


class LaidOutChain(Chain):
    """A chain whose contracts are compiled in the layout of `LAYOUT`."""

    def compile(self, path: str | Path) -> Artifact:
        return _compiled(Path(path), self.record, LAYOUT.get())


@cache
def _compiled(path: Path, chain: ChainRecord, layout: ScriptLayout) -> Artifact:
    return compile_in_project(path, chain, layout=layout.name)


class OutsideJudges(Observer):
    """Has every call judged that tests send."""

    def sent(self, sending: Sending) -> None:
        for each in sending.calls:
            check_by_others(each.spend, each.call, each.verdict, sending.filled.tx, sending.filled.spent)


def check_by_others(spend: Spend, call: Call, verdict: Verdict, tx: Transaction, spent: tuple[TxOut, ...]) -> None:
    """Make sure that the outside engines share a verdict on a call, and that no other spelling opens the contract."""
    case = RandomSpend(tx, spend.input_index, spent)
    if spend.contract.artifact.target == "btc":
        by_consensus = spend.judge_in(tx, rules="btc-consensus")
        assert kernel_accepts(tx, spend.input_index, spent) == bool(by_consensus), by_consensus
        assert by_consensus or not verdict, "relay accepts what no block does"
    elif spend.contract.data is None:
        assert bsv_sdk_accepts(tx.serialize(), case.input_index, case.locking, case.value) == bool(verdict), verdict
    else:
        assert sdk_accepts(case, spend.contract.data) == bool(verdict), verdict.explain()
        if find_spec("bitcoinx"):
            assert bitcoinx_verdict(case, "genesis") == bool(verdict), verdict.explain()
    if len(call.items) >= len(kinds := [leaf.type.kind for leaf in leaves_of(call)]):
        assert not any(wrongly_accepted(spend, call, kinds)), "another spelling of an argument opens it"


def judge_items(draft: Draft, change: Callable[[list[bytes]], list[bytes]]) -> Verdict:
    """Return the verdict, which the outside engines share, on a draft's only call with other items on the stack."""
    filled = draft.filled()
    (spend,), (call,) = filled.spends, filled.calls
    changed = replace(call, items=tuple(change(list(call.items))))
    verdict = spend.judge(changed)
    check_by_others(spend, changed, verdict, spend.transaction(changed), filled.spent)
    return verdict


# Forged signatures ----------------------------------------------------------------------------------------------------

Maker = Callable[[Spend, PrivateKey], bytes]


@dataclass(frozen=True, slots=True)
class _Forged(Signature):
    make: Maker = field(kw_only=True)

    def made_for(self, spend: Spend) -> bytes:
        return self.make(spend, self.key.private)


@dataclass(frozen=True, slots=True)
class Forgery:
    """A way to forge a signature, none of them empty, and the rule that it breaks."""

    rule: str
    make: Maker

    def of(self, key: Key) -> Signature:
        """Return a forged signature of a key, which is made when the transaction is known."""
        return _Forged(key, make=self.make)


_FORGERIES: Final = {
    "by somebody else": Forgery("NULLFAIL", lambda spend, _: spend.sign(key("mallory").private)),
    "for other outputs": Forgery("NULLFAIL", for_other_outputs),
    "under a changed hash type": Forgery(
        "NULLFAIL", lambda spend, by: with_hash_type(spend.sign(by), spend.sign(by)[-1] ^ 1 ^ 2)
    ),
    "with a high S": Forgery("SIG_HIGH_S", lambda spend, by: high_s(spend.sign(by))),
    "cut short": Forgery("SIG_DER", lambda spend, by: spend.sign(by)[:-9] + spend.sign(by)[-1:]),
    "without its hash type": Forgery("SIG_DER", lambda spend, by: spend.sign(by)[:-1]),
    "under no hash type": Forgery("SIG_HASHTYPE", lambda spend, by: with_hash_type(spend.sign(by), 0)),
}
forgeries = pytest.mark.parametrize("forgery", [pytest.param(row, id=what) for what, row in _FORGERIES.items()])
