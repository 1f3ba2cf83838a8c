"""Contracts with state on the command line: spent, passed on, ground for, and read back from their scripts."""

import json
from pathlib import Path

import pytest

import penstock
from penstock import PREIMAGE, Spend
from penstock.artifact.artifact import Struct
from penstock.script.hashes import hash160
from tests.support.command_line import ALICE, ALICE_KEY, BOB, BOB_KEY, Run
from tests.support.spending.hand_made import parameters, remade
from tests.support.spending.push_tx import optimal_contract

COUNTER = str(penstock.bundled("counter"))
SHARES = str(penstock.bundled("shares"))
PLACES = remade(
    "<start.x><start.y><limits[0]><limits[1]>6d6d51",
    "Point start, int[2] limits",
    "Places",
    {"move": "Point to, int[2] limits, SigHashPreimage preimage"},
    structs=(Struct("Point", parameters("int x, bytes y")),),
    state_properties=parameters("Point[1] path, bool done"),
)
OPTIMAL = remade("<Tx.check_.type>75" + optimal_contract().hex(), "", "Optimal", {"unlock": "SigHashPreimage preimage"})


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    for artifact in (PLACES, OPTIMAL):
        (tmp_path / f"{artifact.contract.lower()}.json").write_text(artifact.to_json())
    return invoke


# Run ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [[], ["--state", "count=41"]], ids=["genesis", "later"])
def test_a_transition(run: Run, state: list[str]) -> None:
    now = 41 if state else 5
    words = ["run", COUNTER, "increment", "preimage", "--set", "count=5", *state]
    accepted = run(*words, "--next", f"count={now + 1}", "--json")
    assert accepted.exit_code == 0, accepted.output
    facts = json.loads(accepted.stdout)
    tx = penstock.Transaction.parse(bytes.fromhex(facts["transaction"]))
    found = penstock.compile_file(COUNTER).match(tx.outputs[0].script)
    assert found is not None
    assert (found.state, tx.outputs[0].value) == ({"count": now + 1}, 1000)
    refused = run(*words, "--next", f"count={now + 2}")
    assert refused.exit_code == 1
    assert "OWN_OUTPUT" in refused.stdout


def test_the_next_instance_among_other_outputs(run: Run) -> None:
    words = ["run", COUNTER, "increment", "preimage", "--set", "count=5", "--next", "count=6"]
    words += ["--value", "1003"]
    assert run(*words, "--output", "1003:next", "--output", "0:51").exit_code == 0
    assert run(*words, "--output", "0:51", "--output", "1003:next").exit_code == 1
    assert run(*words, "--output", "1002:next").exit_code == 1


def test_the_hash_type_can_be_told(run: Run) -> None:
    words = ["--set", "count=5", "--next", "count=6"]
    assert run("run", COUNTER, "increment", "preimage:SINGLE|ANYONECANPAY", *words).exit_code == 0
    told = run("run", COUNTER, "increment", "preimage:ALL", *words)
    assert told.exit_code == 1
    assert "the given preimage differs" in told.stdout


def test_grinding_and_variables_of_inline_assembly(run: Run) -> None:
    words = ["run", "optimal.json", "unlock", "preimage", "--asm", "Tx.check_.type=0x41"]
    codes = {run(*words, "--lock-time", str(100 * number)).exit_code for number in range(12)}
    assert codes == {0, 1}
    for number in range(4):
        assert run(*words, "--lock-time", str(100 * number), "--grind").exit_code == 0


