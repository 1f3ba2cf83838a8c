"""The snapshot in runs of pytest: written, compared, kept for tests that do not run."""

import pytest

from penstock.testing.snapshot.costs import HEAD
from tests.support.processes import PROCESSES

pytest_plugins = ["pytester"]

TESTS = """
    import hashlib
    import pytest
    import penstock
    from penstock.testing import key, refuses

    SECRET = b"secret"

    @pytest.fixture
    def lock(chain):
        contract = chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(SECRET).digest())
        return chain.fund(contract, 1000)

    def test_accepted(chain, lock):
        chain.spend(lock, "unlock", SECRET).to(key("bob"), 900).send()

    @pytest.mark.forms("bsv", "btc p2tr")
    def test_forms(chain, lock):
        chain.spend(lock, "unlock", SECRET).to(key("bob"), 900).send()

    def test_refused(chain, lock):
        with refuses("sha256(preimage) == this.digest"):
            chain.spend(lock, "unlock", b"guess").to(key("bob"), 900).send()
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(test_lock=TESTS)
    return pytester


def run(suite: pytest.Pytester, *options: str) -> pytest.RunResult:
    running = suite.runpytest_subprocess if "-n" in options else suite.runpytest_inprocess
    return running("-p", "no:cacheprovider", *options)


def snapshot(suite: pytest.Pytester, name: str = "contract-snapshot.txt") -> str:
    return (suite.path / name).read_text("utf-8")


@PROCESSES
def test_it_is_written_and_compared(suite: pytest.Pytester, processes: list[str]) -> None:
    result = run(suite, "--contract-snapshot", *processes)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["new: test_lock.py::test_accepted", "contract-snapshot.txt: 3 calls of 3 tests"])
    lines = snapshot(suite).splitlines()
    assert [line for line in lines if not line.startswith((" ", "#"))] == [
        f"test_lock.py::test_{name}" for name in ("accepted", "forms[bsv]", "forms[btc p2tr]")
    ]
    assert (
        "    HashLock.unlock                   locking      35  unlocking       7  opcodes       3  items    2"
        in lines[2]
    )
    same = run(suite, "--contract-snapshot-check", *processes)
    assert same.ret == 0
    same.stdout.fnmatch_lines(["the costs are those of contract-snapshot.txt"])

    longer = TESTS.replace('b"secret"', 'b"secrets"')
    suite.makepyfile(test_lock=longer)
    other = run(suite, "--contract-snapshot-check", *processes)
    assert other.ret == 1
    other.stdout.fnmatch_lines(
        [
            "test_lock.py::test_accepted HashLock.unlock: unlocking 7 → 8 (+14.3 %)",
            "FAIL: the costs differ from contract-snapshot.txt; --contract-snapshot writes it anew",
        ]
    )
    assert run(suite, "--contract-snapshot-check", "--contract-snapshot-tolerance", "15", *processes).ret == 0


@pytest.mark.long
def test_tests_that_do_not_run_keep_their_costs(suite: pytest.Pytester) -> None:
    run(suite, "--contract-snapshot=costs.txt")
    whole = snapshot(suite, "costs.txt")
    suite.makepyfile(test_other="def test_it(): pass")
    for options in (["-k", "accepted"], ["test_lock.py::test_accepted"], ["test_other.py"]):
        assert run(suite, "--contract-snapshot=costs.txt", *options).ret == 0
        assert snapshot(suite, "costs.txt") == whole, options
        assert run(suite, "--contract-snapshot-check=costs.txt", *options).ret == 0
    assert run(suite, "--contract-snapshot=costs.txt", "-k", "accepted", "-n", "2").ret == 0
    assert snapshot(suite, "costs.txt") == whole


@PROCESSES
def test_tests_that_are_gone_or_fail(suite: pytest.Pytester, processes: list[str]) -> None:
    run(suite, "--contract-snapshot")
    whole = snapshot(suite)
    suite.makepyfile(
        test_lock=TESTS.replace("test_accepted", "test_renamed") + "    \n    def test_fails(): assert False\n"
    )
    result = run(suite, "--contract-snapshot-check", *processes)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["removed: test_lock.py::test_accepted", "new: test_lock.py::test_renamed"])
    run(suite, "--contract-snapshot", *processes)
    assert snapshot(suite).splitlines()[1:] == sorted_blocks(whole.replace("test_accepted", "test_renamed"))
    suite.makepyfile(test_lock=TESTS.replace('SECRET = b"secret"', 'SECRET = b"secret" if chain else 5'))
    run(suite, "--contract-snapshot")
    assert "test_renamed" in snapshot(suite), "a file with an error keeps its costs"
    (suite.path / "test_lock.py").unlink()
    suite.makepyfile(test_other="def test_it(): pass")
    run(suite, "--contract-snapshot")
    assert len(snapshot(suite).splitlines()) == 1


def sorted_blocks(text: str) -> list[str]:
    """The lines below the head, with the blocks of the tests sorted."""
    lines = text.splitlines()[1:]
    return [line for pair in sorted(zip(lines[::2], lines[1::2], strict=True)) for line in pair]


def test_wrong_options_are_named(suite: pytest.Pytester) -> None:
    (suite.path / "folder").mkdir()
    (suite.path / "broken.txt").write_text(f"{HEAD}test\n    nonsense\n")
    (suite.path / "readme.txt").write_text("# A title\n")
    (suite.path / "binary.txt").write_bytes(b"\xff")
    for options, message in (
        (["--contract-snapshot-check"], "there is no snapshot *contract-snapshot.txt: --contract-snapshot writes it"),
        (["--contract-snapshot", "--contract-snapshot-check"], "*compares: give one of them"),
        (["--contract-snapshot", "test_lock.py"], "test_lock.py is not a file for a snapshot; tests come first*"),
        (["--contract-snapshot", "folder"], "folder is not a file for a snapshot*"),
        (["--contract-snapshot-check=broken.txt"], "*broken.txt: line 3 is not one of a snapshot*"),
        (["--contract-snapshot=readme.txt"], "*readme.txt: it is not a snapshot: it does not begin as one"),
        (["--contract-snapshot=binary.txt"], "cannot read the snapshot *binary.txt: *"),
        (["--contract-snapshot=no/folder/x.txt"], "cannot write the snapshot *x.txt: No such file or directory"),
    ):
        result = run(suite, *options)
        assert result.ret != 0
        assert result.ret != pytest.ExitCode.TESTS_FAILED
        both = pytest.LineMatcher([*result.outlines, *result.errlines])
        both.fnmatch_lines([f"*{message}"])
