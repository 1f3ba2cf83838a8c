"""The bundled contracts as a set: each explained, each compiled for the chains it is for, each tested."""

from pathlib import Path

import pytest

import penstock

NAMES = penstock.bundled_names()
ONE_CHAIN = {
    "channel_funding_bsv": "bsv",  # CAT and SPLIT, as for all preimages
    "channel_funding_btc": "btc",  # checkLockTime
    "chunk_sale": "bsv",  # CAT and MOD
    "coin_toss": "bsv",  # XOR and SPLIT
    "counter": "bsv",  # CAT and SPLIT, as for all state
    "delayed_change": "btc",  # checkSequence
    "guest_list": "bsv",  # CAT
    "licence": "bsv",  # AND and SPLIT
    "meter": "bsv",  # CAT and MUL
    "paid_key_bsv": "bsv",  # CAT and SPLIT, as for all preimages
    "paid_key_btc": "btc",  # checkSequence
    "paid_key_open": "bsv",  # as paid_key_bsv
    "safe_streaming": "bsv",  # as paid_key_bsv
    "shares": "bsv",  # as the counter
    "vault": "btc",  # checkLockTime
}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_for(name: str) -> None:
    text = penstock.bundled(name).read_text("utf-8")
    header = text.partition("*/")[0]
    assert header.startswith("/*\n * ")
    assert len(header.splitlines()) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_it_has_tests(name: str) -> None:
    assert (Path(__file__).parent / f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_it_compiles_for_its_chains_and_no_other(name: str, target: str) -> None:
    file = penstock.bundled(name)
    if ONE_CHAIN.get(name, target) == target:
        artifact = penstock.compile_file(file, target=target)
        assert artifact == penstock.compile_file(file, target=target)
        assert artifact.target == target
    else:
        with pytest.raises(penstock.CompileError, match=target):
            penstock.compile_file(file, target=target)
