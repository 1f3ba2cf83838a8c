"""JointSpend: one transaction that spends several contracts, each at its own input and with its own call.

In: one `Spend` for each contract, and the parts that the transaction has once. Out: the same spends, placed in the
joint transaction, which sign and fill in preimages for it; the transaction with all calls; a verdict for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.spending_transaction import OtherInput
from penstock.errors import hides_frames
from penstock.script.chains import Chain
from penstock.tx.transaction import Transaction
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class JointSpend:
    """A transaction with several contracts among its inputs.

    Attributes:
        inputs: the inputs in their order: a `Spend` for a contract, of which the contract, the value, the sequence
            number, the wrap and the outpoint count; an `OtherInput` for any other output.
        outputs: pairs of satoshis and locking script. None means a single output with the whole value and a script that
            anyone can spend.
        version: the transaction's version, a signed 32-bit number.
        lock_time: the transaction's lock time: a height, or from 500,000,000 on a time.
        scripts_only: as for `Spend`.
        spends: the spends of the contracts, in the order of the inputs, each placed in this transaction: they sign,
            fill in `PREIMAGE` and judge as part of it.

    Raises:
        ArgumentError: no contract among the inputs, an input of another type or a spend with inputs of its own,
            contracts for different chains, or a part that does not fit, as for `Spend`.
    """

    inputs: Sequence[Spend | OtherInput]
    outputs: Sequence[tuple[int, bytes]] | None = None
    version: int = 1
    lock_time: int = 0
    scripts_only: bool = False
    spends: tuple[Spend, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(self.inputs))
        for index, each in enumerate(self.inputs):
            _check_input(f"inputs[{index}]", each)
        spends = [each for each in self.inputs if isinstance(each, Spend)]
        if not spends:
            raise ArgumentError("inputs", "at least one Spend", "none")
        chains = {str(each.contract.artifact.chain) for each in spends}
        if len(chains) > 1:
            raise ArgumentError("inputs", "contracts for one chain", " and ".join(sorted(chains)))
        object.__setattr__(self, "spends", self._placed())
        object.__setattr__(self, "outputs", self.spends[0].outputs)

    def _placed(self) -> tuple[Spend, ...]:
        """Return the spends of the contracts, in the order of the inputs, each placed in this transaction."""
        places = [each.as_input(index) if isinstance(each, Spend) else each for index, each in enumerate(self.inputs)]
        value = sum(place.spent.value for place in places)
        return tuple(
            replace(
                each,
                outputs=((value, each.anyone),) if self.outputs is None else self.outputs,
                version=self.version,
                lock_time=self.lock_time,
                outpoint=places[index].outpoint,
                other_inputs=(*places[:index], *places[index + 1 :]),
                input_index=index,
                scripts_only=self.scripts_only,
            )
            for index, each in enumerate(self.inputs)
            if isinstance(each, Spend)
        )

    def transaction(self, *calls: Call) -> Transaction:
        """Return the transaction; with calls, the inputs of the contracts are unlocked.

        Args:
            calls: one call for each contract, in the order of the inputs; or none.

        Raises:
            ArgumentError: there are not as many calls as contracts, or a call belongs to another contract.
        """
        spends = self.spends
        tx = spends[0].transaction()
        if not calls:
            return tx
        if len(calls) != len(spends):
            raise ArgumentError("calls", f"one call for each of {len(spends)} contracts", f"{len(calls)} calls")
        for spend, call in zip(spends, calls, strict=True):
            tx = spend.unlocked(tx, call)
        return tx

    def judge(self, *calls: Call, rules: RuleSet | Chain | str | None = None) -> list[Verdict]:
        """Judge a call of each contract in this transaction; one verdict for each, with lines of its own source.

        Args:
            calls: one call for each contract, in the order of the inputs.
            rules: as for `Spend.verify`.

        Raises:
            ArgumentError: as `transaction`.
        """
        tx = self.transaction(*calls)
        return [spend.judge_in(tx, rules=rules) for spend in self.spends]

    def following(self, *calls: Call, of: int = 0, output: int = 0) -> Spend:
        """Return the spend of a contract's next instance: the one in an output of this transaction.

        Args:
            calls: one call for each contract: they are part of the transaction's id.
            of: which contract, counted from 0 in the order of the inputs.
            output: index of the output.

        Raises:
            ArgumentError: as `transaction`; and that output has no instance of this contract.
        """
        return self.spends[of].in_output(self.transaction(*calls), output)


def _check_input(name: str, given: object) -> None:
    if not isinstance(given, Spend | OtherInput):
        raise ArgumentError(name, "a Spend or an OtherInput", type(given).__name__)
    if isinstance(given, Spend) and given.other_inputs:
        raise ArgumentError(name, "a Spend without other inputs: list them here", f"{len(given.other_inputs)} others")
