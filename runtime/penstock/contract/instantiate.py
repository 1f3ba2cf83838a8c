"""Placeholders of a template: filled with values, and read back from a script.

A placeholder is one of three things: a leaf of the constructor's parameters; a variable of inline assembly, named
`Owner.function.variable`; or `__codePart__`, which the official compiler reserves and its SDKs fill with `OP_0`.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from penstock.artifact.artifact import Artifact, ArtifactError, BasicType, Kind
from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError, StateError
from penstock.contract.values.arguments import Argument, LeafValue, Lengths, arguments, bind, check_leaf
from penstock.contract.values.shape import ValueLeaf, leaves, shape_of, state_leaves
from penstock.contract.values.state import RETURN, decode_state, genesis_data, split
from penstock.errors import hides_frames
from penstock.script.numbers import decode_number
from penstock.script.opcodes import Op
from penstock.script.pushes import push

__tracebackhide__ = hides_frames

__all__ = ["Contract", "assembly_variables", "instantiate", "match", "state_in"]

_CODE_PART: Final = "__codePart__"
_CODE_PART_PUSH: Final = bytes((Op.OP_0,))
_DOTS: Final = 2
"""Separator in the name of a variable of inline assembly."""


def instantiate(
    artifact: Artifact, args: Sequence[object], kwargs: Mapping[str, object], asm: Mapping[str, object]
) -> Contract:
    """Fill the template of `artifact` with constructor arguments and variables of inline assembly.

    Raises:
        ArgumentError: the arguments do not fit the constructor, or the variables differ from the template's.
        ArtifactError: the template and the constructor disagree.
    """
    bound = bind(artifact.contract, artifact.constructor.params, args, kwargs)
    values = arguments(bound, artifact, constructing=True, lengths=Lengths.EXACT)
    _check_locks(artifact, values)
    variables = _variables(artifact, [value.path for value in values], asm)
    data = genesis_data(state_leaves(artifact)) if artifact.state_properties else None
    return _fill(artifact, values, variables, data)


def match(artifact: Artifact, script: bytes) -> Contract | None:
    """Return the contract of `artifact` whose locking script is `script`; None if there is no such contract.

    Only scripts that `instantiate` can make match: minimal pushes of allowed values, and a state as `encode_state`
    encodes it (before the first transition its leaves are ignored).

    Raises:
        ArtifactError: the template and the constructor disagree.
    """
    found = _found(artifact, script)
    if found is None:
        return None
    pushed, data = found
    expected = _constructor_leaves(artifact, at_most=len(pushed))
    names = _other_names(artifact, [leaf.path for leaf in expected])
    try:
        values = tuple(check_leaf(leaf, _value(leaf, pushed[leaf.path]), Lengths.EXACT) for leaf in expected)
        _check_locks(artifact, values)
    except ArgumentError:
        return None
    contract = _fill(artifact, values, tuple(Argument(name, pushed[name]) for name in names), data)
    return contract if contract.locking_script == script else None


def _check_locks(artifact: Artifact, values: Sequence[Argument]) -> None:
    """Raise ArgumentError for a lock time that locks nothing, or that can never be reached."""
    by_path = {value.path: value.value for value in values}
    for each in artifact.locks:
        number = by_path.get(each.name, 0)
        if not each.lock.locks(int.from_bytes(number) if isinstance(number, bytes) else number):
            raise ArgumentError(each.name, f"a lock for {each.lock}: {each.lock.units}", str(number))


def assembly_variables(artifact: Artifact) -> tuple[str, ...]:
    """Return the names of a template's variables of inline assembly."""
    expected = _constructor_leaves(artifact, at_most=len(artifact.template.names))
    return _other_names(artifact, [leaf.path for leaf in expected])


def state_in(artifact: Artifact, script: bytes) -> dict[str, LeafValue]:
    """Return the leaves of the state in a script; empty without state."""
    if not artifact.state_properties:
        return {}
    try:
        found = decode_state(state_leaves(artifact), split(script)[1])
    except StateError:
        return {}
    return {leaf.path: leaf.value for leaf in found or ()}


def _found(artifact: Artifact, script: bytes) -> tuple[dict[str, bytes], bytes | None] | None:
    """Return the items of the placeholders in a script, and the data after the code, if there is any."""
    if not artifact.state_properties:
        return _with_any_data(artifact, script)
    try:
        code, data = split(script)
        decode_state(state_leaves(artifact), data)
    except StateError:
        return None
    found = artifact.template.match(code)
    return None if found is None else (found, data)


def _with_any_data(artifact: Artifact, script: bytes) -> tuple[dict[str, bytes], bytes | None] | None:
    started = artifact.template.match_start(script)
    if started is None:
        return None
    pushed, end = started
    if end == len(script):
        return pushed, None
    return pushed, script[end + len(RETURN) :]  # `match` checks later that the bytes before are OP_RETURN


def _fill(
    artifact: Artifact, values: tuple[Argument, ...], variables: tuple[Argument, ...], data: bytes | None
) -> Contract:
    pushes = {value.path: push(value.item) for value in (*values, *variables)}
    code = artifact.template.fill({_CODE_PART: _CODE_PART_PUSH, **pushes})
    return Contract(artifact, values, code if data is None else code + RETURN + data, data, variables)


def _variables(artifact: Artifact, paths: Sequence[str], asm: Mapping[str, object]) -> tuple[Argument, ...]:
    """Return the values of the variables of inline assembly."""
    names = _other_names(artifact, paths)
    if unknown := [name for name in asm if name not in names]:
        known = f"a variable of inline assembly ({', '.join(names)})" if names else "no variables: it has none"
        raise ArgumentError(f"{artifact.contract} asm", known, repr(unknown[0]))
    return tuple(_variable(name, asm) for name in names)


def _variable(name: str, asm: Mapping[str, object]) -> Argument:
    if name not in asm:
        raise ArgumentError(name, f"the value that the assembly pushes, as asm={{{name!r}: …}}", "nothing")
    value = asm[name]
    basic = BasicType.INT if isinstance(value, int) else BasicType.BYTES
    return Argument(name, check_leaf(ValueLeaf(name, basic), value, Lengths.ANY).item)


def _other_names(artifact: Artifact, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the placeholders that are not in the constructor's `paths`: variables of inline assembly.

    Raises:
        ArtifactError: a path has no placeholder, or a placeholder is of an unknown kind.
    """
    names, known = artifact.template.names, {*paths, _CODE_PART}
    if missing := known.difference(names, (_CODE_PART,)):
        first = next(path for path in paths if path in missing)
        raise ArtifactError("hex", f"has no placeholder <{first}> for a constructor parameter")
    others = tuple(name for name in names if name not in known)
    if unfilled := [name for name in others if name.count(".") != _DOTS]:
        raise ArtifactError("hex", f"has a placeholder <{unfilled[0]}> that no constructor parameter fills")
    return others


def _constructor_leaves(artifact: Artifact, *, at_most: int) -> list[ValueLeaf]:
    """Return up to `at_most` + 1 of the constructor's leaves: sizes in a damaged artifact may be huge."""
    every = (
        leaf
        for parameter in artifact.constructor.params
        for leaf in leaves(parameter.name, shape_of(parameter, artifact, constructing=True))
    )
    return list(islice(every, at_most + 1))


def _value(leaf: ValueLeaf, item: bytes) -> LeafValue:
    """Decode a stack item as a value of the leaf's type."""
    match leaf.type.kind:
        case Kind.INT:
            return decode_number(item)
        case Kind.BOOL:
            return item == b"\x01"
        case Kind.BYTES:
            return item
