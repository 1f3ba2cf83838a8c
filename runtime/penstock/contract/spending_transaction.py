"""Transaction around one contract output, in which calls are signed and judged.

The contract's output is spent by input 0. Unless an outpoint is given, it belongs to a funding transaction made here,
so that other engines can judge the same spend.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.errors import hides_frames
from penstock.script.chains import Chain
from penstock.script.consensus import FINAL_SEQUENCE, MAX_MONEY, NULL_INDEX
from penstock.script.opcodes import Op
from penstock.script.pushes import push_number
from penstock.tx.keys import PrivateKey
from penstock.tx.keys import sign as sign_input
from penstock.tx.sighash import SignatureVersion
from penstock.tx.sighash import sighash as input_sighash
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut, to_bitcoinlib
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify as verify_input
from penstock.vm.rules import RuleSet

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

_NOWHERE: Final = OutPoint(bytes(32), NULL_INDEX)
_INPUT: Final = 0


class Wrap(StrEnum):
    """The form of the contract's output: the script itself, or (btc) its hash, as P2WSH (BIP141)."""

    BARE = "bare"
    P2WSH = "p2wsh"


@dataclass(frozen=True, slots=True)
class OtherInput:
    """An input in addition to the contract's: the spent output, and the input's sequence number."""

    outpoint: OutPoint
    spent: TxOut
    sequence: int = FINAL_SEQUENCE


