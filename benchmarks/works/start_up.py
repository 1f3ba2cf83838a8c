"""From nothing to the first verdict, and to a compiled contract: whole processes.

The yardstick of a verdict is a Python that imports coincurve and bitcoin.core, the two libraries that a user of Bitcoin
in Python has anyway, and ends; that of a compilation one that imports lark and click.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import penstock
import penstockc
from benchmarks.harness import PROCESS_CPU, Contender, Work, sound
from benchmarks.peers.peer import Judge
from benchmarks.result import Target
from benchmarks.spends import Form, Spend, one_way

_YARDSTICK = "python, coincurve, bitcoin.core"
_BARE = "import coincurve, bitcoin.core"
_VERDICT = """
import penstock
verdict = penstock.verify({spend.unlocking!r}, {spend.locking!r}, tx={raw!r}, input_index=0, value={spend.value})
raise SystemExit(0 if verdict else 3)
"""
_REFUSED = 3
_TOOLS_YARDSTICK = "python, lark, click"
_TOOLS = "import lark, click"


def works() -> Iterator[Work]:
    """The processes one after the other; CPU seconds of the children."""
    trial = one_way(0, 400, Form.FORKID)
    verdict = _verdict(trial.good)
    contenders = (
        Contender(_YARDSTICK, lambda: _run(_BARE), lambda: _run(_BARE) == 0),
        Contender("penstock", verdict, sound([verdict], [_verdict(spend) for spend in trial.tampered])),
    )
    # 1.5 times the cost is two thirds of the speed
    targets = (Target(_YARDSTICK, 1 / 1.5),)
    yield Work("start-up and first verdict", "process", contenders, targets, quantity=PROCESS_CPU)
    with tempfile.TemporaryDirectory() as folder:
        compiling = Contender("penstock compile", lambda: _compile(folder), lambda: _compiles(folder))
        bare = Contender(_TOOLS_YARDSTICK, lambda: _run(_TOOLS), lambda: _run(_TOOLS) == 0)
        about = "start-up and a small contract compiled"
        targets = (Target(_TOOLS_YARDSTICK, 1 / 4),)
        yield Work(about, "process", (bare, compiling), targets, ours=compiling.name, quantity=PROCESS_CPU)


def _compile(folder: str) -> int:
    """The exit code of the command, without the cache of artifacts."""
    return _python(["-m", "penstock", "compile", str(penstock.bundled("p2pkh")), "-o", folder, "--no-cache"])


def _compiles(folder: str) -> bool:
    written = Path(folder) / "p2pkh.json"
    is_done = (
        _compile(folder) == 0
        and written.read_text("utf-8") == penstock.compile_file(penstock.bundled("p2pkh")).to_json()
    )
    return is_done and _python(["-m", "penstock", "compile", f"{folder}/none.scrypt"]) != 0


def _verdict(spend: Spend) -> Judge:
    program = _VERDICT.format(spend=spend, raw=spend.transaction)

    def judge() -> bool:
        code = _run(program)
        if code not in {0, _REFUSED}:
            raise RuntimeError(f"the process that judges ended with {code}")
        return code == 0

    return judge


def _run(program: str) -> int:
    return _python(["-c", program])


def _python(words: list[str]) -> int:
    """The exit code of a Python that finds penstock where this one has found it, and keeps its byte code as usual."""
    home = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (penstock, penstockc))
    environment = {**os.environ, "PYTHONPATH": home, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, check=False).returncode
