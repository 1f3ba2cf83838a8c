"""Penstock: compile sCrypt contracts, run and test them on an exact Bitcoin Script machine, stream data for satoshis.

    artifact = penstock.compile_file("contracts/streaming.scrypt")
    contract = artifact.instantiate(alice=alice_key, bob=bob_key, hash=digest)
    spend = penstock.Spend(contract, value=1000)
    verdict = spend.verify("unlock", chunk, spend.sign(bob))

Each name in `__all__` is imported on first use, which keeps `import penstock` fast.
"""

from typing import TYPE_CHECKING

from penstock.lazy_exports import exporter

if TYPE_CHECKING:
    from penstock.artifact.artifact import Artifact as Artifact
    from penstock.artifact.errors import ArtifactError as ArtifactError
    from penstock.artifact.source_warning import CompileWarning as CompileWarning
    from penstock.artifact.source_warning import SourceWarning as SourceWarning
    from penstock.contract.bundled import bundled as bundled
    from penstock.contract.bundled import bundled_names as bundled_names
    from penstock.contract.contract import Call as Call
    from penstock.contract.contract import Contract as Contract
    from penstock.contract.errors import ArgumentError as ArgumentError
    from penstock.contract.errors import StateError as StateError
    from penstock.contract.joint_spend import JointSpend as JointSpend
    from penstock.contract.spend import Spend as Spend
    from penstock.contract.spending_transaction import OtherInput as OtherInput
    from penstock.contract.values.demanded import PREIMAGE as PREIMAGE
    from penstock.contract.values.hashed import HashedMap as HashedMap
    from penstock.contract.values.hashed import HashedSet as HashedSet
    from penstock.contract.values.hashed import SortedItem as SortedItem
    from penstock.contract.values.hashed import flatten_sha256 as flatten_sha256
    from penstock.contract.wraps import Wrapped as Wrapped
    from penstock.errors import PenstockError as PenstockError
    from penstock.project.compiling import compile_in_project as compile_in_project
    from penstock.script.hashes import hash160 as hash160
    from penstock.script.hashes import hash256 as hash256
    from penstock.script.pushes import push as push
    from penstock.script.pushes import push_number as push_number
    from penstock.tx.address import address_of_script as address_of_script
    from penstock.tx.address import p2pkh_script as p2pkh_script
    from penstock.tx.address import script_for_address as script_for_address
    from penstock.tx.keys import PrivateKey as PrivateKey
    from penstock.tx.keys import sign as sign
    from penstock.tx.sighash import sighash as sighash
    from penstock.tx.signatures import schnorr_sign as schnorr_sign
    from penstock.tx.signatures import schnorr_verify as schnorr_verify
    from penstock.tx.taproot import TaprootOutput as TaprootOutput
    from penstock.tx.transaction import OutPoint as OutPoint
    from penstock.tx.transaction import Transaction as Transaction
    from penstock.tx.transaction import TxIn as TxIn
    from penstock.tx.transaction import TxOut as TxOut
    from penstock.vm.judging.verdict import Verdict as Verdict
    from penstock.vm.judging.verify import check_transaction as check_transaction
    from penstock.vm.judging.verify import verify as verify
    from penstock.vm.rules import RuleSet as RuleSet
    from penstockc.diagnostics import CompileError as CompileError
    from penstockc.pipeline import compile_file as compile_file
    from penstockc.pipeline import compile_source as compile_source

__version__ = "0.1.0"

_HOMES = {
    "ArgumentError": "penstock.contract.errors",
    "Artifact": "penstock.artifact.artifact",
    "ArtifactError": "penstock.artifact.errors",
    "Call": "penstock.contract.contract",
    "CompileError": "penstockc.diagnostics",
    "CompileWarning": "penstock.artifact.source_warning",
    "Contract": "penstock.contract.contract",
    "HashedMap": "penstock.contract.values.hashed",
    "HashedSet": "penstock.contract.values.hashed",
    "JointSpend": "penstock.contract.joint_spend",
    "OtherInput": "penstock.contract.spending_transaction",
    "OutPoint": "penstock.tx.transaction",
    "PREIMAGE": "penstock.contract.values.demanded",
    "PenstockError": "penstock.errors",
    "PrivateKey": "penstock.tx.keys",
    "RuleSet": "penstock.vm.rules",
    "SortedItem": "penstock.contract.values.hashed",
    "SourceWarning": "penstock.artifact.source_warning",
    "Spend": "penstock.contract.spend",
    "StateError": "penstock.contract.errors",
    "TaprootOutput": "penstock.tx.taproot",
    "Transaction": "penstock.tx.transaction",
    "TxIn": "penstock.tx.transaction",
    "TxOut": "penstock.tx.transaction",
    "Verdict": "penstock.vm.judging.verdict",
    "Wrapped": "penstock.contract.wraps",
    "address_of_script": "penstock.tx.address",
    "bundled": "penstock.contract.bundled",
    "bundled_names": "penstock.contract.bundled",
    "check_transaction": "penstock.vm.judging.verify",
    "compile_file": "penstockc.pipeline",
    "compile_in_project": "penstock.project.compiling",
    "compile_source": "penstockc.pipeline",
    "flatten_sha256": "penstock.contract.values.hashed",
    "hash160": "penstock.script.hashes",
    "hash256": "penstock.script.hashes",
    "p2pkh_script": "penstock.tx.address",
    "push": "penstock.script.pushes",
    "push_number": "penstock.script.pushes",
    "schnorr_sign": "penstock.tx.signatures",
    "schnorr_verify": "penstock.tx.signatures",
    "script_for_address": "penstock.tx.address",
    "sighash": "penstock.tx.sighash",
    "sign": "penstock.tx.keys",
    "verify": "penstock.vm.judging.verify",
}
"""The module of each public name."""

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - names from a table; type checkers do not need them


if not TYPE_CHECKING:  # type checkers read the imports above, and report names that do not exist
    __getattr__ = exporter(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
