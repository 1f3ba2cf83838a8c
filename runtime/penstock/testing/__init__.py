"""The kit for testing contracts: a chain, keys by name, transactions that sign themselves, refusals by their reason.

def test_the_payee_needs_the_secret(chain):
lock = chain.contract("contracts/hash_lock_choice.scrypt", payee=alice, payer=bob, digest=DIGEST)
coin = chain.fund(lock, 1000)
with refuses(signature="sig"):
coin.spend("unlock", bob, b"secret").to(bob, 900).send()
coin.spend("unlock", alice, b"secret").to(alice, 900).send()
"""

from penstock.contract.values.demanded import PREIMAGE
from penstock.testing.chain import Chain
from penstock.testing.coins import ContractCoin, KeyCoin, KeyForm
from penstock.testing.failures import Failure
from penstock.testing.judging import DisagreementError, JudgedCall
from penstock.testing.keys import Key, Preimage, Signature, key
from penstock.testing.probe.binding import BindingError, binds
from penstock.testing.refusals import refuses
from penstock.testing.results import RefusedError, Sent
from penstock.testing.transactions import Draft

__all__ = [
    "PREIMAGE",
    "BindingError",
    "Chain",
    "ContractCoin",
    "DisagreementError",
    "Draft",
    "Failure",
    "JudgedCall",
    "Key",
    "KeyCoin",
    "KeyForm",
    "Preimage",
    "RefusedError",
    "Sent",
    "Signature",
    "binds",
    "key",
    "refuses",
]
