"""Demands: what a literal of a script's formula asks of the spender, in words.

Signatures by a key of the contract, by several, or by a key of the spender's choice; hashes of something that he has to
know; lock times; the preimage of the spend (OP_PUSH_TX), and what is compared with its fields. All else, such as the
order of numbers, demands nothing that the spender does not choose himself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from penstock.prove.terms.node import Term, nodes_in
from penstock.prove.terms.numbers import atom_of, constant_of, subtract
from penstock.prove.terms.strings import length


class DemandKind(Enum):
    """The kind of a demand."""

    SIGNATURE = "signature"
    STATE = "signature of a key in the state"
    SEVERAL = "several signatures"
    ANY_KEY = "signature of any key"
    HASH = "hash"
    TIME = "time"
    PREIMAGE = "preimage"
    OUTPUTS = "outputs"


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """A demand.

    Attributes:
        kind: its kind.
        words: what is demanded.
        keys: names of the placeholders, or of the variables of the state, whose keys have to sign.
        given: the words of another demand without which this one holds nothing: a state is read from a preimage.
    """

    kind: str
    words: str
    keys: tuple[str, ...] = ()
    given: str = ""


_DIGESTS = {("sha256", "sha256"): "hash256", ("sha256", "ripemd160"): "hash160"}
_LEAVES = frozenset({"argument", "spelled", "value"})
_FIELDS = {(-8, -4): "lock time", (-44, -40): "sequence number", (-40, -8): "outputs"}
"""Fields of a preimage by their distance from its end."""


def demand_of(literal: Term, state: Collection[str] = ()) -> Demand | None:
    """Return what a literal demands; None if that is nothing. `state` has the names of the state's variables."""
    match literal.kind:
        case "checksig":
            return _signature(literal.args[0], literal.args[1], state)
        case "multisig":
            return _several(literal)
        case "beq":
            return _equation(*literal.args)
        case "cltv":
            return Demand(DemandKind.TIME.value, f"a lock time of {named(literal.args[0])} or later")
        case "csv":
            return Demand(DemandKind.TIME.value, f"an age of {named(literal.args[0])} or more")
        case "ge" | "eq" | "not":
            return _field_compared(literal)
        case _:
            return None


def _signature(signature: Term, key: Term, state: Collection[str]) -> Demand:
    preimage = pushed_preimage(signature)
    if preimage is not None:
        return Demand(DemandKind.PREIMAGE.value, _pushed(preimage))
    variable = state_variable(key, state)
    if variable is not None:
        name, source = variable
        words = f"a signature of <{name}>, a key in the state"
        return Demand(DemandKind.STATE.value, words, (name,), _pushed(source))
    if key.kind == "value":
        return Demand(DemandKind.SIGNATURE.value, f"a signature of <{key.args[0]}>", (str(key.args[0]),))
    if key.kind == "bytes":
        return Demand(DemandKind.SIGNATURE.value, f"a signature of {key.args[0].hex()}")
    return Demand(DemandKind.ANY_KEY.value, f"a signature of {named(key)}, a key that the spender chooses")


def _pushed(preimage: Term) -> str:
    return f"the preimage of the spend as {named(preimage)}"


def state_variable(term: Term, state: Collection[str]) -> tuple[str, Term] | None:
    """Return the name of a variable of the state and the preimage that it is read from; None for any other value.

    It is the constructor's value in the first output, and a part of the preimage in those that follow.
    """
    arms, waiting = set[Term](), [term]
    while waiting:
        each = waiting.pop()
        if each.kind == "ite":
            waiting.extend(each.args[1:])
        else:
            arms.add(each)
    names = {str(arm.args[0]) for arm in arms if arm.kind == "value" and arm.args[0] in state}
    leaves = {node for arm in arms if arm.kind != "value" for node in nodes_in([arm]) if node.kind in _LEAVES}
    if len(names) != 1 or len(leaves) != 1 or sum(arm.kind == "value" for arm in arms) != 1:
        return None
    (name,), (preimage,) = names, leaves
    return (name, preimage) if preimage.kind == "argument" else None


