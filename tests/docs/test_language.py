"""docs/language.md does not lie: every example compiles, or fails in the way that it says.

The word behind `scrypt` says what an example is: a `file`, `members` of a contract, `statements` of a function, or
`imports` in front of a contract. Comments in it say for which target it is and what is wrong with it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from penstockc.pipeline import check_source

DOCUMENT = Path(__file__).parents[2] / "docs" / "language.md"
BLOCK = re.compile(r"^```scrypt (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLAIM = re.compile(r"// error: (.+)$", re.MULTILINE)

ONLY = re.compile(r"// (bsv|btc) only$")
BEYOND_OPCODES = {
    "exit(": "no-exit",
    "2147483648": "number-too-long",
    **dict.fromkeys(("SigHash.", "SigHashPreimage ", "Tx.", "updateState", "getStateScript"), "library-on-target"),
}
"""What one of the targets lacks beside opcodes: how to tell the line, and its code."""

PROPERTIES = "int limit; bytes data;"
END = "public function end(int last) { require(last == this.limit); }"
WRAPPED = {  # with the example in the place of the dots
    "file": "...",
    "imports": f"...\ncontract Sample {{ {PROPERTIES} {END} }}",
    "members": f"library Pair<A, B> {{ A a; B b; }} contract Sample {{ {PROPERTIES}\n...\n{END} }}",
    "statements": f"contract Sample {{ {PROPERTIES} public function sample() {{\n...\nrequire(true); }} }}",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of the document."""

    kind: str
    text: str

    def found(self, target: str) -> dict[int, set[str]]:
        """What is wrong with each line (from 1) of it: codes."""
        before, _, after = WRAPPED[self.kind].partition("...")
        checked = check_source(before + self.text + after, target=target, load=lambda _importing, _path: "")
        errors = dict[int, set[str]]()
        for one in checked.diagnostics:
            if one.severity == "error":
                line, _ = checked.sources.find(one.span.start).position(one.span.start)
                errors.setdefault(line - before.count("\n"), set()).add(one.code)
        return errors

    def promised(self, target: str) -> dict[int, set[str]]:
        """What its comments say is wrong with each line."""
        errors = dict[int, set[str]]()
        for number, line in enumerate(self.text.splitlines(), start=1):
            claim, only = CLAIM.search(line), ONLY.search(line)
            if claim:
                errors[number] = {claim.group(1)}
            elif only and only.group(1) != target:
                codes = (code for sign, code in BEYOND_OPCODES.items() if sign in line)
                errors[number] = {next(codes, "missing-opcode")}
        return errors


def examples() -> list[Example]:
    return [Example(kind, text) for kind, text in BLOCK.findall(DOCUMENT.read_text("utf-8"))]


@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize("example", examples(), ids=lambda example: example.text.splitlines()[0][:40])
def test_each_line_does_what_it_says(example: Example, target: str) -> None:
    assert example.found(target) == example.promised(target)


def test_all_blocks_are_examples() -> None:
    assert DOCUMENT.read_text("utf-8").count("```") == 2 * len(examples())
    assert len(examples()) > 20