def test_structs_and_arrays_as_text_or_json(run: Run) -> None:
    words = ["run", "places.json", "move"]
    settings = ["--set", 'start={"x": 1, "y": "0x00"}', "--set", "limits=[1, 2]", "--rules", "bsv-consensus"]
    by_json = run(*words, '{"x": 1, "y": "text:a"}', "[3, 4]", "preimage", *settings, "--json")
    by_text = run(*words, "{x=1, y=text:a}", "[3, 4]", "preimage", *settings, "--json")
    assert (by_json.exit_code, json.loads(by_json.stdout)) == (0, json.loads(by_text.stdout))
    script = bytes.fromhex(json.loads(by_json.stdout)["locking_script"])
    assert script == PLACES.instantiate({"x": 1, "y": b"\x00"}, [1, 2]).locking_script


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--state", "number=5"], "error: Counter has no state property 'number'; there are count"),
        (["--next", "count=0x0g"], "error: count: expected int as a decimal or 0x… number, got '0x0g'"),
        (["--next", "count"], "'count' is not NAME=VALUE"),
        (["--output", "9:next"], "9:next needs --next"),
        (["--output", "9:nxt"], "'9:nxt' is neither SATOSHIS:HEX, SATOSHIS:p2pkh:KEY, nor SATOSHIS:next"),
        (["--asm", "a.b.c=0x"], "error: --asm: expected no variables: it has none, got 'a.b.c'"),
    ],
)
def test_what_cannot_be_used_is_named(run: Run, words: list[str], message: str) -> None:
    result = run("run", COUNTER, "increment", "preimage", "--set", "count=5", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_preimage_is_for_calls(run: Run) -> None:
    result = run("run", COUNTER, "increment", "preimage", "--set", "count=preimage")
    assert result.exit_code == 2


# Maps -----------------------------------------------------------------------------------------------------------------

HOLDERS = [f"hash160:pub:{key}" for key in (ALICE_KEY, BOB_KEY)]
TERMS = ["--set", f"registrar=pub:{ALICE_KEY}", "--set", "limit=100", "--set", "term=900000", "--set", "issued=0"]
SIGNED = f"sig:{ALICE_KEY}:SINGLE|ANYONECANPAY"


def issue(holder: str, held: int, number: int) -> list[str]:
    """The words that issue shares to a holder, who has some already."""
    return [
        "run",
        SHARES,
        "issue",
        f"{{holder=item:register:{holder}, shares={held}}}",
        str(number),
        SIGNED,
        "preimage",
    ]


def test_a_map_is_spent_and_handed_on(run: Run) -> None:
    """From an empty one, and from one with a state; the same call with another map after it is refused."""
    alice, bob = HOLDERS
    first = [*issue(alice, 0, 60), *TERMS, "--set", "register={}", "--next", "issued=60"]
    assert run(*first, "--next", f"register={{{alice}=60}}").exit_code == 0
    assert run(*first, "--next", f"register={{{alice}=61}}").exit_code == 1
    assert run(*first, "--next", f"register={{{bob}=60}}").exit_code == 1
    state = [
        "--set",
        "register={}",
        "--state",
        f"register={{{alice}=60}}",
        "--state",
        "issued=60",
        "--next",
        "issued=90",
    ]
    later = run(*issue(bob, 0, 30), *TERMS, *state, "--next", f"register={{{bob}=30, {alice}=60}}", "--json")
    assert later.exit_code == 0
    more = [*issue(alice, 60, 30), *TERMS, *state, "--next", f"register={{{alice}=90}}"]
    assert run(*more).exit_code == 0
    assert run(*issue(alice, 61, 30), *more[7:]).exit_code == 1
    found = penstock.compile_file(SHARES).match(
        penstock.Transaction.parse(bytes.fromhex(json.loads(later.stdout)["transaction"])).outputs[0].script
    )
    assert found is not None
    held = {hash160(ALICE.public_key): 60, hash160(BOB.public_key): 30}
    assert found.state["register"] == {"_data": penstock.HashedMap(held).data}


def test_an_item_needs_a_map_that_was_typed(run: Run) -> None:
    result = run(*issue(HOLDERS[0], 0, 60), *TERMS, "--set", "register={_data=0x}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "to.holder: expected item:MAP:KEY with a map of --set or --state (none), got 'item:register:" in result.stderr
    )


# Inspect --------------------------------------------------------------------------------------------------------------


def test_a_script_is_read_back(run: Run) -> None:
    contract = PLACES.instantiate({"x": 1, "y": b"\x00"}, [1, 2])
    later = contract.with_state(path=[{"x": -5, "y": b"abc"}], done=True)
    shown = run("inspect", "places.json", "--script", later.locking_script.hex())
    assert shown.stdout == (
        'Places\n\narguments:\n  start.x    1\n  start.y    "0x00"\n  limits[0]  1\n  limits[1]  2\n'
        '\nstate:\n  path  [{"x": -5, "y": "0x616263"}]\n  done  true\n'
    )
    facts = json.loads(run("inspect", "places.json", "--script", f"0x{later.locking_script.hex()}", "--json").stdout)
    assert facts == {
        "contract": "Places",
        "genesis": False,
        "arguments": {"start.x": 1, "start.y": "0x00", "limits[0]": 1, "limits[1]": 2},
        "state": {"path": [{"x": -5, "y": "0x616263"}], "done": True},
    }


def test_a_fresh_one_has_the_state_of_its_arguments_if_anybody_knows(run: Run) -> None:
    fresh = penstock.compile_file(COUNTER).instantiate(7)
    shown = run("inspect", COUNTER, "--script", fresh.locking_script.hex())
    assert "state (no transition yet: that of the constructor):\n  count  7" in shown.stdout
    unknown = PLACES.instantiate({"x": 1, "y": b""}, [1, 2]).locking_script.hex()
    facts = json.loads(run("inspect", "places.json", "--script", unknown, "--json").stdout)
    assert (facts["genesis"], facts["state"]) == (True, {})


def test_assembly_and_data_are_shown_too(run: Run) -> None:
    contract = OPTIMAL.instantiate(asm={"Tx.check_.type": b"\x41"}).with_data(b"\x01\x02")
    shown = run("inspect", "optimal.json", "--script", contract.locking_script.hex())
    assert 'assembly:\n  Tx.check_.type  "0x41"' in shown.stdout
    assert 'data:\n  bytes  "0x0102"' in shown.stdout


def test_what_is_no_script_of_it_is_named(run: Run) -> None:
    fresh = penstock.compile_file(COUNTER).instantiate(7).with_state(count=8).locking_script
    for script, message in (
        (b"\x51" + fresh, "its code differs"),
        (fresh[:-6] + b"\x07" + fresh[-5:-5] + fresh[-5:], None),
        (fresh[:-1] + b"\x01", "state: version at byte"),
        (fresh[:-5] + b"\x09" + fresh[-4:], "state: code at byte"),
    ):
        result = run("inspect", COUNTER, "--script", script.hex())
        if message is None:
            assert result.exit_code == 0
            continue
        assert (result.exit_code, result.stdout) == (1, "")
        assert message in result.stderr
    assert "--script needs a contract" in run("inspect", "51", "--script", "51").stderr
    assert "'5g' is neither a file nor hex" in run("inspect", COUNTER, "--script", "5g").stderr


def test_the_spend_of_the_command_is_the_one_of_the_api(run: Run) -> None:
    told = run("run", COUNTER, "increment", "preimage", "--set", "count=5", "--next", "count=6", "--json")
    contract = penstock.compile_file(COUNTER).instantiate(5)
    spend = Spend(contract, outputs=[(1000, contract.with_state(count=6).locking_script)])
    tx = spend.transaction(spend.call("increment", PREIMAGE))
    assert json.loads(told.stdout)["transaction"] == tx.serialize().hex()
