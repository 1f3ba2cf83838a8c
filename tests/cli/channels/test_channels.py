"""Commands on a store, as a user runs them: on the stores of a channel in the middle of a stream."""

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.transactions.outputs import key_script
from penstock.cli.commands.channel import STORED
from penstock.cli.root import root
from penstock.service.seed import seed_file
from penstock.service.seed.seed_file import read_seed
from penstock.service.seed.words import entropy_of
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import Transaction
from tests.support.channels.seeded_stage import LOW_COST, PASSPHRASE, Seeded, seeded
from tests.support.channels.stored_stage import rows_of
from tests.support.command_line import Run

NETWORKS = [BSV_REGTEST, BTC_REGTEST]


@pytest.fixture(params=NETWORKS, ids=lambda network: network.name)
def streamed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    network: Network = request.param
    found = seeded(network, tmp_path, monkeypatch)
    found.stage.close()
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", PASSPHRASE)
    return found


@pytest.fixture
def on_bsv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    found = seeded(BSV_REGTEST, tmp_path, monkeypatch)
    found.stage.close()
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", PASSPHRASE)
    return found


def facts(result: Result) -> dict[str, list[dict[str, object]]]:
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


# Seeds ----------------------------------------------------------------------------------------------------------------


def test_a_new_seed_and_its_words(invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_file.write_seed, "__defaults__", (LOW_COST,))
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\nnot this\n")
    made = invoke("channel", "new-seed", "seed.json", "--words", "12", "--passphrase-file", "passphrase")
    assert (made.exit_code, made.stderr, len(made.stdout.split())) == (0, "", 12)
    entropy = entropy_of(made.stdout)
    assert read_seed(tmp_path / "seed.json", PASSPHRASE) == entropy
    refused = invoke("channel", "new-seed", "seed.json")
    assert (refused.exit_code, refused.stderr) == (2, "error: seed.json is there already: it is not written over\n")
    typed = CliRunner().invoke(root, ["channel", "enter-seed", "again.json"], input=f"{made.stdout}new\nnew\n")
    assert (typed.exit_code, typed.stdout) == (0, ""), typed.stderr
    assert read_seed(tmp_path / "again.json", "new") == entropy
    wrong = CliRunner().invoke(root, ["channel", "enter-seed", "third.json"], input="abandon about\n")
    assert wrong.exit_code == 2
    assert "error: a seed has 12 or 24 words, not 2" in wrong.stderr
    assert not (tmp_path / "third.json").exists()
    assert len(invoke("channel", "new-seed", "long.json", "--passphrase-file", "passphrase").stdout.split()) == 24


