"""Each function of the standard library is proved, in a small contract that calls it."""

import pytest

import penstock
from penstock.prove.proof import Budget, prove
from tests.support.standard_functions import standard_contracts

CONTRACTS = {f"{library}.{function}": text for library, function, text in standard_contracts()}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_function_is_proved(name: str) -> None:
    proof = prove(penstock.compile_source(CONTRACTS[name]), Budget(seconds=30))
    assert proof is not None
    assert [f"{each.claim}: {each.note}" for each in proof.findings if not each.is_proved] == []


def test_every_file_of_the_library_is_there() -> None:
    libraries = {name.partition(".")[0] for name in CONTRACTS}
    assert libraries == {
        *("HashedMap", "HashedSet", "SigHash", "Tx", "Utils", "VarIntReader", "VarIntWriter", "state"),
    }
