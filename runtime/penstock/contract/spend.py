"""Spend: the transaction around one contract output, with the preimages that its contract requires.

In: a contract, an amount, and the other parts of the transaction. Out: signatures, transactions, verdicts.
"""

from dataclasses import dataclass, replace
from typing import Any

from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.push_tx import PreimageForm, demanded, filled, in_order, is_low, preimage_of
from penstock.contract.spending_transaction import SpendingTransaction
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.wraps import Wrap
from penstock.errors import hides_frames
from penstock.script.chains import Chain
from penstock.tx.hash_type import hash_type_number
from penstock.tx.transaction import OutPoint, Transaction
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Spend(SpendingTransaction):
    """The transaction that spends one output of a contract.

    A frozen value: `dataclasses.replace(spend, outputs=...)` makes another one.

    Attributes:
        contract: the contract that locks the spent output.
        value: the satoshis in that output.
        outputs: pairs of satoshis and locking script. None means a single output with the whole value and a script that
            anyone can spend.
        version: the transaction's version, a signed 32-bit number.
        lock_time: the transaction's lock time: a height, or from 500,000,000 on a time.
        sequence: the sequence number of the contract's input.
        wrap: the form of the output: `bare`, or for a contract compiled for btc `p2sh`, `p2wsh`, `p2sh-p2wsh`, `p2tr`.
            None means the form that nodes relay: on btc `p2wsh`, else `bare`.
        outpoint: the spent output. None means output 0 of `funding`.
        other_inputs: the other inputs of the transaction; `add_input` adds one.
        input_index: index of the contract's input among all.
        internal_key: p2tr: the x-only key that can spend without the script; None for one without a known secret.
        scripts_only: whether verdicts are about the scripts alone: not about the values of the transaction, nor
            whether nodes relay its outputs.
        wrapped: the contract's script in the output.

    Raises:
        ArgumentError: not a contract, a number out of its range, an output that is not a pair of satoshis and bytes
            (nor a `CTxOut`), a wrap that the contract's target does not have, or that is not safe for its script.
    """

    def preimage(self, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        """Return the data that `sign` hashes for a hash type: the argument of a contract that checks its transaction.

        Args:
            hash_type: as for `sign`.
            separator: index from 0 of the last executed OP_CODESEPARATOR of the script; None if there is none.

        Raises:
            HashTypeError: `hash_type` is invalid.
            ArgumentError: the script has no such separator.
        """
        form = PreimageForm(hash_type_number(hash_type, self.contract.artifact.chain), *self.script_code(separator))
        return preimage_of(self, form)

    # Annotated loosely because the types of a function's parameters are known at run time only.
    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Call:
        """Call a public function of the contract, with `PREIMAGE` among the arguments filled in for this transaction.

        The arguments are positional or by name.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        return filled(self, function, in_order(self.contract, function, args, kwargs))

    # Annotated loosely because the types of a function's parameters are known at run time only.
    def grind(self, function: str, /, *args: Any, by: str = "lock_time", **kwargs: Any) -> "Spend":
        """Return this spend with the first lock time for which the preimage that a call requires has a low digest.

        A contract with `Tx.checkPreimageOpt` or a similar function accepts only such a preimage: with a short script,
        one digest in four.

        Args:
            function: the public function.
            args: its arguments by position, including `PREIMAGE`.
            by: `lock_time`, counted up; or `sequence`, the number of the contract's input, counted down.
            kwargs: arguments by name; a parameter called `by` has to be given by position.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it; `PREIMAGE` is not among them, `by` is
                unknown, or the numbers are exhausted.
        """
        values = in_order(self.contract, function, args, kwargs)
        if PREIMAGE not in values:
            raise ArgumentError("args", "PREIMAGE among the arguments", f"{len(values)} arguments without")
        form, spend = demanded(self, function, values), self
        while not is_low(preimage_of(spend, form)):
            match by:
                case "lock_time":
                    spend = replace(spend, lock_time=spend.lock_time + 1)
                case "sequence":
                    spend = replace(spend, sequence=spend.sequence - 1)
                case _:
                    raise ArgumentError("by", "lock_time or sequence", repr(by))
        return spend

    # Annotated loosely because the types of a function's parameters are known at run time only.
    def verify(
        self, function: str, /, *args: Any, rules: RuleSet | Chain | str | None = None, **kwargs: Any
    ) -> Verdict:
        """Call a public function and judge the call in this transaction.

        Args:
            function: the public function.
            args: its arguments by position; `PREIMAGE` is replaced by the required preimage.
            rules: the rule set to judge by; None for that of the contract's target (`bsv` or `btc`: the rules of
                relay).
            kwargs: arguments by name; a parameter called `rules` has to be given by position, or in `call`.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        return self.judge(self.call(function, *args, **kwargs), rules=rules)

    def following(self, call: Call, output: int = 0) -> "Spend":
        """Return the spend of the next instance: the one in an output of this spend with `call`.

        It has only the instance, its value and its outpoint; `dataclasses.replace` sets its outputs.

        Args:
            call: the call that unlocks this spend: it is part of the transaction's id.
            output: index of the output.

        Raises:
            ArgumentError: the call belongs to another contract, or that output has no instance of this one.
        """
        return self.in_output(self.transaction(call), output)

    def in_output(self, tx: Transaction, output: int = 0) -> "Spend":
        """Return the spend of an instance of this contract in an output of a transaction.

        Raises:
            ArgumentError: that output has no instance of this contract.
        """
        made = tx.outputs[output] if 0 <= output < len(tx.outputs) else None
        found = None if made is None else self.contract.artifact.match(made.script)
        if made is None or found is None:
            got = f"one of {len(tx.outputs)} outputs" if made else f"output {output} of {len(tx.outputs)}"
            raise ArgumentError("output", f"an output that contains {self.contract.artifact.contract}", got)
        return Spend(found, made.value, wrap=Wrap.BARE, outpoint=OutPoint(tx.txid, output))
