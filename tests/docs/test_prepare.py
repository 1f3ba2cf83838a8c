"""docs/prepare.md: its commands run as they stand, one after the other, and its code."""

import re
import shlex
import shutil
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from penstock.cli.root import root
from penstock.service.catalogue import layout
from penstock.service.catalogue.prepared import PreparedTitle
from penstock.service.catalogue.title import _QUALITY, _SIGNED, _TITLE
from penstock.service.media import films
from penstock.service.seed import seed_file
from tests.support.films import film

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "prepare.md").read_text("utf-8")


def test_the_commands_and_the_code_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", "passphrase")
    monkeypatch.setattr(seed_file.write_seed, "__defaults__", (4,))
    film(tmp_path / "high.mp4")
    film(tmp_path / "low.mp4", size="32x24")
    commands = re.findall(r"^    penstock (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 4
    for words in commands:
        done = CliRunner().invoke(root, shlex.split(words))
        assert (done.exit_code, done.stderr) == (0, ""), words
    assert len(PreparedTitle.open("title").qualities[0].leaves) == 12
    assert len(PreparedTitle.open("qualities").qualities) == 2
    page: dict[str, bytes] = {}
    exec(compile("\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)), "prepare.md", "exec"), page)
    (tmp_path / "part.mp4").write_bytes(page["playable"])
    with av.open("part.mp4") as container:
        assert sum(1 for _ in container.decode(video=0)) == 50
    for name in (layout.TITLE, layout.manifest_name(0), layout.leaves_name(0), layout.init_name(0)):
        assert f"`{name}`" in PAGE
        assert Path("title", name).exists()
    assert f"`{layout.ciphertext_name(0, 1)}`" in PAGE


def test_the_tables_are_those_of_the_code() -> None:
    for row, fields in (("signed title", list(_SIGNED)[1:]), ("title", _TITLE), ("quality", _QUALITY)):
        found = re.search(rf"^\| {row} \| (.*)$", PAGE, re.MULTILINE)
        assert found is not None
        assert [name for name in re.findall(r"`(\w+)`", found[1]) if name in fields] == list(fields), row
    for codec in (*films._VIDEO.values(), *films._AUDIO.values()):
        assert re.search(rf"^\| codecs other than .*{re.escape(codec)}", PAGE, re.MULTILINE), codec
