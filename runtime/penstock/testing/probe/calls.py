"""Calls to probe: an accepted call in its transaction, with the signatures and preimages among its arguments.

In: a transaction that a test has sent, and one of its calls. Out: the call as a `ProbedCall`, which judges its script
again in a changed transaction or with changed arguments.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from penstock.artifact.basic_types import BasicType, Kind
from penstock.contract.contract import Call
from penstock.contract.push_tx import PreimageForm, is_low, preimage_of
from penstock.contract.spend import Spend
from penstock.contract.values.arguments import bind, fields_of
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, leaves, shape_of
from penstock.errors import PenstockError
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.testing.judging import JudgedCall
from penstock.testing.keys import Key, Signature
from penstock.testing.observers import Sending
from penstock.testing.transactions import CallInput
from penstock.tx.keys import sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.judging.case import Case
from penstock.vm.judging.steps import judge
from penstock.vm.rules import RuleSet

_SHORTEST_PREIMAGE = 100


class Leaf(NamedTuple):
    """One stack item of a call.

    Attributes:
        path: the argument, or the part of it: `amount`, `prices[2]`.
        type: its type.
        item: its bytes.
        signature: the signature that is made anew for another transaction; None for other values, and for a signature
            that the test gave as bytes.
        preimage: the form of the preimage that it is; None for other values.
    """

    path: str
    type: BasicType
    item: bytes
    signature: Signature | None = None
    preimage: PreimageForm | None = None

    @property
    def is_signature(self) -> bool:
        """Whether it is a signature, by its type or because the test gave one."""
        return self.type is BasicType.SIG or self.signature is not None


class Altered(NamedTuple):
    """A transaction with one thing changed, and the arguments that are not the call's own.

    Attributes:
        tx: the transaction.
        spent: the outputs that its inputs spend.
        items: changed arguments by their number: bytes, or a signature to be made.
    """

    tx: Transaction
    spent: tuple[TxOut, ...]
    items: Mapping[int, bytes | Signature] = {}


@dataclass(frozen=True, slots=True)
class ProbedCall:
    """An accepted call.

    Attributes:
        judged: the call with its results.
        tx: the finished transaction.
        spent: the outputs that its inputs spend.
        leaves: its arguments, item by item.
        rules: the rules of blocks: the rules of relay do not bind a miner.
        free: arguments by their number that anyone can give in place of signatures, since the script accepts them.
    """

    judged: JudgedCall
    tx: Transaction
    spent: tuple[TxOut, ...]
    leaves: tuple[Leaf, ...]
    rules: RuleSet = field(repr=False)
    free: Mapping[int, bytes | Signature] = field(default_factory=dict)

    @property
    def spend(self) -> Spend:
        """The spend."""
        return self.judged.spend

    @property
    def has_signers(self) -> bool:
        """Whether a signature among the arguments can be made anew."""
        return any(leaf.signature is not None for leaf in self.leaves)

    @property
    def needs_low_digest(self) -> bool:
        """Whether its preimages have low digests, which its script may require."""
        return any(leaf.preimage is not None and is_low(leaf.item) for leaf in self.leaves)

    def has_low_digests(self, altered: Altered) -> bool:
        """Return whether the preimages of a changed transaction have low digests."""
        forms = (leaf.preimage for leaf in self.leaves)
        return all(form is None or is_low(preimage_of(self.spend, form, altered.tx, altered.spent)) for form in forms)

    def accepts(self, altered: Altered, *, signed_anew: bool) -> bool:
        """Return whether the call's script accepts a changed transaction.

        Args:
            altered: the transaction, and changed arguments. Preimages are made anew.
            signed_anew: whether the signatures whose keys the test named are made anew; otherwise those that anyone
                can replace are.
        """
        spend = self.spend
        if self.free and not signed_anew:
            altered = altered._replace(items={**self.free, **altered.items})
        try:
            items = tuple(self._item(number, altered, signed_anew=signed_anew) for number in range(len(self.leaves)))
        except PenstockError:
            return False  # there is no such signature: SINGLE without its output
        call = Call(spend.contract, self.judged.call.function, items + self.judged.call.items[len(items) :])
        tx = spend.unlocked(altered.tx, call)
        script = tx.inputs[spend.input_index].script
        case = Case(script, spend.locking_script, tx, spend.input_index, spend.value, self.rules, altered.spent)
        return bool(judge(case))

    def _item(self, number: int, altered: Altered, *, signed_anew: bool) -> bytes:
        leaf = self.leaves[number]
        given = altered.items.get(number)
        if isinstance(given, bytes):
            return given
        if given is not None:
            return self._signature(given, altered)
        if altered.tx is self.tx:
            return leaf.item
        if leaf.preimage is not None:
            return preimage_of(self.spend, leaf.preimage, altered.tx, altered.spent)
        return self._signature(leaf.signature, altered) if signed_anew and leaf.signature is not None else leaf.item

    def _signature(self, wanted: Signature, altered: Altered) -> bytes:
        spend = self.spend
        code, position = spend.script_code(wanted.separator)
        return sign(
            altered.tx,
            spend.input_index,
            code,
            spend.value,
            wanted.key.private,
            wanted.hash_type,
            rules=spend.contract.artifact.chain,
            version=spend.digest_version,
            spent_outputs=altered.spent,
            codeseparator_position=position,
        )


def probed_calls(sending: Sending) -> Iterator[ProbedCall]:
    """Yield the calls of a transaction that their scripts accept."""
    given = [each for each in sending.draft.inputs if isinstance(each, CallInput)]
    for judged, each in zip(sending.calls, given, strict=True):
        if judged.accepted:
            rules = judged.verdict.case.rules
            in_blocks = rules.without(*rules.chain.relay_flags)
            leaves_ = tuple(_leaves(judged, each, sending.filled.tx, sending.filled.spent))
            yield ProbedCall(judged, sending.filled.tx, sending.filled.spent, leaves_, in_blocks)


def _leaves(judged: JudgedCall, given: CallInput, tx: Transaction, spent: tuple[TxOut, ...]) -> Iterator[Leaf]:
    spend, call = judged.spend, judged.call
    bound = bind(judged.name, call.function.params, given.args, given.kwargs)
    items = iter(call.items)
    for parameter, value in bound:
        shape = shape_of(parameter, spend.contract.artifact, constructing=False)
        for leaf, own in zip(leaves(parameter.name, shape), _given(shape, value), strict=True):
            item = next(items)
            form = _form(spend, item, tx, spent) if leaf.type.kind is Kind.BYTES else None
            yield Leaf(leaf.path, leaf.type, item, _signature_of(leaf.type, own), form)


def _given(shape: Shape, value: object) -> Iterator[object]:
    """Yield what the test gave for each leaf of an argument; None for those of maps, sets and items without index."""
    match shape:
        case BasicType():
            yield value
        case ArrayShape(element=element, size=size):
            for index in range(size):
                yield from _given(element, value[index] if isinstance(value, Sequence) else None)
        case RecordShape(fields=fields):
            found = fields_of(value) or {}
            for field_ in fields:
                yield from _given(field_.shape, found.get(field_.name))


def _signature_of(type_: BasicType, given: object) -> Signature | None:
    match given:
        case Signature():
            return given
        case Key() if type_ is BasicType.SIG:
            return given.sig()
        case _:
            return None


def _form(spend: Spend, item: bytes, tx: Transaction, spent: tuple[TxOut, ...]) -> PreimageForm | None:
    """Return the form of a preimage of the transaction; None for other bytes."""
    if len(item) < _SHORTEST_PREIMAGE:
        return None
    hash_type = int.from_bytes(item[-4:], "little")
    for separator in (None, *range(_separators(spend))):
        form = PreimageForm(hash_type, *spend.script_code(separator))
        try:
            if item == preimage_of(spend, form, tx, spent):
                return form
        except PenstockError:
            return None  # the end is not a hash type
    return None


def _separators(spend: Spend) -> int:
    """Return the number of code separators in the contract's script."""
    return sum(each.opcode == Op.OP_CODESEPARATOR for each in instructions(spend.contract.code))


def hash_type_of(leaf: Leaf, version: SignatureVersion) -> int | str:
    """Return the hash type of a given signature, for another one of the same type."""
    if leaf.signature is not None:
        return leaf.signature.hash_type
    if version is SignatureVersion.TAPROOT:
        return leaf.item[64] if len(leaf.item) == 65 else "DEFAULT"
    return leaf.item[-1]
