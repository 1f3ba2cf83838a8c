"""Instances of a contract for `run` and `inspect`: made from `NAME=VALUE` settings, and displayed.

In: an artifact, and settings as text. Out: a contract in a state; or its arguments and state as text.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

import click

import penstock
from penstock.artifact.artifact import Artifact, Parameter
from penstock.cli.failure import Failure, Refusal
from penstock.cli.values import Maps, ValueReader
from penstock.contract.errors import ArgumentError, StateError
from penstock.contract.values.arguments import Value, bind
from penstock.contract.values.shape import shape_of, state_leaves
from penstock.contract.values.state import decode_state, split
from penstock.tx.hash_type import HashTypeError
from penstock.tx.keys import KeyFormatError

Settings = Mapping[str, str]


def settings(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Parse `NAME=VALUE`, each name once: the callback of an option."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        if name in found:
            raise click.BadParameter(f"{name!r} is set twice")
        found[name] = value
    return found


def instantiate(artifact: Artifact, values: Settings, asm: Settings, maps: Maps) -> penstock.Contract:
    """Instantiate a contract with the values of `--set` and `--asm`; maps and sets among them are added to `maps`.

    Raises:
        Failure: they do not fit the constructor; the message lists the options.
    """
    parameters = artifact.constructor.params
    try:
        bound = bind(artifact.contract, parameters, (), values)
    except ArgumentError as error:
        how = " ".join(f"--set {parameter.name}=VALUE" for parameter in parameters) or "no --set"
        raise Failure(f"error: {error}\nThe contract is instantiated with {how}") from None
    reader = ValueReader(maps=maps)
    variables = {name: reader.read_bytes(name, text) for name, text in asm.items()}
    arguments = read_values(artifact, bound, reader, constructing=True)
    return artifact.instantiate(*arguments, asm=variables)


def with_state(contract: penstock.Contract, values: Settings, maps: Maps) -> penstock.Contract:
    """Return the contract in the state of `--state` or `--next`; other properties are unchanged.

    Maps and sets among the values are added to `maps`.

    Raises:
        Failure: there is no such property, or a value does not fit it.
    """
    artifact = contract.artifact
    known = {parameter.name: parameter for parameter in artifact.state_properties}
    if unknown := [name for name in values if name not in known]:
        there_are = ", ".join(known) or "none"
        raise Failure(f"error: {artifact.contract} has no state property {unknown[0]!r}; there are {there_are}")
    bound = [(known[name], text) for name, text in values.items()]
    read = read_values(artifact, bound, ValueReader(maps=maps), constructing=False)
    return contract.with_state(**dict(zip(values, read, strict=True)))


def read_values(
    artifact: Artifact, bound: Sequence[tuple[Parameter, object]], reader: ValueReader, *, constructing: bool
) -> list[object]:
    """Parse the text of each argument as a value of its parameter's type.

    Raises:
        Failure: it contains an invalid key or hash type.
    """
    values: list[object] = []
    for parameter, text in bound:
        try:
            values.append(
                reader.read(parameter.name, shape_of(parameter, artifact, constructing=constructing), str(text))
            )
        except (KeyFormatError, HashTypeError) as error:
            raise Failure(f"error: {parameter.name}: {error}") from None
    return values


def found_in(artifact: Artifact, script: bytes) -> penstock.Contract:
    """Return the contract with this locking script.

    Raises:
        Refusal: it is another script, or damaged; the message gives the reason.
    """
    contract = artifact.match(script)
    if contract is not None:
        return contract
    reason = "its code differs"
    if artifact.state_properties:
        try:
            decode_state(state_leaves(artifact), split(script)[1])
        except StateError as error:
            reason = str(error)
    raise Refusal(f"this is not a script of {artifact.contract}: {reason}")


def instance_lines(contract: penstock.Contract) -> Iterator[str]:
    """Yield the values of a contract, one per line."""
    yield contract.artifact.contract
    for title, values in _parts(contract):
        width = max(map(len, values), default=0)
        yield from ("", f"{title}:", *(f"  {name:{width}}  {json.dumps(value)}" for name, value in values.items()))


def instance_facts(contract: penstock.Contract) -> dict[str, object]:
    """Return the values of a contract as JSON, bytes as `0x…`."""
    parts = {title.split(" ")[0]: values for title, values in _parts(contract)}
    return {"contract": contract.artifact.contract, "genesis": contract.is_genesis, **parts}


def _parts(contract: penstock.Contract) -> Iterator[tuple[str, dict[str, object]]]:
    yield "arguments", {name: _plain(value) for name, value in contract.values.items()}
    if contract.assembly:
        yield "assembly", {argument.path: _plain(argument.value) for argument in contract.assembly}
    if contract.artifact.state_properties and contract.is_genesis:
        yield "state (no transition yet: that of the constructor)", _first_state(contract)
    elif contract.artifact.state_properties:
        yield "state", {name: _plain(value) for name, value in contract.state.items()}
    elif contract.data is not None:
        yield "data", {"bytes": _plain(contract.data)}


def _first_state(contract: penstock.Contract) -> dict[str, object]:
    try:
        return {name: _plain(value) for name, value in contract.state.items()}
    except ArgumentError:  # only the script can compute it
        return {}


def _plain(value: Value) -> object:
    """Convert a value for JSON: bytes to `0x…`."""
    match value:
        case bytes():
            return f"0x{value.hex()}"
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value
