"""Recorder: keeps the costs of the calls that tests make and their scripts accept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from penstock.testing.judging import JudgedCall
from penstock.testing.observers import Observer, Sending
from penstock.testing.running import running
from penstock.testing.snapshot.costs import Costs
from penstock.tx.wire import compact_size
from penstock.vm.explaining.usage import usage_of

ExportedCosts = tuple[str, int, int, int, int, int]
"""The fields of `Costs`: plain values, which travel between processes."""


@dataclass(slots=True)
class Recorder(Observer):
    """The costs of accepted calls, by test.

    Calls of fixtures are left out: which test runs the fixture of a module first is not certain.
    """

    tests: dict[str, list[Costs]] = field(default_factory=lambda: defaultdict(list))

    def sent(self, sending: Sending) -> None:
        """Keep the costs of the accepted calls of a transaction."""
        test, phase = running()
        if phase == "call":
            self.tests[test] += [costs_of(each, sending) for each in sending.calls if each.accepted]

    def exported(self) -> dict[str, list[ExportedCosts]]:
        """Return everything in plain values, for another process."""
        return {test: [(*each,) for each in calls] for test, calls in self.tests.items()}

    def add(self, tests: Mapping[str, Sequence[ExportedCosts]]) -> None:
        """Add what another process has recorded."""
        for test, calls in tests.items():
            self.tests[test] += [Costs(*each) for each in calls]


def costs_of(judged: JudgedCall, sending: Sending) -> Costs:
    """Return the costs of a call of a transaction."""
    case = judged.verdict.case
    usage = usage_of(case)
    witness = sum(len(compact_size(len(item))) + len(item) for item in case.witness)
    fee = sending.chain.fee_rate.fee(sending.chain.size_for_fees(sending.sent.tx))
    return Costs(judged.name, len(case.locking), len(case.unlocking) + witness, *usage, fee)
