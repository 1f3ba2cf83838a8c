"""Arguments spelled in other ways: the same numbers and truth values as longer or other stack items.

A script must refuse another spelling, or judge it as it judges the canonical one. Under consensus rules no opcode
refuses one, so that is where this is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from penstock import Spend
from penstock.artifact.artifact import Kind
from penstock.contract.contract import Call
from penstock.script.numbers import as_bool
from tests.support.engines.outside_judges import bitcoin_core_accepts, bsv_sdk_accepts

PADDINGS = (1, 2, 300)
SPELLED_TRUE = (b"\x02", b"\x01\x00", b"\x81", b"\x00\x01", b"\xff" * 5)
SPELLED_FALSE = (b"\x00", b"\x80", b"\x00\x00", b"\x00\x80", bytes(5))


def spellings(kind: Kind, item: bytes) -> Iterator[bytes]:
    """Yield other stack items with the meaning of a canonical one; none for bytes."""
    match kind:
        case Kind.INT:
            sign = item[-1] & 0x80 if item else 0
            magnitude = item[:-1] + bytes([item[-1] & 0x7F]) if item else b""
            for zeros in PADDINGS:
                yield magnitude + bytes(zeros - 1) + bytes([sign])
            if not item:
                yield b"\x80"
        case Kind.BOOL:
            yield from SPELLED_TRUE if as_bool(item) else SPELLED_FALSE
        case Kind.BYTES:
            pass


def spelled_calls(call: Call, kinds: Sequence[Kind]) -> Iterator[Call]:
    """Yield the call with each of its arguments spelled in each other way; `kinds` are those of the arguments."""
    for index, kind in enumerate(kinds):
        for item in spellings(kind, call.items[index]):
            yield replace(call, items=(*call.items[:index], item, *call.items[index + 1 :]))


def wrongly_accepted(spend: Spend, call: Call, kinds: Sequence[Kind], most: int | None = None) -> Iterator[Call]:
    """Yield the calls with other spellings that are accepted where the canonical one is refused, by consensus rules.

    Our machine is asked first, then the outside judge of the target where the transaction is one that it can see as
    a block would: bsv-sdk takes other spellings in transactions of a version above 1. At `most` so many are tried,
    from all over the arguments.
    """
    rules = f"{spend.contract.artifact.target}-consensus"
    if spend.judge(call, rules=rules):
        return
    tried = tuple(spelled_calls(call, kinds))
    for spelled in tried[:: 1 if most is None else 1 + len(tried) // most]:
        if spend.judge(spelled, rules=rules) or outside_accepts(spend, spelled):
            yield spelled


def outside_accepts(spend: Spend, call: Call) -> bool:
    """Ask the outside judge of the target."""
    judge = bsv_sdk_accepts if spend.contract.artifact.target == "bsv" else bitcoin_core_accepts
    return judge(spend.transaction(call).serialize(), 0, spend.locking_script, spend.value)
