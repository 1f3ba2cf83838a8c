"""The kit for testing contracts: a chain, keys by name, transactions that sign themselves, refusals by their reason.

    def test_the_payee_needs_the_secret(chain):
        lock = chain.contract("contracts/hash_lock_choice.scrypt", payee=alice, payer=bob, digest=DIGEST)
        coin = chain.fund(lock, 1000)
        with refuses(signature="sig"):
            chain.spend(coin, "unlock", bob, b"secret").to(bob, 900).send()
        chain.spend(coin, "unlock", alice, b"secret").to(alice, 900).send()

Each name in `__all__` is imported on first use: every run of pytest loads this package.
"""

from typing import TYPE_CHECKING

from penstock.lazy_exports import exporter

if TYPE_CHECKING:
    from penstock.contract.values.demanded import PREIMAGE as PREIMAGE
    from penstock.testing.chain import Chain as Chain
    from penstock.testing.coins import ContractCoin as ContractCoin
    from penstock.testing.coins import KeyCoin as KeyCoin
    from penstock.testing.coins import KeyForm as KeyForm
    from penstock.testing.failing.failures import Failure as Failure
    from penstock.testing.judging import DisagreementError as DisagreementError
    from penstock.testing.judging import JudgedCall as JudgedCall
    from penstock.testing.keys import Key as Key
    from penstock.testing.keys import Preimage as Preimage
    from penstock.testing.keys import Signature as Signature
    from penstock.testing.keys import key as key
    from penstock.testing.probe.binding import BindingError as BindingError
    from penstock.testing.probe.binding import binds as binds
    from penstock.testing.refusals import refuses as refuses
    from penstock.testing.results import RefusedError as RefusedError
    from penstock.testing.results import Sent as Sent
    from penstock.testing.transactions import Draft as Draft

_HOMES = {
    "BindingError": "penstock.testing.probe.binding",
    "Chain": "penstock.testing.chain",
    "ContractCoin": "penstock.testing.coins",
    "DisagreementError": "penstock.testing.judging",
    "Draft": "penstock.testing.transactions",
    "Failure": "penstock.testing.failing.failures",
    "JudgedCall": "penstock.testing.judging",
    "Key": "penstock.testing.keys",
    "KeyCoin": "penstock.testing.coins",
    "KeyForm": "penstock.testing.coins",
    "PREIMAGE": "penstock.contract.values.demanded",
    "Preimage": "penstock.testing.keys",
    "RefusedError": "penstock.testing.results",
    "Sent": "penstock.testing.results",
    "Signature": "penstock.testing.keys",
    "binds": "penstock.testing.probe.binding",
    "key": "penstock.testing.keys",
    "refuses": "penstock.testing.refusals",
}
"""The module of each public name."""

__all__ = [*_HOMES]  # noqa: PLE0604 - names from a table; type checkers do not need them


if not TYPE_CHECKING:  # type checkers read the imports above, and report names that do not exist
    __getattr__ = exporter(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