def _several(literal: Term) -> Demand:
    count = literal.args[0]
    keys = literal.args[2 + count :]
    words = f"{count} of {len(keys)} signatures: {', '.join(map(named, keys))}"
    certain = tuple(str(key.args[0]) for key in keys if key.kind == "value") if count == len(keys) else ()
    return Demand(DemandKind.SEVERAL.value, words, certain)


def _equation(one: Term, other: Term) -> Demand | None:
    for left, right in ((one, other), (other, one)):
        if _field(left) == "outputs":
            return Demand(DemandKind.OUTPUTS.value, "outputs that hash to what the script puts together")
        if left.kind == "hash" and right.kind in {"value", "bytes"}:
            names, inner = _hashes(left)
            if _is_given(inner):
                return Demand(DemandKind.HASH.value, f"{named(inner)} with {names} = {named(right)}")
    return None


def _field_compared(literal: Term) -> Demand | None:
    for each in _strings_in(literal):
        field = _field(each)
        if field in {"lock time", "sequence number"}:
            return Demand(DemandKind.TIME.value, f"a condition on the {field} of the spend")
    return None


def _field(term: Term) -> str | None:
    """Return which field of a preimage a slice is."""
    if term.kind != "sub" or term.args[0].kind != "argument":
        return None
    whole = length(term.args[0])
    places = [constant_of(subtract(end, whole)) for end in term.args[1:]]
    return _FIELDS.get((places[0], places[1])) if None not in places else None  # type: ignore[arg-type]  # not None


def _hashes(term: Term) -> tuple[str, Term]:
    names = []
    while term.kind == "hash":
        names.append(str(term.args[0]))
        term = term.args[1]
    names.reverse()
    pair = _DIGESTS.get((names[0], names[1])) if len(names) == 2 else None
    return (pair or " of ".join(reversed(names))), term


def pushed_preimage(signature: Term) -> Term | None:
    """Return the argument that is hashed into a signature made in the script (OP_PUSH_TX); None for any other."""
    if signature.kind != "cat" or signature.args[0].kind != "bytes" or signature.args[0].args[0][:1] != b"\x30":
        return None
    waiting, seen = list(signature.args), set[Term]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if each.kind == "hash" and each.args[1].kind == "hash":
            inner: Term = each.args[1].args[1]
            return inner
        waiting.extend(_operands(each))
    return None


def _operands(term: Term) -> list[Term]:
    if term.kind == "poly":
        return [atom for atom, _ in term.args[1]]
    return [each for each in term.args if isinstance(each, Term)]


def _strings_in(term: Term) -> list[Term]:
    found, waiting, seen = [], [term], set[Term]()
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            if each.kind == "sub":
                found.append(each)
            waiting.extend(_operands(each))
    return found


def _is_given(term: Term) -> bool:
    """Return whether a term depends on what the spender pushes."""
    waiting, seen = [term], set[Term]()
    while waiting:
        each = waiting.pop()
        if each.kind in {"argument", "spelled"}:
            return True
        if each not in seen:
            seen.add(each)
            waiting.extend(_operands(each))
    return False


def named(term: Term) -> str:
    """Return a term in words: its name, if it has one."""
    if term.kind == "poly":
        known, atom = constant_of(term), atom_of(term)
        if known is not None:
            return str(known)
        return "a computed number" if atom is None else named(atom)
    match term.kind:
        case "value":
            return f"<{term.args[0]}>"
        case "argument" | "spelled":
            return str(term.args[0])
        case "bytes":
            return str(term.args[0].hex()) or "nothing"
        case "num":
            return named(term.args[0])
        case "sub":
            return f"a part of {named(term.args[0])}"
        case _:
            return "a computed value"
