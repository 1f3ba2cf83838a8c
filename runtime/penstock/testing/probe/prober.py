"""Prober: probes the accepted calls of tests, and keeps what they leave open.

Calls of a function that take the same way through its source with arguments of the same form are mostly open to the
same changes. So a change that such a call has accepted is counted and not tried again, and one that was refused in
some of them counts as refused.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.watching import Watch
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.testing.observers import Observer, Sending
from penstock.testing.probe.calls import ProbedCall, hash_type_of, probed_calls
from penstock.testing.probe.changes import changes_of
from penstock.testing.probe.subjects import SIGNATURES, group_of
from penstock.testing.probe.trying import By, Opening, opening, ways_of
from penstock.testing.running import running
from penstockc.semantics import typed
from penstockc.source import Span

_ENOUGH: Final = 3
"""Refusals of a change, in calls of the same form, after which it is not tried again."""

ExportedOpening = tuple[str, str, str, str, int, str]
"""Function, those who can, subject, how, number of calls, a test: plain values, which travel between processes."""


class Found(NamedTuple):
    """An opening of a function."""

    function: str
    opening: Opening


@dataclass(slots=True)
class Prober(Observer):
    """Probes the accepted calls of tests.

    Attributes:
        calls: the number of accepted calls of each function, `Vault.withdraw`.
        found: the openings, each with the number of calls that have it.
        examples: a test for each of them, the first by name.
        tried: the subjects that were tried, by function.
    """

    calls: Counter[str] = field(default_factory=Counter)
    found: Counter[Found] = field(default_factory=Counter)
    examples: dict[Found, str] = field(default_factory=dict)
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _known: dict[tuple[object, str, str], Opening] = field(default_factory=dict)
    _refused: Counter[tuple[object, str, str]] = field(default_factory=Counter)
    _ways: "dict[int, _Way]" = field(default_factory=dict)

    def watch(self, program: typed.Program, spend: Spend, call: Call) -> Watch:  # noqa: ARG002 - an observer
        """Return a watch that keeps the way of a call through its source."""
        self._ways[id(call)] = way = _Way()
        return way

    def sent(self, sending: Sending) -> None:
        """Probe the accepted calls of a transaction."""
        for call in probed_calls(sending):
            self._probe(call)
        self._ways.clear()

    def _probe(self, call: ProbedCall) -> None:
        name, form = call.judged.name, self._form(call)
        self.calls[name] += 1
        for change in changes_of(call):
            key = (form, change.subject, change.how)
            self.tried[name].add(change.subject)
            found = self._known.get(key)
            if found is None and self._refused[key] < _ENOUGH:
                found = opening(call, change)
                if found is None:
                    self._refused[key] += 1
                else:
                    self._known[key] = found
            if found is not None:
                self._note(Found(name, found), 1, running().test)
                if found.by is By.ANYONE and group_of(found.subject) == SIGNATURES:
                    made = next(altered for altered, how in ways_of(call, change) if how == found.how)
                    call = replace(call, free={**call.free, **made.items})

    def _note(self, found: Found, count: int, test: str) -> None:
        self.found[found] += count
        self.examples[found] = min(test, self.examples.get(found, test))

    def _form(self, call: ProbedCall) -> object:
        """Return the parts of a call by which it resembles others."""
        way = self._ways.get(id(call.judged.call))
        spend, tx = call.spend, call.tx
        return (
            spend.contract.artifact.md5,
            spend.wrap,
            call.judged.call.function.name,
            spend.locking_script if way is None else tuple(way.taken),
            (tx.version, bool(tx.lock_time), spend.sequence == FINAL_SEQUENCE, len(tx.inputs), len(tx.outputs)),
            spend.input_index,
            tuple((bool(leaf.item), leaf.signature is None, leaf.preimage is None) for leaf in call.leaves),
            tuple(hash_type_of(leaf, spend.digest_version) for leaf in call.leaves if leaf.is_signature and leaf.item),
        )

    def exported(self) -> tuple[dict[str, int], dict[str, list[str]], list[ExportedOpening]]:
        """Return everything in plain values, for another process."""
        openings = [
            (name, by.value, subject, how, count, self.examples[found])
            for found, count in self.found.items()
            for name, (by, subject, how) in [found]
        ]
        return dict(self.calls), {name: sorted(subjects) for name, subjects in self.tried.items()}, openings

    def add(self, calls: dict[str, int], tried: dict[str, list[str]], openings: Iterable[ExportedOpening]) -> None:
        """Add what another process has found."""
        self.calls.update(calls)
        for name, subjects in tried.items():
            self.tried[name].update(subjects)
        for name, by, subject, how, count, test in openings:
            self._note(Found(name, Opening(By(by), subject, how)), count, test)


@dataclass(slots=True)
class _Way(Watch):
    """The decisions of a call."""

    taken: list[tuple[int, bool]] = field(default_factory=list)

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Keep a decision."""
        self.taken.append((span.start, way))
