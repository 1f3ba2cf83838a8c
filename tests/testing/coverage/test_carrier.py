"""Contracts in the reports of coverage.py: by pytest-cov without settings, and by `coverage run` with the plugin."""

import json
import re
import sys

import pytest

from tests.support.processes import PROCESSES

pytest_plugins = ["pytester"]

CONTRACT = """// Half or all of it
contract Split {
    PubKey owner;
    public function take(int part, Sig sig) {
        int limit = 10;
        if (part > 5) {
            limit = 20;
        }
        require(part < limit);
        require(checkSig(sig, this.owner));
    }
    public function never(int x) {
        require(x == 1);
    }
}
"""
TESTS = """
    import pytest
    from penstock.testing import key, refuses

    def coin(chain):
        return chain.fund(chain.contract("contracts/split.scrypt", key("owner")), 1000)

    @pytest.mark.parametrize("part", [5, 6])
    def test_taken(chain, part):
        chain.spend(coin(chain), "take", part, key("owner")).to(key("bob"), 900).send()

    def test_too_much(chain):
        with refuses("part < limit"):
            chain.spend(coin(chain), "take", 20, key("owner")).to(key("bob"), 900).send()
"""
IDLE = "contract Idle {\n  PubKey k;\n  public function f(Sig s) {\n    require(checkSig(s, this.k));\n  }\n}\n"
TEST_OF_IDLE = """
    from penstock.testing import key

    def test_it(chain):
        idle = chain.fund(chain.contract("contracts/idle.scrypt", key("bob")), 1000)
        chain.spend(idle, "f", key("bob")).to(key("bob"), 900).send()
"""
SETTINGS = "[run]\nplugins = penstock.testing.coverage.carrier\nbranch = true\nsource = .\n"


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a contract, one that no test calls, and one that does not compile."""
    folder = pytester.mkdir("contracts")
    (folder / "split.scrypt").write_text(CONTRACT)
    (folder / "idle.scrypt").write_text("contract Idle {\n  public function f(int x) {\n    require(x == 1);\n  }\n}\n")
    (folder / "broken.scrypt").write_text("contract {")
    pytester.makepyfile(test_split=TESTS)
    return pytester


@PROCESSES
def test_pytest_cov_reports_contracts(project: pytest.Pytester, processes: list[str]) -> None:
    reports = ["--cov-report=term-missing", "--cov-report=lcov:c.info", "--cov-report=html"]
    strict = ["-W", "error::pytest.PytestWarning"]
    result = project.runpytest_subprocess(
        "--cov=contracts", "--cov-branch", "--cov-context=test", *reports, *processes, *strict
    )
    result.assert_outcomes(passed=3)
    result.stdout.re_match_lines_random(
        [r"contracts/split\.scrypt +8 +2 +12 +1 +65% +10->exit, 12-13", r"contracts/idle\.scrypt +2 +2 .* 0% +2-3"]
    )
    pages = "".join(page.read_text() for page in (project.path / "htmlcov").glob("*split_scrypt.html"))
    assert "checkSig(sig, this.owner) never wrong, empty" in pages
    rows = (project.path / "c.info").read_text()
    assert re.search(r"SF:contracts/split\.scrypt\n(?:.*\n)*?BRDA:10,", rows)
    (project.path / ".coveragerc").write_text(SETTINGS)
    project.run(sys.executable, "-m", "coverage", "json", "--show-contexts", "-o", "contexts.json")
    document = json.loads((project.path / "contexts.json").read_text())
    contexts = document["files"]["contracts/split.scrypt"]["contexts"]
    assert set(contexts["7"]) == {f"test_split.py::{name}|run" for name in ("test_taken[6]", "test_too_much")}


def test_contracts_of_the_cache_are_reported_by_their_files(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without warnings, whose texts are stored in any case."""
    (project.path / "contracts" / "idle.scrypt").write_text(IDLE)
    project.makepyfile(test_idle=TEST_OF_IDLE)
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(project.path / "cache"))
    for _ in range(2):
        result = project.runpytest_subprocess("test_idle.py", "--cov=contracts", "--contract-coverage")
        result.stdout.re_match_lines([r"contracts/idle\.scrypt +1/2 .* %$", r"contracts/idle\.scrypt +2 +0 +100%"])
        assert "No data was collected" not in result.stderr.str()


def test_a_limit_of_pytest_cov_counts_contracts(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--cov=contracts", "--cov-branch", "--cov-fail-under=99")
    assert result.ret == 1


def test_without_branches_the_lines_are_reported(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--cov=contracts", "--cov-report=term-missing")
    result.stdout.re_match_lines_random([r"contracts/split\.scrypt +8 +2 +75% +12-13"])


def test_coverage_run_with_the_plugin(project: pytest.Pytester) -> None:
    (project.path / ".coveragerc").write_text(SETTINGS)
    project.run(sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q")
    result = project.run(sys.executable, "-m", "coverage", "report", "-m")
    result.stdout.re_match_lines_random([r"contracts/split\.scrypt +8 +2 +12 .*12-13", r"test_split\.py .* 100%"])


def test_coverage_run_without_the_plugin_leaves_contracts_out(project: pytest.Pytester) -> None:
    project.run(sys.executable, "-m", "coverage", "run", "--source", ".", "-m", "pytest", "-q")
    result = project.run(sys.executable, "-m", "coverage", "report")
    assert result.ret == 0
    assert "split.scrypt" not in result.stdout.str()
