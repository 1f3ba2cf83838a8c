"""All that can be measured, by the names that the command line takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.harness import Work
from benchmarks.works import (
    building,
    channel,
    compiling,
    four_gigabytes,
    growth,
    growth_compile,
    hostile,
    kit,
    numbers,
    opcodes,
    saving,
    serving,
    start_up,
    stored,
    streaming,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A group of works: what it is about, how to set it up, and whether it runs without being asked for."""

    about: str
    works: Callable[[], Iterator[Work]]
    by_default: bool = True


WORKS: Final[dict[str, Entry]] = {
    "streaming": Entry("the streaming spend, from parsed transactions", streaming.works),
    "raw-bytes": Entry("the streaming spend, from raw transaction bytes", streaming.raw_works),
    "channel": Entry("the safe channel, both sides together; 1,000 channels at once", channel.works),
    "store": Entry("the safe channel with both sides on disk, 64 channels saved together", stored.works),
    "saving": Entry("states of 64 channels saved on PostgreSQL in one transaction", saving.works),
    "service": Entry("chunks sold by a provider's process, beside bare downloads from it", serving.works),
    "opcodes": Entry("10,000 simple opcodes", opcodes.works),
    "numbers": Entry("numbers of 256 bits", numbers.works),
    "building": Entry("build, sign and serialise a transaction", building.works),
    "start-up": Entry("a process from its start to the first verdict", start_up.works),
    "compiling": Entry("penstock compile, anew and from the cache", compiling.works),
    "kit": Entry("tests of contracts in pytest, with coverage and the probe", kit.works),
    "growth": Entry("cost against script length, inputs and stack depth", growth.works),
    "growth-compile": Entry("time of compiling against the size of a contract", growth_compile.works),
    "hostile": Entry("scripts that try to take long", hostile.works),
    "four-gigabytes": Entry(
        "a chunk of 4 GiB, claimed 1-way; takes 5 GiB of memory", four_gigabytes.works, by_default=False
    ),
}
