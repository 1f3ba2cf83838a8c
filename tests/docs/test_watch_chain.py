"""docs/watch-chain.md: its first command runs, its options and kinds are those of the program, its units are sound."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.cli.root import root
from penstock.service.chain.alarms import AlarmKind
from penstock.service.chain.sources import KINDS
from penstock.service.seed.seed_file import write_seed
from penstock.service.store.store import Store
from tests.support.chain_servers.trial import trial_at

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "watch-chain.md").read_text("utf-8")
UNITS = sorted((ROOT / "examples" / "systemd").glob("*.service"))


def test_the_first_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", "words")
    write_seed(Path("seed.json"), bytes(16), "words", 4)
    Store.open("channels.db", create=True).close()
    command = re.findall(r"^    penstock (watch-chain .*)$", PAGE, re.MULTILINE)[0]
    with trial_at(BSV_REGTEST) as trial:
        done = CliRunner().invoke(root, shlex.split(command.replace("http://127.0.0.1:3001", trial.url)))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "0 channels to watch" in done.stdout


def test_options_that_are_named_are_there() -> None:
    commands = (["watch-chain"], ["channel", "export-watch"])
    helps = "".join(CliRunner().invoke(root, [*each, "--help"]).stdout for each in commands)
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)):
        assert re.search(rf"{option}\b", helps), option


def test_each_kind_of_alarm_and_source_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z][a-z-]*)` \|", PAGE, re.MULTILINE)
    assert rows == [each.name.lower().replace("_", "-") for each in AlarmKind]
    assert re.findall(r"^\| `(\w+)\+https?://", PAGE, re.MULTILINE) == list(KINDS)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_name_options_that_are_there(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # names keep their case
    parser.read_string(re.sub(r"\\\n", " ", unit.read_text("utf-8")))
    words = shlex.split(parser["Service"]["ExecStart"])
    assert words[1] == "watch-chain"
    helps = CliRunner().invoke(root, ["watch-chain", "--help"]).stdout
    assert all(re.search(rf"{each}\b", helps) for each in words if each.startswith("--"))
    sources = [each.partition("+")[0] for each in words if "+http" in each]
    assert len(sources) == 2
    assert set(sources) <= set(KINDS)
    assert parser["Service"]["NoNewPrivileges"] == "yes"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_sound(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text("utf-8").replace("/opt/penstock/bin/penstock", shutil.which("true") or "/bin/true")
    copy = tmp_path / unit.name
    copy.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
