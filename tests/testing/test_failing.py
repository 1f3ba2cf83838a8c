"""Reports of failing tests: the call, its trace, and a case that `penstock verify` judges and explains again."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import penstock
from penstock.cli.root import root
from penstock.testing import Chain, Sent, key
from penstock.testing.failing.cases import Case, CaseFileError, case_text, read_case
from penstock.testing.failing.failures import failure_of
from tests.support.processes import PROCESSES

pytest_plugins = ["pytester"]

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
SECRET = b"open sesame"
FORMS = [("bsv", None), ("btc", None), ("btc", "p2sh"), ("btc", "p2sh-p2wsh"), ("btc", "p2tr")]
TESTS = """
    import hashlib
    import penstock
    from penstock.testing import key, refuses

    def coin(chain):
        return chain.fund(chain.contract(penstock.bundled("hash_lock"), hashlib.sha256(b"secret").digest()), 1000)

    def test_raises(chain):
        chain.spend(coin(chain), "unlock", b"guess").to(key("bob"), 900).send()

    def test_asserts(chain):
        assert chain.spend(coin(chain), "unlock", b"guess").to(key("bob"), 900).try_send()

    def test_compares(chain):
        sent = chain.spend(coin(chain), "unlock", b"guess").to(key("bob"), 900).try_send()
        assert sent.rule is None

    def test_accepts_too_much(chain):
        with refuses("sha256"):
            chain.spend(coin(chain), "unlock", b"secret").to(key("bob"), 900).send()

    def test_without_a_contract():
        assert False

    def test_passes(chain):
        chain.spend(coin(chain), "unlock", b"secret").to(key("bob"), 900).send()
