"""Transaction around one contract output, in which calls are signed and judged.

The contract's output is spent by input 0. Unless an outpoint is given, it belongs to a funding transaction made here,
so that other engines can judge the same spend.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self

from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.wraps import Wrap, Wrapped, default_wrap
from penstock.errors import hides_frames
from penstock.script.chains import Chain
from penstock.script.consensus import FINAL_SEQUENCE, MAX_MONEY, NO_SEPARATOR, NULL_INDEX
from penstock.script.hashes import sha256
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import push_number
from penstock.tx.address import witness_script
from penstock.tx.bitcoinlib import plain_outpoint, plain_output
from penstock.tx.keys import PrivateKey
from penstock.tx.keys import sign as sign_input
from penstock.tx.sighash import SignatureVersion
from penstock.tx.sighash import sighash as input_sighash
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut, to_bitcoinlib
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import check_whole
from penstock.vm.judging.verify import verify as verify_input
from penstock.vm.rules import RuleSet, rule_set

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

_NOWHERE: Final = OutPoint(bytes(32), NULL_INDEX)


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
    wrap: Wrap | str | None = None
    outpoint: OutPoint | None = None
    other_inputs: tuple[OtherInput, ...] = field(default=(), kw_only=True)
    input_index: int = field(default=0, kw_only=True)
    internal_key: bytes | None = field(default=None, kw_only=True)
    scripts_only: bool = field(default=False, kw_only=True)
    wrapped: Wrapped = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.contract, Contract):
            raise ArgumentError("contract", "a Contract, from artifact.instantiate(…)", type(self.contract).__name__)
        _check_number("value", self.value, 0, MAX_MONEY)
        _check_number("version", self.version, -(1 << 31), (1 << 31) - 1)
        _check_number("lock_time", self.lock_time, 0, 0xFFFF_FFFF)
        _check_number("sequence", self.sequence, 0, 0xFFFF_FFFF)
        _check_number("input_index", self.input_index, 0, len(self.other_inputs))
        wrap = default_wrap(self.contract.artifact.chain) if self.wrap is None else self.wrap
        object.__setattr__(self, "wrap", wrap)
        object.__setattr__(self, "wrapped", self.contract.wrapped(wrap, internal_key=self.internal_key))
        object.__setattr__(self, "outpoint", _outpoint(self.outpoint))
        outputs = ((self.value, self.anyone),) if self.outputs is None else _pairs(self.outputs)
        object.__setattr__(self, "outputs", outputs)

    @property
    def locking_script(self) -> bytes:
        """The locking script of the spent output: the contract's script, or its hash in a wrapped form."""
        return self.wrapped.locking_script

    @property
    def anyone(self) -> bytes:
        """A locking script that anyone can spend, in the form that nodes of the chain relay."""
        anyone = bytes((Op.OP_1,))
        return witness_script(0, sha256(anyone)) if self.contract.artifact.chain.has_witness else anyone

    @property
    def funding(self) -> Transaction:
        """A transaction with one output: `value` satoshis for `locking_script`."""
        return _funding(self.input_index, TxOut(self.value, self.locking_script))

    @property
    def spent_outputs(self) -> tuple[TxOut, ...]:
        """The outputs that the inputs spend, in the order of the inputs."""
        spent = [other.spent for other in self.other_inputs]
        spent.insert(self.input_index, TxOut(self.value, self.locking_script))
        return tuple(spent)

    @property
    def tx(self) -> "CTransaction":
        """The transaction without unlocking data for the contract, as a `CTransaction` of python-bitcoinlib."""
        return to_bitcoinlib(self.transaction())

    def transaction(self, call: Call | None = None) -> Transaction:
        """Return the transaction; with a call, the unlocking script and witness of the contract's input are filled in.

        Raises:
            ArgumentError: the call belongs to another contract.
        """
        inputs = [TxIn(other.outpoint, b"", other.sequence) for other in self.other_inputs]
        inputs.insert(self.input_index, TxIn(self.outpoint or OutPoint(self.funding.txid, 0), b"", self.sequence))
        outputs = tuple(TxOut(value, script) for value, script in self.outputs or ())
        tx = Transaction(self.version, tuple(inputs), outputs, self.lock_time)
        return tx if call is None else self.unlocked(tx, call)

    def unlocked(self, tx: Transaction, call: Call) -> Transaction:
        """Return a transaction with this spend's input unlocked by a call: unlocking script, witness.

        Raises:
            ArgumentError: the call belongs to another contract.
        """
        if call.contract != self.contract:
            raise ArgumentError("call", "a call of this spend's contract", "one of another contract")
        pushes = call.unlocking_script if self.wrapped.witness_end is None else b""
        if script := self.wrapped.unlocking_script(pushes):
            tx = tx.with_input_script(self.input_index, script)
        if witness := self.wrapped.witness(call.items):
            tx = tx.with_witness(self.input_index, witness)
        return tx

    def as_input(self, number: int) -> OtherInput:
        """Return the contract's input as the other inputs of the same transaction see it.

        Args:
            number: index of the input; it makes the default outpoint unique.
        """
        spent = TxOut(self.value, self.locking_script)
        return OtherInput(self.outpoint or OutPoint(_funding(number, spent).txid, 0), spent, self.sequence)

    def add_input(
        self, value: int, locking_script: bytes, *, outpoint: OutPoint | None = None, sequence: int = FINAL_SEQUENCE
    ) -> Self:
        """Return this spend with one more input, after the others.

        It is not unlocked yet; use `transaction(call).with_input_script(1, ...)`. To spend another contract in the same
        transaction use `JointSpend`.

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

    def sign(self, key: PrivateKey | bytes, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        """Sign the contract's input.

        Args:
            key: a private key, or its 32 bytes; a `CBitcoinSecret` of python-bitcoinlib.
            hash_type: `ALL`, `NONE` or `SINGLE`, optionally followed by `|ANYONECANPAY` (on bsv FORKID is added), or a
                number, which is used unchanged.
            separator: index from 0 of the last OP_CODESEPARATOR that has run when the signature is checked; None if
                none has.

        Returns:
            The signature, DER with a low S, and the hash type's byte. In the form p2tr 64 bytes of BIP340, and the hash
            type's byte unless it is DEFAULT.

        Raises:
            KeyFormatError: `key` is not a private key.
            HashTypeError: `hash_type` is invalid.
            SighashError: SINGLE without an output at the input's index.
            ArgumentError: the script has no such separator.
        """
        key = key if isinstance(key, PrivateKey) else PrivateKey.from_bytes(key)
        code, position = self.script_code(separator)
        return sign_input(
            self.transaction(),
            self.input_index,
            code,
            self.value,
            key,
            hash_type,
            rules=self.contract.artifact.chain,
            version=self.digest_version,
            spent_outputs=self.spent_outputs,
            codeseparator_position=position,
        )

    def sighash(self, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        """Return the 32 bytes that `sign` signs for the same hash type and separator.

        Raises:
            HashTypeError: `hash_type` is invalid.
            ArgumentError: the script has no such separator.
        """
        code, position = self.script_code(separator)
        return input_sighash(
            self.transaction(),
            self.input_index,
            code,
            self.value,
            hash_type,
            rules=self.contract.artifact.chain,
            version=self.digest_version,
            spent_outputs=self.spent_outputs,
            codeseparator_position=position,
        )

    def script_code(self, separator: int | None) -> tuple[bytes, int]:
        """Return the script that a signature commits to, and for a tapscript the position of the last separator.

        Args:
            separator: index from 0 of the last OP_CODESEPARATOR that has run; None if none has.

        Raises:
            ArgumentError: the script has no such separator.
        """
        script = self.wrapped.script
        if separator is None:
            return script, NO_SEPARATOR
        data = len(self.contract.locking_script) - len(self.contract.code)
        place, end = _separator(script[: len(script) - data], separator)
        return (script, place) if self.digest_version is SignatureVersion.TAPROOT else (script[end:], NO_SEPARATOR)

    def judge(self, call: Call, *, rules: RuleSet | Chain | str | None = None) -> Verdict:
        """Judge a call of this spend's contract in this transaction.

        A call whose scripts pass is refused if the transaction's outputs hold more than its inputs, and by the rules of
        relay on btc if nodes would not relay it; not with `scripts_only`.

        Raises:
            ArgumentError: the call belongs to another contract.
        """
        return self.judge_in(self.transaction(call), rules=rules)

    def judge_in(self, tx: Transaction, *, rules: RuleSet | Chain | str | None = None) -> Verdict:
        """Judge this spend's input of a transaction that is unlocked already; otherwise as `judge`."""
        chosen = rule_set(rules or self.contract.artifact.chain)
        verdict = verify_input(
            tx.inputs[self.input_index].script,
            self.locking_script,
            tx=tx,
            input_index=self.input_index,
            value=self.value,
            rules=chosen.scripts_only if self.scripts_only else chosen,
            spent_outputs=self.spent_outputs,
            artifact=self.contract.artifact,
        )
        return verdict if self.scripts_only else check_whole(verdict)

    @property
    def digest_version(self) -> SignatureVersion:
        """The digest by which the contract's input is signed: `legacy`, `segwit_v0` (p2wsh) or `taproot` (p2tr)."""
        return self.wrapped.version


