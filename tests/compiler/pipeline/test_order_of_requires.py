"""What docs/language.md promises of the order of requires: a refusal names a line that fails, no exit is crossed."""

import itertools
from collections.abc import Mapping
from hashlib import sha256

import pytest

import penstock
from penstock.artifact.artifact import Artifact

DIGEST = sha256(b"key").digest()
REQUIRES = """contract Order {
    Sha256 digest;

    public function open(int x, int y, bytes b) {
        require(sha256(b) == this.digest);
        require(x + y > 3);
        if (x > 10) {
            require(y != 7);
        } else {
            require(y < 50);
            require(b != b'00');
        }
        require(abs(x) < 100);
        int z = x + x;
        require(z != y);
        require(within(y, -5, 60));
    }
}
"""


def false_lines(x: int, y: int, b: bytes) -> set[int]:
    """The lines whose require does not hold, by hand."""
    branch = {8: y != 7} if x > 10 else {10: y < 50, 11: b != b"\x00"}
    holds: Mapping[int, bool] = {
        5: sha256(b).digest() == DIGEST,
        6: x + y > 3,
        **branch,
        13: abs(x) < 100,
        15: x + x != y,
        16: -5 <= y < 60,
    }
    return {line for line, held in holds.items() if not held}


ARGUMENTS = list(itertools.product([-200, -1, 2, 5, 11, 100], [-6, 4, 7, 10, 22, 55, 70], [b"key", b"\x00", b""]))


@pytest.fixture(scope="module", params=["bsv", "btc"])
def artifact(request: pytest.FixtureRequest) -> Artifact:
    return penstock.compile_source(REQUIRES, name="order.scrypt", target=request.param)


def test_a_refusal_names_a_line_that_does_not_hold(artifact: Artifact) -> None:
    spend = penstock.Spend(artifact.instantiate(DIGEST))
    accepted = 0
    for arguments in ARGUMENTS:
        verdict, wrong = spend.verify("open", *arguments), false_lines(*arguments)
        assert bool(verdict) == (not wrong), (arguments, wrong, verdict)
        accepted += bool(verdict)
        if wrong:
            assert verdict.location is not None
            assert int(verdict.location.rpartition(":")[2]) in wrong, (arguments, wrong, verdict)
    assert 5 < accepted < len(ARGUMENTS) / 2


def test_the_line_named_need_not_be_the_first(artifact: Artifact) -> None:
    """A measure of an order that is not promised; if this fails, the docs promise less than is true."""
    spend = penstock.Spend(artifact.instantiate(DIGEST))
    several = [each for each in ARGUMENTS if len(false_lines(*each)) > 1]
    named = [int((spend.verify("open", *each).location or ":0").rpartition(":")[2]) for each in several]
    assert any(line != min(false_lines(*each)) for line, each in zip(named, several, strict=True))


FAILING = """contract Failing {
    public function open(int x, int y, bytes b) {
        require(x > 3);
        require(12 / y > 2);
        require(b[x :] != b'00');
        require(num2bin(y, 1) != b'07');
    }
}
"""


def failing_lines(x: int, y: int, b: bytes) -> set[int]:
    """The lines that do not hold, or have an operation that fails."""
    holds = {
        3: x > 3,
        4: y != 0 and int(12 / y) > 2,
        5: 0 <= x <= len(b) and b[x:] != b"\x00",
        6: abs(y) < 128 and y != 7,
    }
    return {line for line, held in holds.items() if not held}


def test_operations_that_fail_are_named_by_their_line() -> None:
    spend = penstock.Spend(penstock.compile_source(FAILING, name="failing.scrypt").instantiate())
    arguments = list(itertools.product([-1, 3, 4, 6], [0, 1, 2, 4, 7, 200], [b"", b"12345", b"1234\x00", b"123456"]))
    for each in arguments:
        verdict, wrong = spend.verify("open", *each), failing_lines(*each)
        assert bool(verdict) == (not wrong), (each, wrong, verdict)
        if wrong:
            assert verdict.location is not None
            assert int(verdict.location.rpartition(":")[2]) in wrong, (each, wrong, verdict)
    assert any(spend.verify("open", *each) for each in arguments)


EXITS = """contract Exits {
    public function open(int x, int y, int z, bytes b) {
        require(sha256(sha256(b)) != b'00' && x != 1);
        if (y == 2) { exit(true); }
        require(z == 3);
        loop (2) : i { if (y == 4 + i) { exit(x == 7); } }
        require(len(b) == 1);
    }
}
"""


@pytest.mark.parametrize(
    ("x", "y", "z", "b", "line"),
    [
        (1, 2, 0, b"", 3),  # before the exit: refused although the exit would accept
        (0, 2, 0, b"", None),  # after it: nothing of that runs
        (1, 0, 0, b"", 3),  # both sides fail: the one before is named
        (0, 0, 0, b"", 5),
        (7, 4, 3, b"", None),
        (6, 4, 3, b"", 6),
        (6, 5, 0, b"", 5),
        (6, 0, 3, b"", 7),
        (0, 0, 3, b"1", None),
    ],
)
def test_nothing_moves_across_an_exit(x: int, y: int, z: int, b: bytes, line: int | None) -> None:
    spend = penstock.Spend(penstock.compile_source(EXITS, name="exits.scrypt").instantiate())
    verdict = spend.verify("open", x, y, z, b)
    assert bool(verdict) == (line is None)
    assert verdict.location == (None if line is None else f"exits.scrypt:{line}")
