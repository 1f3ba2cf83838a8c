"""A contract with state, and the transactions that pass it on, each spending the first output of the one before.

`Coin` is an output that contains the contract. `Coin.spend` makes the spend that passes it on; each test also asks
other engines about it. Tests tamper with that spend.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from penstock import OutPoint, Spend, Verdict
from penstock.contract.contract import Contract
from tests.support.engines.state_judges import judged

CHANGE: Final = (500, b"\x51")
"""An output beside the contract's."""


@dataclass(frozen=True, slots=True)
class Coin:
    """An output: its contract, its satoshis, and its outpoint (None: in a transaction that spends no real output)."""

    contract: Contract
    value: int = 1000
    outpoint: OutPoint | None = None

    # Annotated loosely because contracts have whatever state they declare.
    def spend(self, *, more: Sequence[tuple[int, bytes]] = (), value: int | None = None, **state: Any) -> Spend:
        """Return the spend that hands the contract on with changes to its state; a further input pays the fee."""
        following = self.contract.with_state(**state)
        outputs = ((self.value if value is None else value, following.locking_script), *more)
        return Spend(self.contract, self.value, outputs, outpoint=self.outpoint).add_input(700, b"\x51")

    def step(self, spend: Spend, function: str, /, *args: Any) -> "Coin":
        """Return the coin that an accepted spend makes; the contract in it is read back from its script."""
        call = spend.call(function, *args)
        verdict = judged(spend, call)
        assert verdict, verdict.explain()
        following = spend.following(call)
        assert not following.contract.is_genesis
        return Coin(following.contract, following.value, following.outpoint)


def refusal(spend: Spend, function: str, /, *args: Any) -> Verdict:
    """Return the verdict on a call that all judges refuse."""
    verdict = judged(spend, spend.call(function, *args))
    assert not verdict
    return verdict


def tampered(spend: Spend) -> Iterator[tuple[str, Spend]]:
    """Yield a spend with one change each, and the field of a SINGLE|ANYONECANPAY preimage that shows it."""
    first, *rest = spend.outputs or ()
    yield "value", replace(spend, value=spend.value + 1)
    yield "version", replace(spend, version=2)
    yield "lock time", replace(spend, lock_time=7)
    yield "sequence", replace(spend, sequence=7)
    yield "outpoint", replace(spend, outpoint=OutPoint(bytes(range(32)), 1))
    yield "hash of outputs", replace(spend, outputs=[(first[0] + 1, first[1]), *rest])
    yield "hash of outputs", replace(spend, outputs=[(first[0], first[1] + b"\x00"), *rest])
