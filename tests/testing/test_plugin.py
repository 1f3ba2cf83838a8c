"""The plugin is found by pytest itself: the fixture, and the mark that runs a test in several forms."""

import pytest

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


def test_a_form_that_there_is_not_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.forms("moon")
        def test_it(chain): ...
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    assert (
        "unknown form 'moon' of the mark `forms`: bsv or btc, and for btc also a form: bare, p2sh"
        in result.stdout.str()
    )


def test_a_test_without_a_chain_may_have_the_mark(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.forms("bsv")
        def test_it(): ...
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
