"""`penstock compile` over the bundled contracts, a whole process: everything anew, and with all in the cache.

The proof: both write artifacts for all of them, byte by byte those of `penstock.compile_file`; a contract of which a
character has changed is compiled anew.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import penstock
from benchmarks.harness import PROCESS_CPU, Contender, Work
from benchmarks.result import Target

_ANEW, _CACHED = "anew", "from the cache"
_BTC = ("channel_funding_btc", "delayed_change", "paid_key_btc", "vault")
_SETTINGS = "[tool.penstock.targets]\n" + "".join(f'"contracts/{name}.scrypt" = "btc"\n' for name in _BTC)


def works() -> Iterator[Work]:
    """The processes one after the other, in a project of their own; CPU seconds of the children."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(penstock.bundled("streaming").parent, folder / "contracts")
        (folder / "pyproject.toml").write_text(_SETTINGS, encoding="utf-8")
        contenders = (
            Contender(_ANEW, lambda: _compile(folder, "--no-cache"), lambda: _proves(folder, "--no-cache")),
            Contender(_CACHED, lambda: _compile(folder), lambda: _proves(folder)),
        )
        targets = (Target(_ANEW, 4.0),)
        about = "penstock compile, the bundled contracts"
        yield Work(about, "process", contenders, targets, ours=_CACHED, quantity=PROCESS_CPU, seconds=10, rounds=3)


def _compile(folder: Path, *options: str) -> None:
    """Compile the project in a process of its own, with a cache of its own."""
    command = [sys.executable, "-m", "penstock", "compile", *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": ""}
    environment |= {"PENSTOCK_CACHE_DIR": str(folder / "cache"), "PENSTOCK_NO_CACHE": ""}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def _proves(folder: Path, *options: str) -> bool:
    changed = folder / "contracts" / "p2pkh.scrypt"
    before = changed.read_text(encoding="utf-8")
    _compile(folder, *options)
    same = _is_right(folder)
    changed.write_text(before.replace("hash160(pubKey)", "hash160(pubKey + b'00')"), encoding="utf-8")
    _compile(folder, *options)
    followed = _is_right(folder) and penstock.compile_file(changed).hex != penstock.compile_source(before).hex
    changed.write_text(before, encoding="utf-8")
    _compile(folder, *options)
    return same and followed and _is_right(folder)


def _is_right(folder: Path) -> bool:
    """Return whether each artifact is that of its source."""
    return all(
        (folder / "artifacts" / f"{source.stem}.json").read_text(encoding="utf-8")
        == penstock.compile_file(source, "btc" if source.stem in _BTC else "bsv").to_json()
        for source in (folder / "contracts").glob("*.scrypt")
    )
