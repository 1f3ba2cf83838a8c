"""Describing: an artifact with the comments of its sources in, the row of a module out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from penstock.artifact.artifact import Artifact, Parameter
from penstock.bindings import rows
from penstock.bindings.comments import Comments
from penstock.bindings.interface import interface_digest
from penstock.bindings.naming import OF_COINS, TYPES, python_name, python_names
from penstock.bindings.types import Annotator, Use
from penstock.contract.values.shape import Shape, shape_of


def describe(artifact: Artifact, comments: Comments, source: str) -> rows.Module:
    """Return the module of a contract.

    Args:
        artifact: the compiled contract.
        comments: its comments.
        source: the path of its file, relative to the folder of the module.

    Raises:
        ArtifactError: the artifact does not describe one of its types.
    """
    class_name = python_name(artifact.contract, TYPES)
    writer = Annotator(comments.types, {*TYPES, class_name})
    constructor = _declared(artifact, artifact.constructor.params, comments.properties, constructing=True)
    state = _declared(artifact, artifact.state_properties, comments.properties)
    parameters = writer.parameters(constructor, Use.PART)
    calls = [writer.parameters(_declared(artifact, each.params), Use.ARGUMENT) for each in artifact.functions]
    next_state = writer.parameters(state, Use.PART)
    coin_name = python_name(f"{class_name}Coin", writer.taken)
    writer.taken.add(coin_name)
    record = None
    if state:
        name = python_name(f"{class_name}State", writer.taken)
        writer.taken.add(name)
        record = rows.Record(name, f"The state of `{artifact.contract}`.", "", writer.members(state, Use.VALUE))
    names = python_names((each.name for each in artifact.functions), OF_COINS | writer.taken)
    return rows.Module(
        contract=artifact.contract,
        class_name=class_name,
        coin_name=coin_name,
        comment=comments.contract,
        source=source,
        interface=interface_digest(artifact),
        parameters=parameters,
        records=tuple(writer.records),
        state=record,
        next_state=tuple(replace(each, annotation=f"{each.annotation} | None") for each in next_state),
        methods=tuple(
            rows.Method(name, each.name, comments.functions.get(each.name, ""), call)
            for name, each, call in zip(names, artifact.functions, calls, strict=True)
        ),
    )


def _declared(
    artifact: Artifact,
    parameters: Iterable[Parameter],
    notes: Mapping[str, str] | None = None,
    *,
    constructing: bool = False,
) -> list[tuple[str, Shape, str]]:
    """Return the names, shapes and comments of parameters."""
    known = notes or {}
    return [
        (each.name, shape_of(each, artifact, constructing=constructing), known.get(each.name, ""))
        for each in parameters
    ]
