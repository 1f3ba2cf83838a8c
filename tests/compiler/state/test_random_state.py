"""State of any shape: assigned values are passed on, kept, and read back, at each of several transitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import penstock
from penstock import PREIMAGE, Spend
from penstock.artifact.artifact import BasicType, Kind
from penstock.script.hashes import sha256
from penstockc.layouts import LAYOUTS
from tests.support.generators.state_values import state_values

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.INT: st.integers(-(1 << 65), 1 << 65) | st.sampled_from([0, 1, -1, 127, -128, 255]),
    Kind.BOOL: st.booleans(),
    Kind.BYTES: st.binary(max_size=3) | st.sampled_from([75, 76, 255, 256]).map(bytes),
}


@dataclass(frozen=True)
class Shape:
    """A type: how it is declared and written, and the values that it has."""

    declarations: tuple[str, ...]
    name: str
    values: st.SearchStrategy[Any]


def array_of(element: Shape, size: int) -> Shape:
    """An array: the outermost size comes first."""
    base, bracket, inner = element.name.partition("[")
    values = st.lists(element.values, min_size=size, max_size=size)
    return Shape(element.declarations, f"{base}[{size}]{bracket}{inner}", values)


def record_of(kind: str, fields: Sequence[Shape]) -> Shape:
    """A struct or a library with these fields, named after them."""
    named = {f"f{place}": field for place, field in enumerate(fields)}
    inside = " ".join(f"{shape.name} {field};" for field, shape in named.items())
    name = f"R{sha256(kind.encode() + inside.encode()).hex()[:12]}"
    declaration = f"{kind} {name} {{ {inside} }}"
    declarations = tuple(dict.fromkeys(each for field in fields for each in field.declarations))
    values = st.fixed_dictionaries({field: shape.values for field, shape in named.items()})
    return Shape((*declarations, declaration), name, values)


basic = st.sampled_from(BasicType).map(lambda kind: Shape((), kind.label, state_values(kind, VALUES)))
shapes = st.recursive(
    basic,
    lambda inner: st.one_of(
        st.builds(array_of, inner, st.integers(1, 3)),
        st.builds(
            record_of,
            st.sampled_from(["struct", "library"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=6,
)


def source(properties: dict[str, Shape]) -> str:
    declared = dict.fromkeys(each for shape in properties.values() for each in shape.declarations)
    state = " ".join(f"@state {shape.name} {name};" for name, shape in properties.items())
    parameters = ", ".join(f"{shape.name} {name}" for name, shape in properties.items())
    assigned = " ".join(f"this.{name} = {name};" for name in properties)
    records = " ".join(declared)
    return f"""
{records}
contract Keeper {{
    {state}
    bytes other;

    constructor(int x) {{
        this.other = pack(x);
    }}

    public function set(SigHashPreimage preimage, {parameters}) {{
        {assigned}
        require(this.updateState(preimage, SigHash.value(preimage)));
    }}

    public function keep(SigHashPreimage preimage) {{
        require(this.updateState(preimage, SigHash.value(preimage)));
    }}
}}
"""


def keeps(properties: list[Shape], draws: st.DataObject) -> None:
    named = {f"p{place}": shape for place, shape in enumerate(properties)}
    artifact = penstock.compile_source(source(named), layout=draws.draw(st.sampled_from(list(LAYOUTS))))
    contract = artifact.instantiate(5)
    for _ in range(2):
        values = {name: draws.draw(shape.values) for name, shape in named.items()}
        following = contract.with_state(**values)
        spend = Spend(contract, 1000, [(1000, following.locking_script)])
        setting = spend.call("set", PREIMAGE, *values.values())
        assert spend.judge(setting), spend.judge(setting).explain()
        kept = spend.following(setting)
        assert kept.contract.state == values
        same = Spend(kept.contract, 1000, [(1000, following.locking_script)], outpoint=kept.outpoint)
        verdict = same.verify("keep", PREIMAGE)
        assert verdict, verdict.explain()
        contract = kept.contract


@given(st.lists(shapes, min_size=1, max_size=2), st.data())
@settings(max_examples=6, deadline=None)
def test_any_state_is_kept(properties: list[Shape], draws: st.DataObject) -> None:
    keeps(properties, draws)


@pytest.mark.long
@seed(2026)
@given(st.lists(shapes, min_size=1, max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_any_state_is_kept_many_times(properties: list[Shape], draws: st.DataObject) -> None:
    keeps(properties, draws)
