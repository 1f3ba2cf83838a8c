"""Warnings reach the caller: the artifact carries them, Python shows each once, the JSON stays as it was."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import penstock
from penstock import Artifact, CompileWarning, SourceWarning

UNGUARDED = """contract Sum {
    int total;

    public function open(int x) {
        require(x > this.total);
    }
}
"""
EXPECTED = SourceWarning(
    code="unguarded-function",
    message="`open` can accept without a signature, preimage or hash that a spender cannot make up",
    hint="anyone can spend it: require a signature by a known key, a known hash, or a checked preimage on every path",
    file="sum.scrypt",
    line=4,
    column=21,
    end_line=4,
    end_column=25,
)


@contextmanager
def shown(action: str = "default") -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter(action)  # type: ignore[arg-type]  # one of its literals
        yield found


def test_the_artifact_carries_them() -> None:
    assert penstock.compile_source(UNGUARDED, name="sum.scrypt").warnings == (EXPECTED,)


def test_python_shows_each_once_as_of_the_contracts_line() -> None:
    with shown() as found:
        for _ in range(3):
            penstock.compile_source(UNGUARDED, name="once.scrypt")
    (one,) = found
    assert (one.category, one.filename, one.lineno) == (CompileWarning, "once.scrypt", 4)
    assert isinstance(one.message, CompileWarning)
    assert one.message.warning.code == "unguarded-function"
    assert "[unguarded-function]" in str(one.message)


def test_the_same_of_another_file_is_shown_too() -> None:
    with shown() as found:
        for name in ("one.scrypt", "two.scrypt", "one.scrypt"):
            penstock.compile_source(UNGUARDED, name=name)
    assert [one.filename for one in found] == ["one.scrypt", "two.scrypt"]


def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "sum.scrypt"
    path.write_text(UNGUARDED, "utf-8")
    with shown() as found:
        penstock.compile_file(path)
    assert [one.filename for one in found] == [str(path)]


def test_warnings_can_be_made_errors() -> None:
    with shown("error"), pytest.raises(CompileWarning, match="unguarded-function") as raised:
        penstock.compile_source(UNGUARDED, name="sum.scrypt")
    assert raised.value.warning == EXPECTED


def test_an_allowed_one_is_neither_carried_nor_shown() -> None:
    text = UNGUARDED.replace("(int x) {", "(int x) { // allow(unguarded-function): a riddle")
    with shown("error"):
        assert penstock.compile_source(text).warnings == ()


def test_the_json_does_not_change_with_them() -> None:
    """SDKs read it; and the compiled code is the same with and without warnings."""
    artifact = penstock.compile_source(UNGUARDED)
    allowed = penstock.compile_source(
        UNGUARDED.replace("(int x) {", "(int x) { // allow(unguarded-function): a riddle")
    )
    assert artifact.to_json().replace("(int x) {", "") != ""
    assert "warning" not in artifact.to_json()
    assert Artifact.from_json(artifact.to_json()) == artifact
    assert (allowed.hex, allowed.abi) == (artifact.hex, artifact.abi)
