"""docs/warnings.md tells of every warning, and its code does what it says."""

import re
import warnings
from pathlib import Path

import pytest

from penstockc.diagnostics import Diagnostic, render
from penstockc.errors.warnings import allowing
from penstockc.lints.codes import WARNINGS
from penstockc.pipeline import check_source

PAGE = (Path(__file__).parents[2] / "docs" / "warnings.md").read_text("utf-8")
KINDS = [
    *WARNINGS,
    *(allowing.AllowWithoutReason, allowing.AllowUnknownCode, allowing.IdleAllow),
]
GOLDEN = Path(__file__).parents[1] / "compiler" / "diagnostics" / "preimage-without-check" / "main.scrypt"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_warning_is_told_of(kind: type[Diagnostic]) -> None:
    assert f"`{kind.code}`" in PAGE


def test_every_warning_that_is_told_of_is_one() -> None:
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", PAGE.partition("## Paths")[2], re.MULTILINE)
    told = {code for row in rows for code in re.findall(r"[a-z-]{2,}", row)}
    assert told == {kind.code for kind in WARNINGS}


def test_the_python_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, "warnings.md", "exec"), {})


def test_the_contract_that_allows_one_has_none() -> None:
    (text,) = re.findall(r"```scrypt\n(.*?)```", PAGE, re.DOTALL)
    assert check_source(text).diagnostics == ()
    assert [one.code for one in check_source(re.sub(r"//.*", "", text)).diagnostics] == ["unguarded-function"]


def test_the_warning_is_shown_as_it_stands_there() -> None:
    found = check_source(GOLDEN.read_text("utf-8"), name="deposit.scrypt")
    shown = "".join(f"    {line}\n" for line in render(found.diagnostics[0], found.sources).splitlines())
    assert shown in PAGE
