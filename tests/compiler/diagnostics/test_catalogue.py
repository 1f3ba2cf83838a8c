"""Each kind of diagnostic has an example that gets it, and one that does not; the page and the command show them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from penstock.cli.root import root
from penstockc.catalogue.entries import EXAMPLES, entries
from penstockc.catalogue.example import Example
from penstockc.catalogue.formatting import explained, page
from penstockc.diagnostics import Diagnostic
from tests.support.compiling.error_kinds import kinds
from tests.support.golden import Golden

KINDS = list(kinds())
PAGE = Path(__file__).resolve().parents[3] / "docs" / "errors.md"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_has_one_example(kind: type[Diagnostic]) -> None:
    assert [example.kind for example in EXAMPLES].count(kind) == 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.kind.code)
def test_the_failing_example_gets_this_code_and_no_other_error(example: Example) -> None:
    found = example.check(example.failing).diagnostics
    assert example.kind in {type(one) for one in found}
    assert {type(one) for one in found if one.severity == "error"} <= {example.kind}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.kind.code)
def test_the_mended_example_compiles_without_it(example: Example) -> None:
    found = example.check(example.mended).diagnostics
    assert [one.code for one in found if one.severity == "error" or type(one) is example.kind] == []


@pytest.mark.long
def test_the_page_is_that_of_the_data(golden: Golden) -> None:
    golden.check(PAGE, page())


@pytest.mark.parametrize("code", entries())
def test_the_command_shows_what_the_page_has(code: str) -> None:
    entry = entries()[code]
    ran = CliRunner().invoke(root, ["explain", code])
    assert ran.exit_code == 0
    assert ran.output == explained(entry)
    assert entry.meaning in ran.output
    assert entry.diagnostic.message in ran.output


def test_the_place_is_underlined() -> None:
    assert explained(entries()["type-mismatch"]).splitlines() == [
        "error[type-mismatch]",
        "A value of the wrong type.",
        "",
        "Causes it (in a public function):",
        "",
        "    x = this.data;",
        "        ^^^^^^^^^",
        "",
        "    expected int, found bytes",
        "    hint: `unpack(b)` reads bytes as a number",
        "",
        "Mended:",
        "",
        "    x = unpack(this.data);",
    ]


@pytest.mark.parametrize("spelled", ["type-mismatch", "error[type-mismatch]", "[type-mismatch]"])
def test_a_code_may_be_copied_with_its_brackets(spelled: str) -> None:
    assert CliRunner().invoke(root, ["explain", spelled]).output == explained(entries()["type-mismatch"])


def test_without_a_code_all_are_listed() -> None:
    lines = CliRunner().invoke(root, ["explain"]).output.splitlines()
    assert [line.split()[0] for line in lines] == sorted(kind.code for kind in KINDS)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("type-mismatsh", "error: there is no code 'type-mismatsh': did you mean type-mismatch?"),
        ("elephant", "error: there is no code 'elephant': `penstock explain` lists all codes"),
    ],
)
def test_an_unknown_code_is_the_wrong_question(code: str, said: str) -> None:
    ran = CliRunner().invoke(root, ["explain", code])
    assert ran.exit_code == 2
    assert ran.stderr.strip() == said
    assert ran.stdout == ""


def test_json() -> None:
    entry = json.loads(CliRunner().invoke(root, ["explain", "no-exit", "--json"]).output)
    assert entry["target"] == "btc"
    assert entry["message"] == entries()["no-exit"].diagnostic.message
    every = json.loads(CliRunner().invoke(root, ["explain", "--json"]).output)
    assert [one["code"] for one in every] == list(entries())
