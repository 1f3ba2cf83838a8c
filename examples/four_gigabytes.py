"""The headline of the article: closing together shows about 60,000,000 times less than closing alone.

    python examples/four_gigabytes.py              # 4 GiB less 128 bytes; needs 4.1 GiB of memory
    python examples/four_gigabytes.py --size 64M   # the same with a smaller chunk
    python examples/four_gigabytes.py --form raw   # in the raw form of the safe channel

A chunk of 4 GiB less 128 bytes, with its push and Bob's signature, just fits the largest script that BSV knows, 2^32-1
bytes. It is spent 1-way and 2-way, and both scripts are judged by the rules of a block (`bsv-consensus`). A block would
still not take the 1-way transaction: none takes one above 10^9 bytes. So this shows what scripts can do, not what
miners mine.
"""

import argparse
import hashlib
import io
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

import penstock
from penstock.channel.agreement.terms import MAX_CHUNK_SIZE
from penstock.ledger.fees import FeeRate
from penstock.script.chains import BSV
from penstock.script.pushes import push, push_prefix

VALUE = 10_000_000  # satoshis in the contract: more than the fee of 4 GiB
RULES = "bsv-consensus"
FORMS = {"article": ("streaming", ()), "raw": ("safe_streaming", (900_000,))}
"""The contract of each form, and its arguments besides keys and hash: the height from which it is refunded."""
BLOCK = 1 << 20
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def main() -> None:
    """Spend a chunk of the asked size in both ways, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=size, default=MAX_CHUNK_SIZE, help="bytes of the chunk, as 1000, 64M or 1G")
    parser.add_argument("--form", choices=list(FORMS), default="article", help="whose contract holds the payment")
    arguments = parser.parse_args()
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    run(console, arguments.size, arguments.form)


def run(console: Console, chunk_size: int, form: str = "article") -> float:
    """Spend a chunk of `chunk_size` bytes in both ways; return how many times more the 1-way spend shows."""
    name, more = FORMS[form]
    artifact = penstock.compile_file(penstock.bundled(name))
    function = artifact.functions[0].name
    alice, bob = penstock.PrivateKey.generate(), penstock.PrivateKey.generate()

    with timed(console, f"making a chunk of {chunk_size:,} bytes, and its hash"):
        script, digest = begin_unlocking(chunk_size)
    contract = artifact.instantiate(alice.public_key, bob.public_key, digest, *more)
    fee = FeeRate().fee(chunk_size)
    spend = penstock.Spend(contract, VALUE, outputs=[(VALUE - fee, b"")])
    by_alice, by_bob = spend.sign(alice), spend.sign(bob)
    script.write(push(by_bob) + contract.call(function, b"", b"").unlocking_script[2:])  # the function's number, if any

    with timed(console, f"1-way: the chunk and Bob's signature, judged under {RULES}"):
        judge(spend, script.getvalue())
    with timed(console, f"2-way: Alice's signature and Bob's, judged under {RULES}"):
        judge(spend, contract.call(function, by_alice, by_bob).unlocking_script)

    ratio = chunk_size / len(by_alice)
    console.print(
        f"shown to the contract: {chunk_size:,} bytes 1-way, {len(by_alice)} bytes 2-way: {ratio:,.0f} times less"
    )
    console.print(f"fee at 1 satoshi per 1,000 bytes: {fee:,} satoshis 1-way, 1 satoshi 2-way")
    largest = BSV.newest.transaction_size
    if chunk_size > largest:
        console.print(f"no block takes the 1-way transaction: it has more than {largest:,} bytes")
    peak = peak_memory()
    console.print(f"peak memory: {peak:,} bytes, {peak / chunk_size:.2f} times the chunk")
    return ratio


def begin_unlocking(chunk_size: int) -> tuple[io.BytesIO, bytes]:
    """Write the push of a chunk of numbered blocks, and hash the chunk. Nothing else in this program is large."""
    script, hasher, block = io.BytesIO(), hashlib.sha256(), bytearray(random_block())
    script.write(push_prefix(chunk_size))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("chunk", total=chunk_size)
        for start in range(0, chunk_size, BLOCK):
            block[:8] = start.to_bytes(8, "little")
            part = memoryview(block)[: chunk_size - start]
            hasher.update(part)
            script.write(part)
            progress.advance(task, len(part))
    return script, hasher.digest()


def random_block() -> bytes:
    """Return a block that looks random and is the same in every run."""
    return hashlib.shake_256(b"a movie").digest(BLOCK)


def judge(spend: penstock.Spend, unlocking: bytes) -> None:
    """Judge an unlocking script in its transaction, and stop if it is refused."""
    locking = spend.locking_script
    verdict = penstock.verify(unlocking, locking, tx=spend.transaction(), input_index=0, value=spend.value, rules=RULES)
    if not verdict:
        sys.exit(f"refused: {verdict.explain()}")


@contextmanager
def timed(console: Console, what: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    began = time.perf_counter()
    yield
    console.print(f"{what}: {time.perf_counter() - began:.1f} s")


def peak_memory() -> int:
    """Return the most bytes of memory that this process ever had."""
    kilobytes_or_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes_or_bytes if sys.platform == "darwin" else kilobytes_or_bytes * 1024


def size(text: str) -> int:
    """Read a chunk size."""
    found = re.fullmatch(r"(\d+)([KMG]?)", text.upper())
    number = int(found[1]) * UNITS[found[2]] if found else 0
    if not 1 < number <= MAX_CHUNK_SIZE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size from 2 to {MAX_CHUNK_SIZE} bytes")
    return number


if __name__ == "__main__":
    main()