def test_a_wrong_passphrase(invoke: Run, on_bsv: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", "wrong")
    for command in (
        ("export-refund", on_bsv.where("payer"), on_bsv.front),
        ("export-watch", on_bsv.where("payer"), on_bsv.front),
        ("export-recovery", on_bsv.where("payer"), "there"),
        ("restore", "new.db", str(on_bsv.seeds["payer"])),
    ):
        result = invoke("channel", *command, "--seed", str(on_bsv.seeds["payer"]))
        assert result.exit_code == 2
        assert result.stderr.endswith("payer-seed.json: wrong passphrase, or the file has changed\n")
    monkeypatch.delenv("PENSTOCK_PASSPHRASE")
    asked = CliRunner().invoke(
        root,
        ["channel", "export-refund", on_bsv.where("payer"), on_bsv.front, "--seed", str(on_bsv.seeds["payer"])],
        input=f"{PASSPHRASE}\n",
    )
    assert asked.exit_code == 0, asked.stderr


# The operator ---------------------------------------------------------------------------------------------------------


def test_the_list(invoke: Run, streamed: Seeded) -> None:
    shown = invoke("channel", "list", streamed.where("payee"))
    (head, row) = shown.stdout.splitlines()
    assert head.split() == ["channel", "side", "phase", "state", "bound", "capacity", "expiry", "network"]
    assert row.split()[1:4] == ["payee", "open", "3"]
    (one,) = json.loads(invoke("channel", "list", streamed.where("payer"), "--json").stdout)
    assert one["channel"] == streamed.stage.a.channel.hex()
    assert (one["role"], one["phase"], one["state"], one["close_only"]) == ("payer", "open", 3, False)
    assert one["bound"] > streamed.stage.base + 300


def test_a_channel_that_cannot_be_read_is_in_the_list(invoke: Run, on_bsv: Seeded) -> None:
    rows_of(Path(on_bsv.where("payee")), "UPDATE state SET data = zeroblob(100)")
    shown = invoke("channel", "list", on_bsv.where("payee"))
    assert (shown.exit_code, "damaged: a row has changed since it was written" in shown.stdout) == (0, True)
    (one,) = json.loads(invoke("channel", "list", on_bsv.where("payee"), "--json").stdout)
    assert "damaged" in one["error"]


def test_a_restored_store(invoke: Run, on_bsv: Seeded) -> None:
    where = on_bsv.where("payee")
    told = invoke("channel", "restored", where)
    assert told.stdout == "1 channels of the payee may only be closed; the epoch is 2\n"
    assert "may only be closed" in invoke("channel", "list", where).stdout
    closing = invoke("channel", "close", where)
    assert closing.stdout == "1 channels are to be closed at the next height\n"
    assert "is to be closed" in invoke("channel", "list", where).stdout
    refused = CliRunner().invoke(root, ["channel", "trust", where], input="n\n")
    assert refused.exit_code == 1
    assert "may only be closed" in invoke("channel", "list", where).stdout
    assert invoke("channel", "trust", where, "--yes").stdout == "1 channels of the payee may sell\n"
    assert "may only be closed" not in invoke("channel", "list", where).stdout


def test_a_missing_marker_is_told_with_any_command(invoke: Run, on_bsv: Seeded) -> None:
    Path(on_bsv.where("payee") + "-marker").unlink()
    shown = invoke("channel", "list", on_bsv.where("payee"))
    assert shown.stderr == (
        "warning: the store was restored: its marker is missing or damaged, as beside a copy; channels of the payee may"
        " only be closed\n"
    )
    assert "may only be closed" in shown.stdout


def test_one_channel_is_closed_by_the_front_of_its_id(invoke: Run, on_bsv: Seeded) -> None:
    assert invoke("channel", "close", on_bsv.where("payee")).stdout.startswith("0 channels")
    assert invoke("channel", "close", on_bsv.where("payee"), on_bsv.front.upper()).stdout.startswith("1 channels")
    for front, reason in (("00000000", "no channel of the payee"), (on_bsv.front[:3], "fewer than 4 digits")):
        wrong = invoke("channel", "close", on_bsv.where("payee"), front)
        assert wrong.exit_code == 2
        assert f"CHANNEL: '{front}' is the front of {reason}" in wrong.stderr


def test_a_limit(invoke: Run, on_bsv: Seeded) -> None:
    where = on_bsv.where("payer")
    assert invoke("channel", "limit", where, "payer", "bsv:regtest", "5000").stdout == (
        "channels of the payer on bsv:regtest bind 5,000 satoshis at most\n"
    )
    assert rows_of(Path(where), "SELECT most, used FROM budget") == [(5000, on_bsv.stage.base + 301)]
    assert "any number" in invoke("channel", "limit", where, "payer", "bsv:regtest").stdout
    assert rows_of(Path(where), "SELECT * FROM budget") == []
    for wrong in (("payer", "moon", "1"), ("thief", "bsv:regtest", "1"), ("payer", "bsv:regtest", "-1")):
        assert invoke("channel", "limit", where, *wrong).exit_code == 2


def test_a_store_that_is_not_there(invoke: Run, tmp_path: Path) -> None:
    for command in ("list", "restored", "close"):
        result = invoke("channel", command, "none.db")
        assert (result.exit_code, result.stderr) == (2, "error: none.db: the store does not exist\n")
    (tmp_path / "empty.db").touch()
    assert invoke("channel", "list", "empty.db").stdout == "no channels\n"


# The ways back --------------------------------------------------------------------------------------------------------


def test_the_payers_refund(invoke: Run, streamed: Seeded) -> None:
    command = ("export-refund", streamed.where("payer"), streamed.front, "--seed", str(streamed.seeds["payer"]))
    first = facts(invoke("channel", *command, "--json"))["transactions"][0]
    terms = streamed.stage.a.terms
    assert (first["name"], first["height"]) == ("refund of the funding", terms.expiry)
    raw = bytes.fromhex(str(first["transaction"]))
    transaction = Transaction.parse(raw, segwit=terms.rules.chain.has_witness)
    ledger = streamed.stage.ledger
    ledger.mine(terms.expiry - ledger.height)
    assert ledger.submit(transaction)
    ledger.mine()
    assert streamed.stage.value_of(key_script(terms, terms.payer.payout)) > 95_000
    text = invoke("channel", *command)
    assert str(first["transaction"]) in text.stdout
    assert str(first["txid"]) in text.stdout
    assert f"refund of the funding: once block {terms.expiry:,} is mined; if the funding is not spent" in text.stdout
    dear = facts(invoke("channel", *command, "--json", "--rate", "20000"))["transactions"][0]
    assert dear["transaction"] != first["transaction"]


def test_the_watchers_copy(invoke: Run, streamed: Seeded) -> None:
    command = ("export-watch", streamed.where("payee"), streamed.front, "--seed", str(streamed.seeds["payee"]))
    copy = json.loads(invoke("channel", *command, "--json").stdout)
    has_witness = streamed.stage.a.terms.rules.chain.has_witness
    for each in copy["transactions"]:
        transaction = Transaction.parse(bytes.fromhex(each["transaction"]), segwit=has_witness)
        assert streamed.stage.ledger.submit(transaction)
        streamed.stage.ledger.mine()
    text = invoke("channel", *command).stdout
    assert ("claim" in copy) == (not has_witness) == ("to sign the claim anew" in text)
    if not has_witness:
        claim_key = PrivateKey.from_wif(copy["claim"]["claim_key"])
        assert claim_key.public_key == streamed.stage.a.terms.payee.claim
        assert copy["claim"]["claim_key"] in text
    assert not re.search(r"claim_key|sold_key", text if has_witness else "")


def test_recovery_from_seed_and_files(invoke: Run, streamed: Seeded, tmp_path: Path) -> None:
    for role in ("payer", "payee"):
        seed = ("--seed", str(streamed.seeds[role]))
        for _ in range(2):
            written = invoke("channel", "export-recovery", streamed.where(role), f"files-{role}", *seed)
            assert written.stdout == f"1 recovery files in files-{role}\n", "an older file is replaced"
        (file,) = (tmp_path / f"files-{role}").iterdir()
        restored = invoke("channel", "restore", f"new-{role}.db", str(file), *seed)
        assert restored.stdout == f"{streamed.stage.a.channel.hex()}  {role}  state 3\n"
        (one,) = json.loads(invoke("channel", "list", f"new-{role}.db", "--json").stdout)
        assert (one["state"], one["close_only"]) == (3, role == "payee")
        again = invoke("channel", "restore", f"new-{role}.db", str(file), *seed)
        assert again.exit_code == 2
        assert "is in the store already" in again.stderr
    refund = ("export-refund", "new-payer.db", streamed.front, "--seed", str(streamed.seeds["payer"]))
    assert facts(invoke("channel", *refund, "--json"))["transactions"][0]["name"] == "refund of the funding"
    watch = ("export-watch", "new-payee.db", streamed.front, "--seed", str(streamed.seeds["payee"]))
    assert len(facts(invoke("channel", *watch, "--json"))["transactions"]) == 2


def test_a_file_that_is_not_one_restores_nothing(invoke: Run, on_bsv: Seeded, tmp_path: Path) -> None:
    seed = ("--seed", str(on_bsv.seeds["payer"]))
    (tmp_path / "other").write_bytes(b"penstock recovery 1\n" + bytes(100))
    for file, reason in (
        (str(on_bsv.seeds["payer"]), "not a recovery file"),
        ("other", "of another seed, or one that"),
    ):
        result = invoke("channel", "restore", "new.db", file, *seed)
        assert result.exit_code == 2
        assert f"error: {file}: " in result.stderr
        assert reason in result.stderr
    assert invoke("channel", "restore", "new.db", "nowhere", *seed).exit_code == 2
    assert not (tmp_path / "new.db").exists()


def test_nothing_to_export_is_a_negative_result(invoke: Run, on_bsv: Seeded) -> None:
    rows_of(Path(on_bsv.where("payee")), "UPDATE state SET sold_key = NULL")
    seed = ("--seed", str(on_bsv.seeds["payee"]))
    result = invoke("channel", "export-watch", on_bsv.where("payee"), on_bsv.front, *seed)
    assert result.exit_code == 1
    assert "the key of state 3 is not in the store" in result.stderr
    other = invoke("channel", "export-watch", on_bsv.where("payee"), on_bsv.front, "--seed", str(on_bsv.seeds["payer"]))
    assert other.exit_code == 2
    assert "has keys of another seed" in other.stderr


# Without the extra ----------------------------------------------------------------------------------------------------


def test_the_help_needs_no_extra(invoke: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("penstock.cli.channels")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    for name in [name for name in sys.modules if name.startswith("penstock.service")]:
        monkeypatch.delitem(sys.modules, name)
    shown = invoke("channel", "--help")
    assert shown.exit_code == 0
    assert all(row.name in shown.stdout and row.summary in shown.stdout for row in STORED)
    assert invoke("channel", "sizes", "--help").exit_code == 0
    missing = invoke("channel", "list", "x.db")
    assert missing.exit_code == 2
    assert missing.stderr == "error: sqlalchemy is not installed: pip install 'penstock[service]'\n"


def test_each_command_has_a_help(invoke: Run) -> None:
    for row in STORED:
        shown = invoke("channel", row.name, "--help")
        assert (shown.exit_code, "Usage: penstock channel" in shown.stdout) == (0, True)