"""


def verify(*words: str) -> Result:
    return CliRunner().invoke(root, ["verify", *words])


def sent(target: str, wrap: str | None, signer: object) -> tuple[Chain, Sent]:
    chain = Chain(target, wrap=wrap)
    contract = chain.contract(penstock.bundled("hash_lock_choice"), ALICE, BOB, penstock.hash256(b""))
    coin, fee = chain.fund(contract, 2000), chain.coin(CAROL, 5000)
    return chain, chain.spend(fee).spend(coin, "unlock", signer, SECRET).to(ALICE, 2000).change(CAROL).try_send()


def case_of(chain: Chain, result: Sent) -> Case:
    (judged,) = result.calls
    return Case("test_it", judged.spend, judged.call, result.tx, chain.ledger.rules)


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_a_case_is_judged_and_explained_as_before(target: str, wrap: str | None) -> None:
    for signer, accepted in ((BOB, True), (ALICE, False)):
        chain, result = sent(target, wrap, signer)
        assert bool(result) == accepted
        case = case_of(chain, result)
        read = read_case(case_text(case, str(result.reason)))
        assert (read.tx, read.call, read.test) == (case.tx, case.call, "test_it")
        again = read.judged()
        assert bool(again.verdict) == accepted
        failure = failure_of(again)
        assert (failure is None) == accepted
        if failure is not None and result.failure is not None:
            assert list(failure.lines()) == list(result.failure.lines())


def test_a_damaged_case_is_refused_by_the_field() -> None:
    chain, result = sent("bsv", None, ALICE)
    text = case_text(case_of(chain, result), "")
    document = json.loads(text)
    wrong: list[tuple[object, str]] = [
        ("{", "not JSON"),
        ("[]", "expected an object"),
        ({**document, "penstock_case": 2}, "form 2"),
        ({**document, "tx": "zz"}, "field tx: expected bytes in hex"),
        ({**document, "tx": document["tx"][:-2]}, "not a case"),
        ({**document, "input": 5}, "field input"),
        ({**document, "items": [1]}, r"field items\[0\]"),
        ({**document, "function": "lock"}, "lock"),
        ({**document, "locking_script": "51"}, "field locking_script"),
        ({**document, "rules": "SOME"}, "SOME"),
        ({**document, "wrap": "p2wsh"}, "wrap: "),
        ({**document, "artifact": {}}, "field"),
        ({**document, "spent": document["spent"][:1]}, "1 spent output"),
        ({**document, "spent": [document["spent"][0]] * 2}, "field spent"),
        *(({name: value for name, value in document.items() if name != gone}, f"{gone}") for gone in ("tx", "items")),
    ]
    for damaged, told in wrong:
        with pytest.raises(CaseFileError, match=told):
            read_case(damaged if isinstance(damaged, str) else json.dumps(damaged))


def test_verify_judges_a_case(tmp_path: Path) -> None:
    chain, result = sent("bsv", None, ALICE)
    file = tmp_path / "case.json"
    file.write_text(case_text(case_of(chain, result), str(result.reason)))
    told = verify("--case", str(file))
    assert told.exit_code == 1
    assert told.stdout.startswith("refused: HashLockChoice.unlock of test_it, input 1\n")
    assert "checkSig(sig, sha256(secret) == this.digest ? this.payee : this.payer)" in told.stdout
    facts = json.loads(verify("--case", str(file), "--json", "--trace").stdout)
    assert facts["require"].startswith("require(checkSig(")
    assert facts["trace"]
    assert facts["accepted"] is False
    accepted = case_of(*sent("bsv", None, BOB))
    file.write_text(case_text(accepted, ""))
    assert verify("--case", str(file)).exit_code == 0
    file.write_text("{}")
    assert "penstock_case: missing" in verify("--case", str(file)).stderr
    assert "give only --trace or --json" in verify("00", "--case", str(file)).stderr
    assert "Missing argument" in verify().stderr


def test_a_failing_test_shows_the_call_whatever_its_form(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(failed=5, passed=1)
    reports = re.split(r"^_{3,} (test_\w+) _{3,}$", result.stdout.str(), flags=re.MULTILINE)
    by_test = dict(zip(reports[1::2], reports[2::2], strict=True))
    for name in ("test_raises", "test_asserts", "test_compares"):
        text = by_test[name]
        assert text.count("require(sha256(preimage) == this.digest);") == 1
        assert "preimage  5 bytes 6775657373" in text
        (file,) = re.findall(r"^penstock verify --case (\S+)$", text, re.MULTILINE)
        assert verify("--case", str(pytester.path / file)).exit_code == 1
        assert "trace of" not in text
    assert "nothing was refused, expected: 'sha256'" in by_test["test_accepts_too_much"]
    assert "penstock verify --case" in by_test["test_accepts_too_much"]
    assert "--case" not in by_test["test_without_a_contract"].split("short test summary")[0]
    assert "/penstock/testing/" not in "".join(by_test.values())


def test_verbosity_shows_steps_and_opcodes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    steps = pytester.runpytest_subprocess("-vv", "-k", "raises").stdout.str()
    assert re.search(r"require\(sha256\(preimage\) == this\.digest\); +refused", steps)
    assert "OP_SHA256" not in steps
    opcodes = pytester.runpytest_subprocess("-vvv", "-k", "raises", "-p", "no:cacheprovider").stdout.str()
    assert "OP_SHA256" in opcodes
    assert "--case" not in opcodes


@PROCESSES
def test_expressions_are_traced_without_touching_the_contract(pytester: pytest.Pytester, processes: list[str]) -> None:
    pytester.makepyfile(TESTS)
    expressions = ["--contract-trace", "len(preimage) * 2", "--contract-trace", "nosuch", "--contract-trace", "1 +"]
    result = pytester.runpytest_subprocess("-k", "passes", *expressions, *processes)
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [
            r"=+ values in contracts =+",
            r".*::test_passes",
            r"  hash_lock\.scrypt:\d+ HashLock\.unlock  len\(preimage\) \* 2 = 12",
            "nosuch has no value in any function that was called",
        ]
    )
