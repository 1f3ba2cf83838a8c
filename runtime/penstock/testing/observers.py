"""Observers are told what tests compile, call and send: coverage, traces, the probe, snapshots."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.watching import Watch, joined
from penstock.testing.judging import JudgedCall
from penstock.testing.results import Sent
from penstock.testing.transactions import Draft, Filled, Sender
from penstockc.semantics import typed
from penstockc.source import Sources


@dataclass(frozen=True, slots=True)
class Sending:
    """One transaction that a test has sent.

    Attributes:
        chain: the chain, as it is after the transaction.
        draft: the draft, with arguments as the test gave them.
        filled: the finished transaction, with the spends and calls of its contracts.
        sent: the result, with the judged calls.
    """

    chain: Sender
    draft: Draft
    filled: Filled
    sent: Sent

    @property
    def calls(self) -> tuple[JudgedCall, ...]:
        """The judged calls of contracts, in the order of the inputs."""
        return self.sent.calls


class Observer:
    """Is told what tests do; each method here does nothing, a subclass has those it needs."""

    def compiled(self, sources: Sources, folder: Path) -> None:
        """Take note of a compilation: its files, whose names are relative to a folder."""

    def watch(self, program: typed.Program, spend: Spend, call: Call) -> Watch | None:
        """Return the watch for a call that is going to be evaluated; None for no interest."""

    def sent(self, sending: Sending) -> None:
        """Take note of a transaction that was sent, whether it was accepted or refused."""


OBSERVERS: Final[list[Observer]] = []
"""The observers of this process."""


def watch_for(program: typed.Program, spend: Spend, call: Call) -> Watch | None:
    """Return the watch that tells all observers of a call; None if none of them asks for one."""
    found = (observer.watch(program, spend, call) for observer in OBSERVERS)
    return joined(tuple(watch for watch in found if watch is not None))
