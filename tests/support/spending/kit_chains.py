"""Contracts on chains of the kit, and what engines of others say of their transactions."""

from hashlib import sha256

import penstock
from penstock.testing import (
    Chain,
    key,
)
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
SECRET = b"open sesame"
DIGEST = sha256(SECRET).digest()
FORMS = [("bsv", None), ("btc", None), ("btc", "p2sh"), ("btc", "p2sh-p2wsh"), ("btc", "p2tr")]


def choice(chain: Chain) -> penstock.Contract:
    return chain.contract(penstock.bundled("hash_lock_choice"), payee=ALICE, payer=BOB, digest=DIGEST)


def outside_accepts(chain: Chain, tx: penstock.Transaction, index: int, spent: tuple[penstock.TxOut, ...]) -> bool:
    if chain.target == "bsv":
        return bsv_sdk_accepts(tx.serialize(), index, spent[index].script, spent[index].value)
    return kernel_accepts(tx, index, spent)
