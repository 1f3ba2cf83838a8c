"""Tests of contracts in pytest, a whole process: plain, with their coverage, and with the probe.

Two suites: branch tests of the streaming contract, and calls of the counter, which checks its own transaction. The
proof: a suite passes, it fails with a signature by another key or another state, and coverage and probe report on it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.harness import PROCESS_CPU, Contender, Work
from benchmarks.result import Target

_PLAIN = "pytest"
_STREAMING = """
from hashlib import sha256

import pytest

import penstock
from penstock.testing import key, refuses

ALICE, BOB = key("alice"), key("bob")


@pytest.mark.parametrize("number", range({tests}))
def test_the_stream(chain, number):
    chunk = number.to_bytes(2, "big") * 200
    contract = chain.contract(penstock.bundled("streaming"), ALICE, BOB, sha256(chunk).digest())
    coin = chain.fund(contract, 1000)
    match number % 4:
        case 0:
            chain.spend(coin, "unlock", chunk, BOB).to(BOB, 900).send()
        case 1:
            chain.spend(coin, "unlock", ALICE.sig(), BOB).to(BOB, 900).send()
        case 2:
            with refuses(signature="bobSig"):
                chain.spend(coin, "unlock", chunk, ALICE).to(BOB, 900).send()
        case _:
            with refuses(signature="dataOrSig"):
                chain.spend(coin, "unlock", b"", BOB).to(BOB, 900).send()
"""
_COUNTER = """
import pytest

import penstock
from penstock.testing import PREIMAGE, key, refuses

ALICE = key("alice")


@pytest.mark.parametrize("number", range({tests}))
def test_the_counter(chain, number):
    coin = chain.fund(chain.contract(penstock.bundled("counter"), count=number), 1000)
    draft = chain.spend(coin, "increment", PREIMAGE).spend(chain.coin(ALICE))
    if number % 2:
        draft.to(coin.next(), 1000).change(ALICE).send()
    else:
        with refuses(output=0):
            draft.to(coin.next(count=number + 2), 1000).change(ALICE).send()
"""


_TAMPERED = {"ALICE.sig()": "BOB.sig()", "count=number + 2": "count=number + 1"}
"""Changes with which a suite fails: a signature by another key, a state that the contract accepts."""


@dataclass(frozen=True, slots=True)
class _Suite:
    """A suite in a folder of its own.

    Attributes:
        folder: the folder.
        text: its tests.
    """

    folder: Path
    text: str

    def write(self, text: str) -> None:
        (self.folder / "test_contract.py").write_text(text, encoding="utf-8")

    def run(self, *options: str) -> tuple[int, str]:
        """Run it, and return the exit code and what it prints."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTEST_ADDOPTS": ""}
        done = subprocess.run(command, cwd=self.folder, env=environment, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout

    def proves(self, report: str, *options: str) -> bool:
        """Return whether it passes with a report, and fails once it is tampered with."""
        self.write(self.text)
        code, told = self.run(*options)
        tampered = self.text
        for right, wrong in _TAMPERED.items():
            tampered = tampered.replace(right, wrong)
        self.write(tampered)
        failed, _ = self.run(*options)
        self.write(self.text)
        return code == 0 and report in told and failed == 1


def works(*, streaming: int = 1000, counter: int = 200) -> Iterator[Work]:
    """The processes one after the other; CPU seconds of the children.

    Args:
        streaming: the number of branch tests of the streaming contract; 0 for none.
        counter: the number of calls of the counter; 0 for none.
    """
    # at most 1.3 times the cost is 1 / 1.3 of the speed, and so on
    suites = (("streaming", _STREAMING, streaming, 1 / 1.3), ("counter, OP_PUSH_TX", _COUNTER, counter, 1 / 3))
    for name, text, tests, covered in suites:
        if not tests:
            continue
        with tempfile.TemporaryDirectory() as folder:
            suite = _Suite(Path(folder), text.format(tests=tests))
            for option, report, least in (
                ("--contract-coverage", "coverage of contracts", covered),
                ("--contract-probe", "open to", 1 / 10),
            ):
                ours = f"pytest {option}"
                contenders = (
                    Contender(_PLAIN, suite.run, partial(suite.proves, "passed"), tests),
                    Contender(ours, partial(suite.run, option), partial(suite.proves, report, option), tests),
                )
                title = f"{tests:,} tests of a contract ({name})"
                targets = (Target(_PLAIN, least),)
                yield Work(title, "test", contenders, targets, ours=ours, quantity=PROCESS_CPU, seconds=10, rounds=3)
