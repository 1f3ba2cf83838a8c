"""Between a template and a contract: values into placeholders, and placeholders back into values."""

from collections.abc import Mapping, Sequence
from itertools import islice

from penstock.contract.abi import Argument, LeafValue, arguments, bind, check_leaf
from penstock.contract.artifact import Artifact, ArtifactError, Kind
from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.shape import Leaf, leaves, shape_of
from penstock.script.numbers import decode_number
from penstock.script.pushes import push


def instantiate(artifact: Artifact, args: Sequence[object], kwargs: Mapping[str, object]) -> Contract:
    """Fill the template of `artifact` with constructor arguments.

    Raises:
        ArgumentError: the arguments do not fit the constructor.
        ArtifactError: the template and the constructor disagree, or the contract keeps state.
    """
    _refuse_state(artifact)
    bound = bind(artifact.contract, artifact.constructor.params, args, kwargs)
    return _fill(artifact, arguments(bound, artifact, constructing=True))


def match(artifact: Artifact, script: bytes) -> Contract | None:
    """Return the contract of `artifact` whose locking script is `script`; None if there is no such contract.

    Only scripts that `instantiate` can make count: minimal pushes of values that fit their types.

    Raises:
        ArtifactError: the template and the constructor disagree, or the contract keeps state.
    """
    _refuse_state(artifact)
    found = artifact.template.match(script)
    if found is None:
        return None
    expected = _constructor_leaves(artifact, at_most=len(found))
    _compare([leaf.path for leaf in expected], artifact)
    try:
        values = tuple(check_leaf(leaf, _value(leaf, found[leaf.path]), exact=True) for leaf in expected)
    except ArgumentError:
        return None
    contract = _fill(artifact, values)
    return contract if contract.locking_script == script else None


def _fill(artifact: Artifact, values: tuple[Argument, ...]) -> Contract:
    _compare([value.path for value in values], artifact)
    script = artifact.template.fill({value.path: push(value.item) for value in values})
    return Contract(artifact, values, script)


def _refuse_state(artifact: Artifact) -> None:
    if artifact.state_properties:
        raise ArtifactError("stateProps", "contracts that keep state (@state) are not supported yet")


def _compare(paths: Sequence[str], artifact: Artifact) -> None:
    """Every placeholder needs a value, and every value a placeholder."""
    names = artifact.template.names
    if missing := [path for path in paths if path not in names]:
        raise ArtifactError("hex", f"has no placeholder <{missing[0]}>, which a constructor parameter is to fill")
    if unfilled := [name for name in names if name not in paths]:
        raise ArtifactError("hex", f"has a placeholder <{unfilled[0]}> that no constructor parameter fills")


def _constructor_leaves(artifact: Artifact, *, at_most: int) -> list[Leaf]:
    """Return the constructor's leaves, one more than `at_most` at the most: sizes in an artifact may be absurd."""
    every = (
        leaf
        for parameter in artifact.constructor.params
        for leaf in leaves(parameter.name, shape_of(parameter, artifact, constructing=True))
    )
    return list(islice(every, at_most + 1))


def _value(leaf: Leaf, item: bytes) -> LeafValue:
    """Read a stack item as a value of the leaf's type."""
    match leaf.type.kind:
        case Kind.INT:
            return decode_number(item)
        case Kind.BOOL:
            return item == b"\x01"
        case Kind.BYTES:
            return item
