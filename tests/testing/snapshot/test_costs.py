"""The snapshot as text, and the differences between two."""

import pytest

from penstock.testing.snapshot.costs import HEAD, Costs, SnapshotError, differences, news, read, written

ONE = Costs("Vault.withdraw", 34, 169, 11, 4, 1)
LONG = Costs("AContractWithAVeryLongNameOfItsOwn.andAFunctionToo", 100_000_000, 169, 11, 4, 12_345_678)
SNAPSHOT = {"tests/b.py::test_x[btc p2tr-1]": (ONE, ONE, LONG), "tests/a.py::test_y": (ONE,)}


def test_it_is_read_as_it_was_written() -> None:
    text = written(SNAPSHOT)
    assert read(text) == SNAPSHOT
    assert written(read(text)) == text
    first = "locking      34  unlocking     169  opcodes      11  items    4  fee       1"
    assert text.splitlines()[1:3] == ["tests/a.py::test_y", f"    {'Vault.withdraw':32}  {first}"]


def test_a_new_test_changes_its_own_lines_alone() -> None:
    before, after = written(SNAPSHOT), written({**SNAPSHOT, "tests/a.py::test_z" * 9: (LONG,)})
    assert set(before.splitlines()) <= set(after.splitlines())
    assert len(after.splitlines()) == len(before.splitlines()) + 2


@pytest.mark.parametrize("text", ["    Vault.withdraw  locking 1\n", "tests/a.py::x\n    Vault\n"])
def test_a_line_of_another_kind_is_named(text: str) -> None:
    with pytest.raises(SnapshotError, match=r"line \d is not one of a snapshot: '    .*'; write it anew"):
        read(HEAD + text)


@pytest.mark.parametrize("text", ["", "# A title\ntext\n"])
def test_another_file_is_named(text: str) -> None:
    with pytest.raises(SnapshotError, match="it is not a snapshot: it does not begin as one"):
        read(text)


def test_differences_are_told_with_percent_and_beyond_the_tolerance() -> None:
    old = {"a": (ONE, ONE), "b": (ONE,)}
    new = {"a": (ONE, ONE._replace(unlocking=170, opcodes=22, fee=0)), "c": (ONE,)}
    line = "a Vault.withdraw (2): unlocking 169 → 170 (+0.6 %), opcodes 11 → 22 (+100.0 %), fee 1 → 0 (-100.0 %)"
    assert list(differences(old, new, 0)) == [line]
    assert list(differences(old, new, 1)) == [line.replace("unlocking 169 → 170 (+0.6 %), ", "")]
    assert not list(differences(old, new, 100))
    assert not list(differences(old, old, 0))
    assert list(differences({"a": (ONE._replace(fee=0),)}, {"a": (ONE,)}, 0)) == [
        "a Vault.withdraw: fee 0 → 1 (+100.0 %)"
    ]


def test_calls_and_tests_of_one_side_are_told() -> None:
    other = ONE._replace(call="Vault.emergency")
    assert list(news({"a": (ONE, other), "b": (ONE,)}, {"a": (ONE, ONE), "c": (ONE,)})) == [
        "removed: a Vault.emergency",
        "new: a Vault.withdraw (2)",
        "removed: b",
        "new: c",
    ]
