"""The contracts of the documents that hand themselves on: the money goes where they say, and nowhere else."""

import re
from pathlib import Path

import pytest

import penstock
from penstock import PREIMAGE, Spend

DOCS = Path(__file__).resolve().parents[2] / "docs"
VALUE = 5000


def contract_of(document: str, name: str) -> penstock.Artifact:
    """Compile a contract as it stands in a document."""
    (text,) = re.findall(
        rf"^contract {name} \{{\n.*?^\}}$", (DOCS / document).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return penstock.compile_source(text)


@pytest.mark.parametrize("kept", [1, VALUE - 1, VALUE, VALUE + 1])
def test_the_counter_keeps_its_money(kept: int) -> None:
    counter = contract_of("language.md", "Counter").instantiate(count=5)
    following = counter.with_state(count=6)
    spend = Spend(counter, value=VALUE, outputs=[(kept, following.locking_script)])
    assert bool(spend.verify("increment", PREIMAGE)) == (kept == VALUE)
    thief = Spend(counter, value=VALUE, outputs=[(kept, following.locking_script), (1, b"\x51")])
    assert not thief.verify("increment", PREIMAGE)


@pytest.mark.parametrize(("paid", "kept"), [(1000, 4000), (999, 4001), (1001, 3999), (1000, 3999), (0, 5000)])
def test_the_recurring_payment_pays_the_same(paid: int, kept: int) -> None:
    payee = bytes(range(20))
    recurring = contract_of("standard-library.md", "Recurring").instantiate(payee=payee, amount=1000)
    to_payee = b"\x76\xa9\x14" + payee + b"\x88\xac"
    spend = Spend(recurring, value=VALUE, outputs=[(paid, to_payee), (kept, recurring.locking_script)])
    assert bool(spend.verify("pay", PREIMAGE)) == ((paid, kept) == (1000, 4000))


@pytest.mark.parametrize("amount", [VALUE, VALUE + 1, 10_000])
@pytest.mark.parametrize("refund", [VALUE, VALUE - 1])
def test_the_auction_gives_the_last_bid_back(amount: int, refund: int) -> None:
    last, bidder = bytes(range(20)), bytes(20)
    auction = contract_of("language.md", "Auction").instantiate(bidder=last, rounds=[0, 0])
    following = auction.with_state(bidder=bidder, rounds=[1, 0])
    to_last = b"\x76\xa9\x14" + last + b"\x88\xac"
    outputs = [(amount, following.locking_script), (refund, to_last)]
    spend = Spend(auction, value=VALUE, outputs=outputs).add_input(amount + refund, b"\x51")
    assert bool(spend.verify("bid", bidder, amount, PREIMAGE)) == (amount > VALUE and refund == VALUE)