def _funding(number: int, output: TxOut) -> Transaction:
    """Return a transaction that spends no real output and pays `output`; `number` makes its id unique."""
    script = bytes((Op.OP_0,)) + push_number(number)
    return Transaction(1, (TxIn(_NOWHERE, script, FINAL_SEQUENCE),), (output,))


def _separator(script: bytes, number: int) -> tuple[int, int]:
    """Return the place of a separator among the opcodes, and the offset of its end in bytes.

    Raises:
        ArgumentError: the script has fewer separators.
    """
    code = enumerate(instructions(script))
    found = [(place, each.offset + each.size) for place, each in code if each.opcode == Op.OP_CODESEPARATOR]
    if not 0 <= number < len(found):
        raise ArgumentError("separator", f"the number of one of {len(found)} code separators, from 0", str(number))
    return found[number]


def _outpoint(outpoint: object) -> OutPoint | None:
    """Return an outpoint, or None; a `COutPoint` of python-bitcoinlib becomes an `OutPoint`."""
    plain = plain_outpoint(outpoint)
    if plain is not None and not isinstance(outpoint, OutPoint) and plain is outpoint:
        raise ArgumentError("outpoint", "an OutPoint", type(outpoint).__name__)
    return None if plain is None else OutPoint(*plain)


def _check_number(name: str, number: object, least: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ArgumentError(name, f"a whole number from {least} to {most}", repr(number))


def _pairs(outputs: object) -> tuple[tuple[int, bytes], ...]:
    if not isinstance(outputs, Iterable) or isinstance(outputs, str | bytes | Mapping):
        raise ArgumentError("outputs", "a list of pairs of satoshis and locking script", type(outputs).__name__)
    return tuple(_pair(f"outputs[{index}]", output) for index, output in enumerate(outputs))


def _pair(name: str, output: object) -> tuple[int, bytes]:
    match plain_output(output):
        case (int() as value, (bytes() | bytearray()) as script):
            _check_number(f"{name} value", value, 0, MAX_MONEY)
            return value, bytes(script)
        case _:
            raise ArgumentError(name, "a pair of satoshis and a locking script in bytes", type(output).__name__)
