"""A spend: the transaction around one contract output, with the preimages that its contract demands.

In: a contract, an amount, and the transaction's other parts. Out: signatures, transactions, verdicts.
"""

from dataclasses import dataclass, replace
from typing import Any

from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.push_tx import PreimageForm, code_behind, demanded, filled, is_low, preimage_of
from penstock.contract.spending_transaction import SpendingTransaction
from penstock.contract.values.demanded import PREIMAGE
from penstock.errors import hides_frames
from penstock.script.chains import Chain
from penstock.tx.hash_type import hash_type_number
from penstock.tx.transaction import OutPoint
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Spend(SpendingTransaction):
    """The transaction that spends one output of a contract.

    A frozen value: `dataclasses.replace(spend, outputs=...)` makes another one.

    Attributes:
        contract: what locks the output that is spent.
        value: the satoshis in that output.
        outputs: pairs of satoshis and locking script. None stands for a single output that carries the whole value to
            a script that anybody can spend.
        version: the transaction's version, a signed 32-bit number.
        lock_time: the transaction's lock time: a height, or from 500,000,000 on a time.
        sequence: the sequence number of the contract's input.
        wrap: `bare` (the default on both chains), or `p2wsh` for a contract compiled for btc.
        outpoint: the output that is spent. None stands for output 0 of `funding`.
        other_inputs: further inputs, behind the contract's; `add_input` adds one.

    Raises:
        ArgumentError: no contract, a number out of its range, an output that is no pair of satoshis and bytes, a wrap
            that the contract's target does not have.
    """

    def preimage(self, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        """Return what `sign` hashes for a hash type: what a contract that checks its own transaction is given.

        Args:
            hash_type: as for `sign`.
            separator: which OP_CODESEPARATOR of the script, counted from 0, was the last to run; None if there is none.

        Raises:
            HashTypeError: `hash_type` is none.
            ArgumentError: the script has no such separator.
        """
        contract = self.contract
        code = contract.locking_script if separator is None else code_behind(contract, separator)
        return preimage_of(self, PreimageForm(hash_type_number(hash_type, contract.artifact.chain), code))

    # Annotated loosely because a function takes whatever its parameters' types say.
    def call(self, function: str, /, *args: Any) -> Call:
        """Call a public function of the contract, with `PREIMAGE` among the arguments filled in for this transaction.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        return filled(self, function, args)

    def grind(self, function: str, /, *args: Any, by: str = "lock_time") -> "Spend":
        """Return this spend with the first lock time for which the preimage that a call demands has a low digest.

        A contract with `Tx.checkPreimageOpt` or one of its kin takes only such a preimage: with a short script, one
        digest in four.

        Args:
            function: the public function.
            args: its arguments, `PREIMAGE` among them.
            by: `lock_time`, counted up; or `sequence`, the number of the contract's input, counted down.

        Raises:
            ArgumentError: `PREIMAGE` is not among the arguments, `by` is neither, or the numbers have run out.
        """
        if PREIMAGE not in args:
            raise ArgumentError("args", "PREIMAGE among the arguments", f"{len(args)} arguments without")
        form, spend = demanded(self, function, args), self
        while not is_low(preimage_of(spend, form)):
            match by:
                case "lock_time":
                    spend = replace(spend, lock_time=spend.lock_time + 1)
                case "sequence":
                    spend = replace(spend, sequence=spend.sequence - 1)
                case _:
                    raise ArgumentError("by", "lock_time or sequence", repr(by))
        return spend

    # Annotated loosely because a function takes whatever its parameters' types say.
    def verify(self, function: str, /, *args: Any, rules: RuleSet | Chain | str | None = None) -> Verdict:
        """Call a public function and judge the call in this transaction.

        Args:
            function: the public function.
            args: its arguments, in order; `PREIMAGE` stands for the preimage that it demands.
            rules: the rule set to judge by; the contract's target (`bsv` or `btc`: what relay accepts) if None.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        return self.judge(self.call(function, *args), rules=rules)

    def following(self, call: Call, output: int = 0) -> "Spend":
        """Return the spend of the instance that an output of this one, with `call`, hands the contract on to.

        It has nothing but the instance, its value and its outpoint; `dataclasses.replace` gives it outputs.

        Args:
            call: the call that unlocks this spend: it is part of the transaction's id.
            output: which output.

        Raises:
            ArgumentError: the call belongs to another contract, or no instance of this one is in that output.
        """
        tx = self.transaction(call)
        made = tx.outputs[output] if 0 <= output < len(tx.outputs) else None
        found = None if made is None else self.contract.artifact.match(made.script)
        if made is None or found is None:
            got = f"one of {len(tx.outputs)} outputs" if made else f"output {output} of {len(tx.outputs)}"
            raise ArgumentError("output", f"an output that holds {self.contract.artifact.contract}", got)
        return Spend(found, made.value, outpoint=OutPoint(tx.txid, output))
