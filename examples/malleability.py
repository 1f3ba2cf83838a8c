"""Malleability: the changes of a transaction that leave a signature valid, found by experiment.

python examples/malleability.py

A transaction spends the streaming contract (input 0) and another coin (input 1). Bob signs input 0 with each hash type;
then one thing is changed, and the machine judges input 0 again. The result is the table of `docs/malleability.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import penstock
from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.agreement import FUNCTION, VERSION
from penstock.contract.contract import Contract
from penstock.ledger.coins import pay_to_key
from penstock.script.chains import Chain
from penstock.script.hashes import sha256
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.judging.verify import verify
from penstock.vm.rules import rule_set

HASH_TYPES: Final = (
    "ALL",
    "NONE",
    "SINGLE",
    "ALL|ANYONECANPAY",
    "NONE|ANYONECANPAY",
    "SINGLE|ANYONECANPAY",
)
_VALUE: Final = 1000
_CHUNK: Final = b"a chunk of the movie"


@dataclass(frozen=True, slots=True)
class Situation:
    """A signed transaction, with the data to change and to judge it.

    Attributes:
        value: satoshis in the coin that input 0 spends.
    """

    contract: Contract
    transaction: Transaction
    alice: PrivateKey
    bob_signature: bytes
    value: int = _VALUE

    @property
    def rules(self) -> Chain:
        """The rules for judging it: those of the contract's chain."""
        return self.contract.artifact.chain

    def with_input(self, index: int, txin: TxIn) -> "Situation":
        """Replace input `index`."""
        inputs = self.transaction.inputs
        return self.with_transaction(inputs=(*inputs[:index], txin, *inputs[index + 1 :]))

    def with_transaction(self, **fields: object) -> "Situation":
        """Replace whole fields of the transaction."""
        return replace(self, transaction=self.transaction._replace(**fields))  # type: ignore[arg-type]  # by name

    def holds(self) -> bool:
        """Return whether input 0 is valid."""
        unlocking, locking = self.transaction.inputs[0].script, self.contract.locking_script
        rules = rule_set(self.rules).scripts_only
        return bool(verify(unlocking, locking, tx=self.transaction, input_index=0, value=self.value, rules=rules))


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is made after Bob has signed."""

    what: str
    apply: Callable[[Situation], Situation]


@dataclass(frozen=True, slots=True)
class Row:
    """A change, and for each of `HASH_TYPES` whether the signature stays valid."""

    what: str
    survives: tuple[bool, ...]


def table(artifact: Artifact, alice: PrivateKey, bob: PrivateKey) -> tuple[Row, ...]:
    """Try every change with every hash type.

    Args:
        artifact: the streaming contract, compiled for the chain of the table.
        alice: any key.
        bob: another one.
    """
    situations = [_situation(artifact, alice, bob, hash_type) for hash_type in HASH_TYPES]
    if not all(situation.holds() for situation in situations):
        raise ValueError("the artifact is not the streaming contract: its own spend fails before anything is changed")
    return tuple(
        Row(change.what, tuple(change.apply(situation).holds() for situation in situations)) for change in CHANGES
    )


def markdown(rows: Sequence[Row]) -> str:
    """Return the table in Markdown: each change is free or signed."""
    lines = [
        "| change after signing | " + " | ".join(name.replace("|", "\\|") for name in HASH_TYPES) + " |",
        "|---|" + ":-:|" * len(HASH_TYPES),
    ]
    lines += [
        f"| {row.what} | " + " | ".join("free" if free else "signed" for free in row.survives) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def _situation(artifact: Artifact, alice: PrivateKey, bob: PrivateKey, hash_type: str) -> Situation:
    contract = artifact.instantiate(alice=alice.public_key, bob=bob.public_key, hash=sha256(_CHUNK))
    inputs = (TxIn(OutPoint(b"\x01" * 32, 0)), TxIn(OutPoint(b"\x02" * 32, 0)))
    outputs = (TxOut(600, pay_to_key(bob.public_key)), TxOut(500, pay_to_key(alice.public_key)))
    transaction = Transaction(VERSION, inputs, outputs)
    signature = sign(transaction, 0, contract.locking_script, _VALUE, bob, hash_type, artifact.chain)
    unlocking = contract.call(FUNCTION, _CHUNK, signature).unlocking_script
    return Situation(contract, transaction.with_input_script(0, unlocking), alice, signature)


def _swap_chunk_for_signature(situation: Situation) -> Situation:
    """Make the change of the article's 2-way closing."""
    script = situation.contract.locking_script
    hers = sign(situation.transaction, 0, script, situation.value, situation.alice, "ALL", situation.rules)
    unlocking = situation.contract.call(FUNCTION, hers, situation.bob_signature).unlocking_script
    return situation.with_input(0, situation.transaction.inputs[0]._replace(script=unlocking))


def _own_input(**fields: object) -> Callable[[Situation], Situation]:
    return _input(0, **fields)


def _input(index: int, **fields: object) -> Callable[[Situation], Situation]:
    def apply(situation: Situation) -> Situation:
        txin = situation.transaction.inputs[index]
        return situation.with_input(index, txin._replace(**fields))  # type: ignore[arg-type]  # by name

    return apply


def _output(index: int, value: int) -> Callable[[Situation], Situation]:
    def apply(situation: Situation) -> Situation:
        outputs = list(situation.transaction.outputs)
        outputs[index] = TxOut(value, outputs[index].script)
        return situation.with_transaction(outputs=tuple(outputs))

    return apply


def _add_input(situation: Situation) -> Situation:
    added = TxIn(OutPoint(b"\x03" * 32, 0))
    return situation.with_transaction(inputs=(*situation.transaction.inputs, added))


def _drop_input(situation: Situation) -> Situation:
    return situation.with_transaction(inputs=situation.transaction.inputs[:-1])


def _add_output(situation: Situation) -> Situation:
    return situation.with_transaction(outputs=(*situation.transaction.outputs, TxOut(1, b"\x51")))


def _drop_output(situation: Situation) -> Situation:
    return situation.with_transaction(outputs=situation.transaction.outputs[:-1])


_ELSEWHERE: Final = OutPoint(b"\x04" * 32, 7)

CHANGES: Final = (
    Change("its own unlocking script (chunk → Alice's signature)", _swap_chunk_for_signature),
    Change("another input's unlocking script", _input(1, script=b"\x51")),
    Change("another input's sequence number", _input(1, sequence=1)),
    Change("another input's coin", _input(1, outpoint=_ELSEWHERE)),
    Change("an input added", _add_input),
    Change("another input dropped", _drop_input),
    Change("its own sequence number", _own_input(sequence=1)),
    Change("its own coin", _own_input(outpoint=_ELSEWHERE)),
    Change("the amount of its own coin", lambda situation: replace(situation, value=_VALUE + 1)),
    Change("the output at its own place", _output(0, 599)),
    Change("another output", _output(1, 499)),
    Change("an output added", _add_output),
    Change("another output dropped", _drop_output),
    Change("version", lambda situation: situation.with_transaction(version=2)),
    Change("lock time", lambda situation: situation.with_transaction(lock_time=1)),
)


def main() -> None:
    """Print the table for BSV."""
    streaming = penstock.compile_file(penstock.bundled("streaming"))
    print(markdown(table(streaming, PrivateKey.generate(), PrivateKey.generate())), end="")


if __name__ == "__main__":
    main()