@dataclass(frozen=True, slots=True)
class SpendingTransaction:
    """Base of `Spend`: the transaction, its signatures and verdicts; attributes and errors as there."""

    contract: Contract
    value: int = 1000
    outputs: Sequence[tuple[int, bytes]] | None = None
    version: int = 1
    lock_time: int = 0
    sequence: int = FINAL_SEQUENCE
    wrap: Wrap | str = Wrap.BARE
    outpoint: OutPoint | None = None
    other_inputs: tuple[OtherInput, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.contract, Contract):
            raise ArgumentError("contract", "a Contract, from artifact.instantiate(…)", type(self.contract).__name__)
        _check_number("value", self.value, 0, MAX_MONEY)
        _check_number("version", self.version, -(1 << 31), (1 << 31) - 1)
        _check_number("lock_time", self.lock_time, 0, 0xFFFF_FFFF)
        _check_number("sequence", self.sequence, 0, 0xFFFF_FFFF)
        if self.wrap not in tuple(Wrap):
            raise ArgumentError("wrap", " or ".join(Wrap), repr(self.wrap))
        if self.wrap == Wrap.P2WSH:
            self.contract.require_witnesses("wrap")
        if not isinstance(self.outpoint, OutPoint | None):
            raise ArgumentError("outpoint", "an OutPoint", type(self.outpoint).__name__)
        outputs = ((self.value, bytes((Op.OP_1,))),) if self.outputs is None else _pairs(self.outputs)
        object.__setattr__(self, "outputs", outputs)

    @property
    def locking_script(self) -> bytes:
        """The locking script of the spent output: the contract's script, or its hash in the wrapped form."""
        return self.contract.p2wsh() if self.wrap == Wrap.P2WSH else self.contract.locking_script

    @property
    def funding(self) -> Transaction:
        """A transaction with one output: `value` satoshis for `locking_script`."""
        return _funding(0, TxOut(self.value, self.locking_script))

    @property
    def spent_outputs(self) -> tuple[TxOut, ...]:
        """The outputs that the inputs spend, in the order of the inputs."""
        return (TxOut(self.value, self.locking_script), *(other.spent for other in self.other_inputs))

    @property
    def tx(self) -> "CTransaction":
        """The transaction without unlocking data for the contract, as a `CTransaction` of python-bitcoinlib."""
        return to_bitcoinlib(self.transaction())

    def transaction(self, call: Call | None = None) -> Transaction:
        """Return the transaction; with a call, its unlocking script (wrapped: its witness) is filled in.

        Raises:
            ArgumentError: the call belongs to another contract.
        """
        if call is not None and call.contract != self.contract:
            raise ArgumentError("call", "a call of this spend's contract", "one of another contract")
        wrapped = self.wrap == Wrap.P2WSH
        tx = Transaction(
            self.version,
            (
                TxIn(self.outpoint or OutPoint(self.funding.txid, 0), b"", self.sequence),
                *(TxIn(other.outpoint, b"", other.sequence) for other in self.other_inputs),
            ),
            tuple(TxOut(value, script) for value, script in self.outputs or ()),
            self.lock_time,
        )
        if call is None:
            return tx
        if wrapped:
            return tx.with_witness(_INPUT, call.witness)
        return tx.with_input_script(_INPUT, call.unlocking_script)

    def add_input(
        self, value: int, locking_script: bytes, *, outpoint: OutPoint | None = None, sequence: int = FINAL_SEQUENCE
    ) -> Self:
        """Return this spend with one more input, after the others.

        It is not unlocked yet; use `transaction(call).with_input_script(1, ...)`.

        Args:
            value: the satoshis in the output that it spends.
            locking_script: the locking script of that output.
            outpoint: that output. None means output 0 of another funding transaction.
            sequence: its sequence number.

        Raises:
            ArgumentError: a number out of its range, or a script that is not bytes.
        """
        number = len(self.other_inputs) + 1
        _check_number(f"input {number} sequence", sequence, 0, 0xFFFF_FFFF)
        spent = TxOut(*_pair(f"input {number}", (value, locking_script)))
        other = OtherInput(outpoint or OutPoint(_funding(number, spent).txid, 0), spent, sequence)
        return replace(self, other_inputs=(*self.other_inputs, other))

    def sign(self, key: PrivateKey | bytes, hash_type: str | int = "ALL") -> bytes:
        """Sign the contract's input.

        Args:
            key: a private key, or its 32 bytes.
            hash_type: `ALL`, `NONE` or `SINGLE`, optionally followed by `|ANYONECANPAY` (on bsv FORKID is added), or a
                number, which is used unchanged.

        Returns:
            The signature, DER with a low S, and the hash type's byte.

        Raises:
            KeyFormatError: `key` is not a private key.
            HashTypeError: `hash_type` is invalid.
        """
        key = key if isinstance(key, PrivateKey) else PrivateKey.from_bytes(key)
        chain, version = self.contract.artifact.chain, self.digest_version
        script, tx = self.contract.locking_script, self.transaction()
        return sign_input(tx, _INPUT, script, self.value, key, hash_type, rules=chain, version=version)

    def sighash(self, hash_type: str | int = "ALL") -> bytes:
        """Return the 32 bytes that `sign` signs for the same hash type.

        Raises:
            HashTypeError: `hash_type` is invalid.
        """
        chain, version = self.contract.artifact.chain, self.digest_version
        script, tx = self.contract.locking_script, self.transaction()
        return input_sighash(tx, _INPUT, script, self.value, hash_type, rules=chain, version=version)

    def judge(self, call: Call, *, rules: RuleSet | Chain | str | None = None) -> Verdict:
        """Judge a call of this spend's contract in this transaction.

        Raises:
            ArgumentError: the call belongs to another contract.
        """
        tx = self.transaction(call)
        return verify_input(
            tx.inputs[_INPUT].script,
            self.locking_script,
            tx=tx,
            input_index=_INPUT,
            value=self.value,
            rules=rules or self.contract.artifact.chain,
            spent_outputs=self.spent_outputs,  # not signed by a bare script or a P2WSH: they complete the case
            artifact=self.contract.artifact,
        )

    @property
    def digest_version(self) -> SignatureVersion:
        """The digest by which the contract's input is signed: `segwit_v0` in the wrapped form, else `legacy`."""
        return SignatureVersion.SEGWIT_V0 if self.wrap == Wrap.P2WSH else SignatureVersion.LEGACY


def _funding(number: int, output: TxOut) -> Transaction:
    """Return a transaction that spends no real output and pays `output`; `number` makes its id unique."""
    script = bytes((Op.OP_0,)) + push_number(number)
    return Transaction(1, (TxIn(_NOWHERE, script, FINAL_SEQUENCE),), (output,))


def _check_number(name: str, number: object, least: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ArgumentError(name, f"a whole number from {least} to {most}", repr(number))


def _pairs(outputs: object) -> tuple[tuple[int, bytes], ...]:
    if not isinstance(outputs, Iterable) or isinstance(outputs, str | bytes | Mapping):
        raise ArgumentError("outputs", "a list of pairs of satoshis and locking script", type(outputs).__name__)
    return tuple(_pair(f"outputs[{index}]", output) for index, output in enumerate(outputs))


def _pair(name: str, output: object) -> tuple[int, bytes]:
    match output:
        case (int() as value, (bytes() | bytearray()) as script):
            _check_number(f"{name} value", value, 0, MAX_MONEY)
            return value, bytes(script)
        case _:
            raise ArgumentError(name, "a pair of satoshis and a locking script in bytes", type(output).__name__)
