"""Usage: the opcodes that an input runs, and the most items on its stacks, counted by a listener of the machine."""

from collections.abc import Sequence
from typing import NamedTuple

from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.checker import TapLeaf
from penstock.vm.judging.steps import judge


class Usage(NamedTuple):
    """Resources that an input uses.

    Attributes:
        opcodes: opcodes that were run, pushes too, in all scripts but the unlocking script.
        items: the most items on both stacks together.
    """

    opcodes: int
    items: int


def usage_of(case: Case) -> Usage:
    """Judge a case once more, and count."""
    counter = _Counter()
    verdict = judge(case, watcher=counter)
    return Usage(counter.opcodes, max(counter.items, len(verdict.items) + len(verdict.alt_items)))


class _Counter:
    """A watcher that counts."""

    def __init__(self) -> None:
        self.opcodes = 0
        self.items = 0
        self._is_counted = False

    def script(self, phase: Phase, script: bytes) -> None:  # noqa: ARG002 - a watcher's
        """Receive a script before it runs."""
        self._is_counted = phase is not Phase.UNLOCKING

    def opcode(self, index: int, stack: Sequence[Item], alt: Sequence[Item]) -> None:  # noqa: ARG002 - a watcher's
        """Count an opcode."""
        self.opcodes += self._is_counted
        self.items = max(self.items, len(stack) + len(alt))

    def branch(self, *, taken: bool) -> None:
        """Take no note of a branch."""

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        """Take no note of a signature."""

    def schnorr(self, hash_type: int, leaf: TapLeaf, separator: int, signature: bytes, key: bytes) -> None:
        """Take no note of a signature."""
