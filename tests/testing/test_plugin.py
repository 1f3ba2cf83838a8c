"""The plugin is found by pytest itself: the fixture, and the mark that runs a test in several forms."""

import re
import shutil

import pytest

from tests.support.processes import PROCESSES

pytest_plugins = ["pytester"]

TEST = """
    import hashlib
    import penstock, pytest
    from penstock.testing import key, refuses

    @pytest.mark.forms("bsv", "btc", "btc p2tr")
    def test_it(chain):
        lock = chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(b"secret").digest())
        coin = chain.fund(lock, 1000)
        with refuses("sha256(preimage) == this.digest"):
            chain.spend(coin, "unlock", b"guess").to(key("bob"), 900).send()
        chain.spend(coin, "unlock", b"secret").to(key("bob"), 900).send()

    def test_default(chain):
        assert chain.target == "bsv" and chain.height == 0
"""


def test_a_test_runs_in_each_form(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider", "--strict-markers")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines_random(["*test_it?bsv?*", "*test_it?btc p2tr?*"])


def test_a_failure_shows_the_contract_and_no_frames_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import hashlib
        import penstock
        from penstock.testing import key

        def test_it(chain):
            coin = chain.fund(chain.contract(penstock.bundled("hash_lock"), bytes(32)), 1000)
            chain.spend(coin, "unlock", b"guess").to(key("bob"), 900).send()
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "HashLock.unlock is refused: the requirement is false" in text
    assert "require(sha256(preimage) == this.digest);" in text
    assert "penstock/testing/chain.py" not in text


def test_a_test_runs_under_each_rule_set(pytester: pytest.Pytester) -> None:
    """Nodes do not relay an output of btc that holds the contract itself; a block accepts it."""
    pytester.makepyfile("""
        import hashlib
        import penstock, pytest
        from penstock.testing import key

        @pytest.mark.forms("bsv", "bsv-consensus", "btc bare", "btc-consensus bare", "btc-consensus")
        def test_it(chain):
            lock = chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(b"secret").digest())
            draft = chain.spend(chain.fund(lock, 1000), "unlock", b"secret").to(key("bob"), 900)
            sent, rules = draft.try_send(), chain.ledger.rules
            print(f"{chain!r}, {len(rules.rules)} rules: {sent.rule}")
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-s")
    result.assert_outcomes(passed=5)
    result.stdout.re_match_lines_random(
        [
            r".*<Chain bsv bare, .*: None",
            r".*<Chain btc bare, .*: STANDARD_INPUT",
            r".*<Chain btc bare, .*: None",
            r".*<Chain btc p2wsh, .*: None",
        ]
    )
    counts = {int(count) for count in re.findall(r"Chain bsv bare, height \d+>, (\d+) rules", result.stdout.str())}
    assert len(counts) == 2


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (
            "'moon'",
            "unknown form 'moon' of the mark `forms`: unknown rule set 'moon': there are bsv, btc, bsv-",
        ),
        ("'btc p2pkh'", "unknown form 'btc p2pkh' of the mark `forms`: wrap: expected bare or p2sh or p2wsh"),
        ("'bsv p2tr'", "unknown form 'bsv p2tr' of the mark `forms`: wrap: expected bare on bsv, got 'p2tr'"),
        ("", "the mark `forms` takes one form or more, each as text"),
        ("form='bsv'", "the mark `forms` takes one form or more, each as text"),
    ],
)
def test_a_form_that_there_is_not_is_named(pytester: pytest.Pytester, mark: str, told: str) -> None:
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.forms({mark})\ndef test_it(chain): ...\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    assert f"test_a_form_that_there_is_not_is_named.py::test_it: {told}" in result.stdout.str()
    assert "site-packages" not in result.stdout.str()
    assert "penstock/testing" not in result.stdout.str()


def test_a_test_without_a_chain_may_have_the_mark(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.forms("bsv")
        def test_it(): ...
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


COVERED = """
    import hashlib
    import penstock
    from penstock.testing import key, refuses

    def lock(chain):
        contract = chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(b"secret").digest())
        return chain.fund(contract, 1000)

    def test_accepted(chain):
        chain.spend(lock(chain), "unlock", b"secret").to(key("bob"), 900).send()

    def test_refused(chain):
        with refuses("sha256(preimage) == this.digest"):
            chain.spend(lock(chain), "unlock", b"guess").to(key("bob"), 900).send()
"""


@PROCESSES
def test_coverage_is_that_of_all_processes(pytester: pytest.Pytester, processes: list[str]) -> None:
    pytester.makepyfile(COVERED)
    options = ["--contract-coverage=term,json:coverage.json,lcov:x.info"]
    limit = ["--contract-coverage-fail-under", "100"]
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options, *limit, *processes)
    result.assert_outcomes(passed=2)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*coverage of contracts*", "*hash_lock.scrypt * 2/2 * 2/2 * 100 %"])
    assert '"percent": 100.0' in (pytester.path / "coverage.json").read_text()
    assert re.search(r"^SF:\S*hash_lock\.scrypt$", (pytester.path / "x.info").read_text(), re.MULTILINE)
    half = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-k", "accepted", "--contract-coverage", *limit, *processes
    )
    assert half.ret == 1
    half.stdout.fnmatch_lines(
        ["missing: *hash_lock.scrypt:* never refused", "FAIL: 50.00 % covered, required are 100 %"]
    )


@PROCESSES
def test_the_probe_is_that_of_all_processes(pytester: pytest.Pytester, processes: list[str]) -> None:
    pytester.makepyfile(
        COVERED
        + """
    def test_accepted_too(chain):
        chain.spend(lock(chain), "unlock", b"secret").to(key("bob"), 800).to(key("carol"), 100).send()
    """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--contract-probe", *processes)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*probe of contracts*",
            "HashLock.unlock, 2 calls",
            "  open to anyone:",
            "    all outputs, 2 of 2 calls, test_the_probe_is_that_of_all_processes.py::test_accepted",
            "    also more inputs, version",
        ]
    )


def test_the_probe_of_no_call_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--contract-probe")
    result.stdout.fnmatch_lines(["no call through `penstock.testing` was accepted"])


def test_a_test_that_binds_too_little_fails_in_words(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import hashlib
        import penstock
        from penstock.testing import binds, key

        @binds("outputs", except_="value of output 0")
        def test_it(chain):
            lock = chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(b"secret").digest())
            chain.spend(chain.fund(lock, 1000), "unlock", b"secret").to(key("bob"), 900).send()
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "HashLock.unlock leaves open to anyone: script of output 0 (a stranger's)" in text
    assert "penstock/testing/probe" not in text


def test_coverage_without_contracts_and_without_a_place_to_write(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--contract-coverage")
    result.stdout.fnmatch_lines(["no contract was called through `penstock.testing`"])
    assert result.ret == 0
    places = "--contract-coverage=term,json:no/folder/x.json,html:pages"
    refused = pytester.runpytest_subprocess("-p", "no:cacheprovider", places)
    assert refused.ret == pytest.ExitCode.TESTS_FAILED
    refused.assert_outcomes(passed=1)
    refused.stdout.fnmatch_lines(
        ["FAIL: --contract-coverage=json: cannot write no/folder/x.json: No such file*", "html: pages/index.html"]
    )
    assert "\njson: " not in refused.stdout.str()


def test_the_plugin_needs_neither_xdist_nor_cov(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(COVERED)
    result = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:pytest_cov", "--contract-coverage")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*hash_lock.scrypt * 2/2 * 2/2 * 100 %"])


@pytest.mark.long
def test_coverage_adds_to_the_last_run_on_demand(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(COVERED)
    pytester.runpytest_subprocess("-k", "accepted", "--contract-coverage").stdout.fnmatch_lines(["all * 50 %"])
    both = pytester.runpytest_subprocess("-k", "refused", "--contract-coverage-append")
    both.stdout.fnmatch_lines(["all * 100 %"])
    alone = pytester.runpytest_subprocess("-k", "refused", "--contract-coverage")
    alone.stdout.fnmatch_lines(["never accepted: HashLock.unlock*", "all * 50 %"])
    without = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--contract-coverage-append")
    assert without.ret == pytest.ExitCode.USAGE_ERROR
    without.stderr.fnmatch_lines(["*leave out -p no:cacheprovider*"])


def test_pages_are_written_and_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(COVERED)
    result = pytester.runpytest_subprocess("--contract-coverage=html:out/pages")
    result.stdout.fnmatch_lines(["html: out/pages/index.html"])
    names = {page.name for page in (pytester.path / "out" / "pages").iterdir()}
    assert len(names) == 2
    assert "index.html" in names


def test_a_report_that_there_is_not_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(COVERED)
    for wrong in ("pdf", "term:file", "term,", "test_something.py"):
        result = pytester.runpytest_subprocess(f"--contract-coverage={wrong}")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*there are term, html*FOLDER*write --contract-coverage=term*"])


def test_the_plugin_loads_no_compiler(pytester: pytest.Pytester) -> None:
    """Every run of pytest in an environment with Penstock loads it."""
    pytester.makepyfile("import sys\ndef test_it(): assert not {'penstock.testing.chain', 'lark'} & set(sys.modules)")
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly").assert_outcomes(passed=1)


IN_A_PROJECT = """
    from penstock.testing import key

    def test_it(chain):
        coin = chain.fund(chain.contract("contracts/small.scrypt"), 1000)
        chain.spend(coin, "open", 4).to(key("bob"), 900).send()
"""
SMALL = """import "@limits/least.scrypt";

contract Small {
    public function open(int x) { require(Least.fits(x)); }
}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project whose contract imports from a folder by a remapping."""
    settings = '[tool.penstock.remappings]\n"@limits" = "libraries"\n'
    for name, text in (
        ("pyproject.toml", settings),
        ("contracts/small.scrypt", SMALL),
        ("libraries/least.scrypt", "library Least { static function fits(int x) : bool { return x > 3; } }"),
    ):
        file = pytester.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    pytester.makepyfile(IN_A_PROJECT)
    return pytester


def test_contracts_are_compiled_by_the_settings_of_their_project(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@PROCESSES
def test_lcov_names_the_files_that_there_are(project: pytest.Pytester, processes: list[str]) -> None:
    project.runpytest_subprocess("-p", "no:cacheprovider", "--contract-coverage=lcov:x.info", *processes)
    rows = (project.path / "x.info").read_text().splitlines()
    files = [row.removeprefix("SF:") for row in rows if row.startswith("SF:")]
    assert [(project.path / file).resolve() for file in files] == [
        (project.path / name).resolve() for name in ("contracts/small.scrypt", "libraries/least.scrypt")
    ]


@pytest.mark.skipif(shutil.which("genhtml") is None, reason="genhtml, of the package lcov, is not installed")
def test_genhtml_makes_pages_of_it(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("-p", "no:cacheprovider", "--contract-coverage=lcov:x.info")
    result = project.run("genhtml", "--branch-coverage", "-o", "pages", "x.info")
    assert result.ret == 0, result.stderr.str()
    assert "branches" in result.stdout.str()
    assert list((project.path / "pages").rglob("small.scrypt.gcov.html"))
