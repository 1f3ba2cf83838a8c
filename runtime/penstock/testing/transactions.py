"""Drafts of transactions: inputs and outputs are named first, signed and filled in when the draft is sent.

In: coins with the calls that spend them, outputs, and the other parts. Out: the finished transaction, with the spends
and calls of its contracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.joint_spend import JointSpend
from penstock.contract.spend import Spend
from penstock.contract.spending_transaction import OtherInput
from penstock.errors import hides_frames
from penstock.evaluation.calls import evaluate_call
from penstock.evaluation.programs import program_of
from penstock.ledger.fees import FeeRate
from penstock.script.chains import Chain as ChainRecord
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.opcodes import Op
from penstock.script.pushes import push_data
from penstock.testing.arguments import call_with
from penstock.testing.checks import check_field, check_value
from penstock.testing.coins import ContractCoin, KeyCoin, NextInstance
from penstock.testing.keys import Key
from penstock.testing.results import Sent
from penstock.tx.transaction import Transaction, TxIn, TxOut
from penstock.wording import counted

__tracebackhide__ = hides_frames

_NOT_FINAL = FINAL_SEQUENCE - 1
_MOST_ROUNDS = 8
"""Rounds in which the size of a transaction, its fee and its change have to agree."""
_SPARE = 1
"""Satoshis that the fee may be above its rate: a signature made anew may be a byte shorter."""


class NoNextStateError(ArgumentError):
    """A call that hands no state on, so that it has no next instance."""


@dataclass(frozen=True, slots=True)
class CallInput:
    """A contract's coin with the call that spends it."""

    coin: ContractCoin
    function: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class KeyInput:
    """A key's coin."""

    coin: KeyCoin
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An output that gets what the others and the fee leave over."""

    script: bytes
    rate: FeeRate


@dataclass(frozen=True, slots=True)
class Filled:
    """A finished transaction: the joint spend of its contracts, and their calls."""

    tx: Transaction
    spends: tuple[Spend, ...]
    calls: tuple[Call, ...]
    spent: tuple[TxOut, ...]


class Sender(Protocol):
    """A chain, as far as drafts need it."""

    @property
    def record(self) -> ChainRecord:
        """The record of the chain."""

    @property
    def fee_rate(self) -> FeeRate:
        """The fee rate that transactions must pay."""

    @property
    def default_version(self) -> int:
        """The version of transactions."""

    def script_of(self, destination: object) -> bytes:
        """Return the locking script of a key, a contract, an address or a script."""

    def size_for_fees(self, tx: Transaction) -> int:
        """Return the bytes of a transaction that count for its fee."""

    def send(self, draft: "Draft") -> Sent:
        """Fill a draft and send it, or raise an error."""

    def try_send(self, draft: "Draft") -> Sent:
        """Fill a draft and send it."""


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A transaction in the making. Each method returns another draft with one part more.

    Attributes:
        chain: the chain that it is for.
    """

    chain: "Sender"
    inputs: tuple[CallInput | KeyInput, ...] = ()
    outputs: tuple[tuple[int, Any] | Change, ...] = ()
    lock_time: int = 0
    tx_version: int | None = None

    def __repr__(self) -> str:
        """Return one short line: pytest shows it where an assert fails."""
        inputs = ", ".join(
            f"{each.coin.contract.artifact.contract}.{each.function}"
            if isinstance(each, CallInput)
            else repr(each.coin.key)
            for each in self.inputs
        )
        return f"<Draft that spends {inputs or 'nothing yet'}, {counted(len(self.outputs), 'output')}>"

    def spend(
        self, coin: ContractCoin | KeyCoin, function: str | None = None, /, *args: object, **kwargs: object
    ) -> "Draft":
        """Add an input.

        Args:
            coin: the coin: a contract's, which needs a call, or a key's, which signs for itself.
            function: the public function of the contract.
            args: its arguments by position. A `Key` is what the type asks for, `PREIMAGE` and signatures are filled in.
            kwargs: its arguments by name.

        Raises:
            ArgumentError: not a coin, a contract's coin without a call, or one of a contract for another chain.
        """
        if isinstance(coin, ContractCoin) and coin.contract.artifact.chain != self.chain.record:
            got = f"one of a contract for {coin.contract.artifact.target}"
            raise ArgumentError("coin", f"a coin of {self.chain.record}", got)
        match coin, function:
            case ContractCoin(), str():
                return replace(self, inputs=(*self.inputs, CallInput(coin, function, args, kwargs)))
            case KeyCoin(), None if not (args or kwargs):
                return replace(self, inputs=(*self.inputs, KeyInput(coin)))
            case KeyCoin(), _:
                raise ArgumentError("function", "nothing: a key's coin signs for itself", repr(function))
            case ContractCoin(), None:
                names = ", ".join(each.name for each in coin.contract.artifact.functions)
                raise ArgumentError("function", f"the public function to call ({names})", "nothing")
            case _:
                raise ArgumentError("coin", "a coin, from chain.fund(…) or chain.coin(…)", type(coin).__name__)

    def to(self, destination: "bytes | str | Key | Contract | NextInstance", value: int) -> "Draft":
        """Add an output.

        Args:
            destination: a key, a contract, `coin.next(…)`, a locking script, or an address.
            value: satoshis.

        Raises:
            ArgumentError: none of these, or not satoshis.
            AddressError: text that is not an address.
        """
        whom = destination if isinstance(destination, NextInstance) else self.chain.script_of(destination)
        return replace(self, outputs=(*self.outputs, (check_value(value), whom)))

    def data(self, data: bytes) -> "Draft":
        """Add an output without value that holds data.

        Raises:
            ArgumentError: not bytes.
        """
        if not isinstance(data, bytes | bytearray):
            raise ArgumentError("data", "bytes", type(data).__name__)
        head = b"" if self.chain.record.has_witness else bytes((Op.OP_0,))  # on bsv such an output can never be spent
        return replace(self, outputs=(*self.outputs, (0, head + bytes((Op.OP_RETURN,)) + push_data(data))))

    def change(self, destination: "bytes | str | Key | Contract", *, fee_rate: int | None = None) -> "Draft":
        """Add an output that gets what the others and the fee leave over.

        Args:
            destination: as for `to`.
            fee_rate: satoshis per 1,000 bytes; None for the chain's own.
        """
        rate = self.chain.fee_rate if fee_rate is None else FeeRate(fee_rate)
        return replace(self, outputs=(*self.outputs, Change(self.chain.script_of(destination), rate)))

    def lock(self, lock_time: int) -> "Draft":
        """Set the lock time, a height or from 500,000,000 on a time; inputs are then not final.

        Raises:
            ArgumentError: not a number of 32 bits.
        """
        return replace(self, lock_time=check_field("lock", lock_time))

    def sequence(self, number: int) -> "Draft":
        """Set the sequence number of the last input.

        Raises:
            ArgumentError: there is no input yet, or not a number of 32 bits.
        """
        check_field("sequence", number)
        if not self.inputs:
            raise ArgumentError("sequence", "an input before it", "a draft without inputs")
        return replace(self, inputs=(*self.inputs[:-1], replace(self.inputs[-1], sequence=number)))

    def version(self, number: int) -> "Draft":
        """Set the version of the transaction; by default 2 where relative locks exist, else 1.

        Raises:
            ArgumentError: not a number of 32 bits.
        """
        return replace(self, tx_version=check_field("version", number))

    def send(self) -> Sent:
        """Fill the draft and send it to the chain's pool.

        Raises:
            RefusedError: the chain refuses it.
            ArgumentError: an argument of a call does not fit, or there is not enough for the change.
        """
        return self.chain.send(self)

    def try_send(self) -> Sent:
        """Fill the draft and send it; the result is false if the chain refuses it.

        Raises:
            ArgumentError: as `send`.
        """
        return self.chain.try_send(self)

    def filled(self) -> Filled:
        """Return the finished transaction, with signatures, preimages, states and change."""
        scripts = [self.chain.script_of(_instance(_destination(each))) for each in self.outputs]
        values = [0 if isinstance(each, Change) else each[0] for each in self.outputs]
        filled = self._with(values, scripts)
        if any(isinstance(_destination(each), NextInstance) for each in self.outputs):
            scripts = self._handed_on(scripts, filled)
            filled = self._with(values, scripts)
        for _ in range(_MOST_ROUNDS):
            wanted = self._with_change(values, filled)
            if all(0 <= new - old <= _SPARE for new, old in zip(wanted, values, strict=True)):
                return filled
            values = wanted
            filled = self._with(values, scripts)
        return filled

    def _with(self, values: Sequence[int], scripts: Sequence[bytes]) -> Filled:
        """Return the transaction with these outputs."""
        outputs = list(zip(values, scripts, strict=True))
        version = self.tx_version if self.tx_version is not None else self.chain.default_version
        inputs = [_placed(each, self.lock_time) for each in self.inputs]
        if not any(isinstance(each, Spend) for each in inputs):
            return self._of_keys(inputs, outputs, version)
        joint = JointSpend(inputs, outputs, version, self.lock_time)
        calling = [each for each in self.inputs if isinstance(each, CallInput)]
        calls = tuple(_call(spend, each) for spend, each in zip(joint.spends, calling, strict=True))
        spent = joint.spends[0].spent_outputs
        return Filled(self._signed(joint.transaction(*calls), spent), joint.spends, calls, spent)

    def _of_keys(self, inputs: Sequence[Spend | OtherInput], outputs: list[tuple[int, bytes]], version: int) -> Filled:
        """Return a transaction without contracts among its inputs."""
        others = [each for each in inputs if isinstance(each, OtherInput)]
        if not others:
            raise ArgumentError("inputs", "at least one coin to spend", "a draft without inputs")
        made = tuple(TxOut(value, script) for value, script in outputs)
        ins = tuple(TxIn(each.outpoint, b"", each.sequence) for each in others)
        tx = Transaction(version, ins, made, self.lock_time)
        spent = tuple(each.spent for each in others)
        return Filled(self._signed(tx, spent), (), (), spent)

    def _signed(self, tx: Transaction, spent: tuple[TxOut, ...]) -> Transaction:
        """Return the transaction with the inputs of keys signed; a signature covers no other input's script."""
        bare = tx
        for index, each in enumerate(self.inputs):
            if isinstance(each, KeyInput):
                done = each.coin.unlocked(bare.without_witnesses(), index, spent, self.chain.record)
                tx = tx.with_input_script(index, done.inputs[index].script)
                if done.witnesses:
                    tx = tx.with_witness(index, done.witnesses[index])
        return tx

    def _handed_on(self, scripts: list[bytes], filled: Filled) -> list[bytes]:
        """Return the scripts of the outputs, with the states that the calls hand on."""
        by_coin = {
            each.coin: (spend, call)
            for each, spend, call in zip(
                [each for each in self.inputs if isinstance(each, CallInput)], filled.spends, filled.calls, strict=True
            )
        }
        found = list(scripts)
        for index, output in enumerate(self.outputs):
            wanted = _destination(output)
            if isinstance(wanted, NextInstance):
                if wanted.coin not in by_coin:
                    expected = "the next instance of a coin that this transaction spends"
                    raise ArgumentError(f"output {index}", expected, "that of another coin")
                found[index] = self.chain.script_of(_next_instance(*by_coin[wanted.coin]))
        return found

    def _with_change(self, values: list[int], filled: Filled) -> list[int]:
        """Return the values of the outputs, with the change that this size leaves."""
        places = [index for index, each in enumerate(self.outputs) if isinstance(each, Change)]
        if not places:
            return values
        if len(places) > 1:
            raise ArgumentError("change", "one output of change", f"{len(places)}")
        (place,) = places
        change = self.outputs[place]
        assert isinstance(change, Change), "as filtered above"
        paid = sum(output.value for output in filled.spent)
        others = sum(value for index, value in enumerate(values) if index != place)
        left = paid - others - change.rate.fee(self.chain.size_for_fees(filled.tx))
        if left < 0:
            expected = "inputs that pay for the outputs and the fee"
            raise ArgumentError("change", expected, f"{-left:,} satoshis too little")
        return [left if index == place else value for index, value in enumerate(values)]


