"""The largest chunk that a script can push, 4 GiB less 128 bytes, claimed 1-way: time and peak memory of the verdict.

It runs in a process of its own, so that the peak is that of this verdict. The unlocking script is made in one piece and
is the only thing of its size. No block takes a transaction like that, so it is judged as a script, by consensus rules.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from struct import pack
from time import process_time
from typing import Final, TypedDict

import penstock
from benchmarks.harness import REPORTED_CPU, REPORTED_MEMORY, Contender, Work
from benchmarks.result import Target
from benchmarks.spends import Form, Lock, Spend
from penstock.tx.transaction import Transaction

CHUNK: Final = (1 << 32) - 128
_BLOCK: Final = 1 << 26
_HEADER: Final = 5  # OP_PUSHDATA4 and the length
_MEMORY_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # in which getrusage counts


class Report(TypedDict):
    """What the process found: CPU seconds of hashing the chunk once and of the verdict, its peak of memory in bytes.

    `sound` says whether the verdict was good and the one on a lock for another chunk was not.
    """

    hashing: float
    verdict: float
    peak: int
    sound: bool


def works(chunk: int = CHUNK) -> Iterator[Work]:
    """Time against hashing the chunk once, which is all that the FORKID digest demands; memory against the chunk."""

    def reports(of: Callable[[Report], float]) -> Callable[[], object]:
        return lambda: of(_report(chunk))

    def proves() -> bool:
        return _report(chunk)["sound"]

    name = f"1-way, {chunk:,} bytes"
    hashing = Contender("hashing the chunk once", reports(lambda report: report["hashing"]), proves)
    verdict = Contender("penstock", reports(lambda report: report["verdict"]), proves)
    faster = Target(hashing.name, 1 / 1.3)
    yield Work(name, "verdict", (hashing, verdict), (faster,), quantity=REPORTED_CPU, rounds=1)

    size = Contender("the chunk itself", lambda: chunk, proves)
    peak = Contender("penstock", reports(lambda report: report["peak"]), proves)
    smaller = Target(size.name, 1 / 1.3)
    yield Work(f"{name}, memory", "process", (size, peak), (smaller,), quantity=REPORTED_MEMORY, rounds=1)


@cache
def _report(chunk: int) -> Report:
    paths = {str(Path(place).parents[levels]) for place, levels in ((__file__, 2), (penstock.__file__, 1))}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sorted(paths))}
    command = [sys.executable, "-m", __name__, str(chunk)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    report: Report = json.loads(done.stdout)
    return report


def _measure(chunk: int) -> Report:
    """Claim a chunk of this many bytes, more than one block, in this process."""
    block = bytes(range(256)) * (_BLOCK // 256)
    blocks = [block] * (chunk // _BLOCK) + [block[: chunk % _BLOCK]]
    digest = sha256()
    for each in blocks:
        digest.update(each)
    spend, other = (_claim(each) for each in (digest.digest(), sha256(b"another chunk").digest()))
    # without a chunk, the signature is all that the spend pushes
    unlocking = b"".join((b"\x4e" + pack("<I", chunk), *blocks, spend.unlocking))
    del blocks, block

    start = process_time()
    sha256(memoryview(unlocking)[_HEADER : _HEADER + chunk]).digest()
    hashed = process_time()
    good = _verdict(spend, unlocking)
    judged = process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT
    sound = good and not _verdict(other, unlocking)
    return Report(hashing=hashed - start, verdict=judged - hashed, peak=peak, sound=sound)


def _claim(digest: bytes) -> Spend:
    lock = Lock(Form.FORKID, 0, digest)
    return lock.spend((lock.sign("bob"),))


def _verdict(spend: Spend, unlocking: bytes) -> bool:
    transaction = Transaction.parse(spend.draft.serialize(b""), segwit=False)
    return bool(
        penstock.verify(
            unlocking, spend.locking, tx=transaction, input_index=0, value=spend.value, rules="bsv-consensus"
        )
    )


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
