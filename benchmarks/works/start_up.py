"""From nothing to the first verdict: a whole process that imports penstock and judges one spend.

The yardstick is a Python that imports coincurve and bitcoin.core, the two libraries that a user of Bitcoin in Python
has anyway, and ends.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import penstock
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


def _verdict(spend: Spend) -> Judge:
    program = _VERDICT.format(spend=spend, raw=spend.transaction)

    def judge() -> bool:
        code = _run(program)
        if code not in {0, _REFUSED}:
            raise RuntimeError(f"the process that judges ended with {code}")
        return code == 0

    return judge


def _run(program: str) -> int:
    """The exit code of a Python that finds penstock where this one has found it, and keeps its byte code as usual."""
    home = str(Path(penstock.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": home, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode
