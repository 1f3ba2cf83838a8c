"""The rules of the language one by one: each contract of `rules`, evaluated and compiled and run.

Comments in front of a public function say with which arguments (as JSON; bytes in hexadecimal, structs as objects) it
is `accepted` and with which `refused`; `constructor` gives the values of the constructor, `assembly` those of assembly
variables.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import penstock
from penstock.evaluation.spend_oracle import SpendOracle
from penstockc.meaning.evaluate import evaluate
from penstockc.meaning.values import Value
from penstockc.semantics.typed import Local, Program
from tests.support.compiling.programs import program_of
from tests.support.compiling.targets import TARGETS
from tests.support.generators.differential import meant
from tests.support.generators.random_contracts import Given

FILES = sorted((Path(__file__).parent / "rules").glob("*.scrypt"))
COMMENT = re.compile(r"// (accepted|refused|constructor|assembly): (.*)|public function (\w+)\(")


@dataclass(frozen=True)
class Case:
    """A call, and whether it is accepted."""

    file: Path
    function: str
    arguments: tuple[Given, ...]
    accepted: bool

    def __str__(self) -> str:
        return f"{self.file.stem}/{self.function}{self.arguments}"


@dataclass(frozen=True)
class Subject:
    """A contract of `rules`, understood, and compiled and ready to be spent."""

    program: Program
    values: tuple[Given, ...]
    spend: penstock.Spend


def cases(file: Path) -> Iterator[Case]:
    waiting = list[tuple[tuple[Given, ...], bool]]()
    for kind, text, function in COMMENT.findall(file.read_text("utf-8")):
        if function:
            yield from (Case(file, function, arguments, accepted) for arguments, accepted in waiting)
            waiting.clear()
        elif kind in {"accepted", "refused"}:
            waiting.append((values(text), kind == "accepted"))


@cache
def subject(file: Path) -> Subject:
    text = file.read_text("utf-8")
    comments = [(kind, rest) for kind, rest, _ in COMMENT.findall(text)]
    given = next((values(rest) for kind, rest in comments if kind == "constructor"), ())
    variables = dict(rest.split() for kind, rest in comments if kind == "assembly")
    artifact = penstock.compile_source(text)
    contract = artifact.instantiate(*given, asm={name: bytes.fromhex(data) for name, data in variables.items()})
    return Subject(program_of(text), given, penstock.Spend(contract, value=1000))


def values(text: str) -> tuple[Given, ...]:
    return tuple(map(value, json.loads(f"[{text}]")))


def value(read: object) -> Given:
    match read:
        case str():
            return bytes.fromhex(read)
        case list():
            return tuple(value(each) for each in read)
        case dict():
            return {name: value(each) for name, each in read.items()}
        case int():
            return read
        case _:
            raise TypeError(read)


def understood(parameters: tuple[Local, ...], given: tuple[Given, ...]) -> list[Value]:
    return [meant(local.type, each) for local, each in zip(parameters, given, strict=True)]


@pytest.mark.parametrize("case", [case for file in FILES for case in cases(file)], ids=str)
def test_rule(case: Case) -> None:
    of = subject(case.file)
    program, spend = of.program, of.spend
    entry = next(each for each in program.entry_points if each.key.name == case.function)
    outcome = evaluate(
        program,
        understood(program.contract.constructor.parameters, of.values),
        case.function,
        understood(entry.parameters, case.arguments),
        limits=TARGETS["bsv"].limits,
        spend=SpendOracle(spend),
    )
    assert outcome.accepted == case.accepted, outcome.reason
    verdict = spend.verify(case.function, *case.arguments)
    assert bool(verdict) == case.accepted, verdict.explain()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_function_has_a_case(file: Path) -> None:
    called = {case.function for case in cases(file)}
    assert called == {entry.key.name for entry in subject(file).program.entry_points}
