"""Every refusal of the channel and of the ledger says its facts in one line."""

from dataclasses import fields
from typing import Any, get_args

import pytest

import penstock
from penstock.channel.agreement import refusals
from penstock.ledger import reasons
from penstock.tx.transaction import OutPoint

CONTRACT = penstock.compile_source("contract Sample { public function unlock(int x) { require(x == 6); } }")
SPEND = penstock.Spend(CONTRACT.instantiate())
SAMPLES: dict[str, Any] = {
    "index": 7,
    "leaf": b"\xaa" * 32,
    "digest": b"\xbb" * 32,
    "txid": bytes(range(32)),
    "spender": bytes(range(32)),
    "outpoint": OutPoint(b"\xcc" * 32, 3),
    "verdict": SPEND.verify("unlock", 5),
    "reason": "a reason",
    "got": 0x41,
}
"""A fact for each field with a form of its own; text and numbers are made from the field's name and type."""


def sample(name: str, kind: object) -> object:
    if name in SAMPLES:
        return SAMPLES[name]
    return {"int": 4321, "bytes": b"\xdd" * 4, "bool": True}.get(getattr(kind, "__name__", str(kind)), f"the {name}")


def shown(fact: object) -> list[str]:
    """Ways in which a message may write a fact."""
    match fact:
        case bytes():
            return [fact.hex(), fact[::-1].hex()]
        case OutPoint(txid=txid):
            return [txid[::-1].hex()]
        case int():
            return [str(fact), f"{fact:,}", f"{fact:#04x}"]
        case str():
            return [fact]
        case _:
            return [""]


@pytest.mark.parametrize(
    "kind", [*get_args(refusals.Refusal), *get_args(reasons.Reason)], ids=lambda kind: kind.__name__
)
def test_it_says_its_facts(kind: type[Any]) -> None:
    facts = {field.name: sample(field.name, field.type) for field in fields(kind)}
    text = str(kind(**facts))
    assert "\n" not in text
    assert len(text) > 10
    assert "object at" not in text
    missing = [name for name, fact in facts.items() if not any(way in text for way in shown(fact))]
    assert not missing, text
