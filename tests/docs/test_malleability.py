"""Which change each hash type lets through: tried out, held against the rules, and printed in the docs."""

from pathlib import Path

import pytest
from examples.malleability import CHANGES, HASH_TYPES, Row, main, markdown, table

import penstock
from penstock.tx.keys import PrivateKey
from tests.support.channels.channel_stage import ALICE, BOB, streaming

DOCS = Path(__file__).resolve().parents[2] / "docs" / "malleability.md"
ROWS = table(streaming(), ALICE, BOB)

ALWAYS_FREE = {"its own unlocking script (chunk → Alice's signature)", "another input's unlocking script"}
OTHER_INPUTS = {"another input's coin", "an input added", "another input dropped"}
SEQUENCE = "another input's sequence number"
OWN_OUTPUT = "the output at its own place"
OTHER_OUTPUTS = {"another output", "an output added", "another output dropped"}


def free_by_the_rules(what: str, hash_type: str) -> bool:
    """BIP143, whose digest BSV's FORKID took over: what goes into it for each hash type."""
    outputs, alone = hash_type.partition("|")[0], "ANYONECANPAY" in hash_type
    if what in ALWAYS_FREE:
        return True
    if what in OTHER_INPUTS:
        return alone
    if what == SEQUENCE:
        return alone or outputs != "ALL"
    if what == OWN_OUTPUT:
        return outputs == "NONE"
    return what in OTHER_OUTPUTS and outputs != "ALL"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_what_was_tried_is_what_the_rules_say(row: Row) -> None:
    expected = tuple(free_by_the_rules(row.what, hash_type) for hash_type in HASH_TYPES)
    assert row.survives == expected


def test_the_article_lives_on_what_all_types_leave_open() -> None:
    assert ROWS[0].what.startswith("its own unlocking script")
    assert all(ROWS[0].survives)


def test_all_signs_everything_else() -> None:
    of_all = HASH_TYPES.index("ALL")
    assert {row.what for row in ROWS if row.survives[of_all]} == ALWAYS_FREE


def test_the_rows_are_all_changes_and_no_two_alike() -> None:
    assert [row.what for row in ROWS] == [change.what for change in CHANGES]
    assert len({row.what for row in ROWS}) == len(ROWS)
    assert len({row.survives for row in ROWS}) >= 5


@pytest.mark.parametrize(
    "keys", [(BOB, ALICE), (PrivateKey(b"\x11" * 32), PrivateKey(b"\x22" * 32))], ids=["swapped", "others"]
)
def test_it_does_not_depend_on_the_keys(keys: tuple[PrivateKey, PrivateKey]) -> None:
    assert table(streaming(), *keys) == ROWS


def test_on_btc_the_original_digest_leaves_the_amount_open_too() -> None:
    """BIP143 put the amount under the signature; bare scripts on btc still use the digest from before."""
    rows = table(penstock.compile_file(penstock.bundled("streaming"), target="btc"), ALICE, BOB)
    differing = [(ours.what, other.survives) for ours, other in zip(ROWS, rows, strict=True) if ours != other]
    assert differing == [("the amount of its own coin", (True,) * len(HASH_TYPES))]


def test_another_contract_is_refused() -> None:
    function = "public function unlock(bytes a, Sig b) { require(a == this.hash); }"
    other = penstock.compile_source(f"contract Other {{ PubKey alice; PubKey bob; Sha256 hash; {function} }}")
    with pytest.raises(ValueError, match="not the streaming contract"):
        table(other, ALICE, BOB)


def test_the_example_prints_this_table(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert capsys.readouterr().out == markdown(ROWS)


def test_the_docs_show_this_table() -> None:
    assert markdown(ROWS) in DOCS.read_text(encoding="utf-8")