def _name(each: CallInput | KeyInput) -> str:
    return (
        repr(each.coin.key) if isinstance(each, KeyInput) else f"{each.coin.contract.artifact.contract}.{each.function}"
    )


def _destination(output: tuple[int, Any] | Change) -> Any:
    return output.script if isinstance(output, Change) else output[1]


def _instance(destination: Any) -> Any:
    """Return a destination, in place of a next instance the present one: its script has a similar size."""
    return destination.coin.contract if isinstance(destination, NextInstance) else destination


def _placed(each: CallInput | KeyInput, lock_time: int) -> Spend | OtherInput:
    """Return an input as a part of a joint spend: not final if there is a lock time."""
    sequence = each.sequence if each.sequence is not None else _NOT_FINAL if lock_time else FINAL_SEQUENCE
    if isinstance(each, CallInput):
        return each.coin.as_spend(sequence)
    return OtherInput(each.coin.outpoint, each.coin.spent, sequence)


def _call(spend: Spend, each: CallInput) -> Call:
    return call_with(spend, each.function, each.args, each.kwargs)


def _next_instance(spend: Spend, call: Call) -> Contract:
    """Return the instance with the state that a call hands on; the present one for a call that its contract refuses."""
    program = program_of(spend.contract.artifact)
    name = f"{spend.contract.artifact.contract}.{call.function.name}"
    if program is None:
        raise ArgumentError(name, "an artifact with its sources, to compute the next state: or give it", "one without")
    evaluated = evaluate_call(program, spend, call)
    if evaluated.state is not None:
        return spend.contract.with_state(**evaluated.state)
    if evaluated.outcome.accepted:
        raise NoNextStateError(name, "a call that hands the state on", "one that never does")
    return spend.contract
