"""Artifacts survive JSON to the byte; older and other compilers' load; damage is named by its field."""

import copy
import json
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstock.artifact.artifact import (
    Alias,
    Artifact,
    ArtifactError,
    Constructor,
    Function,
    Library,
    Parameter,
    Position,
    SourceFile,
    SourceMap,
    Struct,
    template_md5,
)
from penstock.artifact.json_fields import FIELDS
from penstock.errors import PenstockError
from penstock.script.chains import BTC, CHAINS
from penstock.script.parse import instructions
from tests.support.spending.hand_made import EQUALS, STREAMING, parameters, remade

RICH = remade(
    "<p.x><p.y>7576<l.ctor.n>939c",
    "P p, L l",
    "Rich",
    {"open": "int y", "close": "bool[2] flags"},
    chain=BTC,
    structs=(Struct("P", parameters("int x, T y"), ("T",)),),
    libraries=(Library("L", parameters("int ctor.n"), parameters("int m"), ()),),
    aliases=(Alias("Age", "int"),),
    state_properties=parameters("int counter"),
    build_type="debug",
    file="rich.scrypt",
    source_map_file="rich.map.json",
    source_map=SourceMap.of([SourceFile("rich.scrypt", "ä\n🎬 require(true);")], [None, Position(0, 2, 1)]),
)

texts = st.text(max_size=8)
parameter_lists = st.lists(st.builds(Parameter, texts, texts), max_size=3).map(tuple)


@st.composite
def artifacts(draw: st.DrawFn) -> Artifact:
    function_names = draw(st.lists(texts, max_size=3, unique=True))
    functions = (Function(name, i, draw(parameter_lists)) for i, name in enumerate(function_names))
    return Artifact(
        contract=draw(texts),
        compiler_version=draw(texts),
        hex=draw(st.lists(st.sampled_from(["76", "<x>", "02aabb", "<y[0].z>"]), max_size=5).map("".join)),
        abi=(*functions, Constructor(draw(parameter_lists))),
        chain=draw(st.sampled_from(list(CHAINS.values()))),
        structs=tuple(draw(st.lists(st.builds(Struct, texts, parameter_lists), max_size=2))),
        aliases=tuple(draw(st.lists(st.builds(Alias, texts, texts), max_size=2))),
        state_properties=draw(parameter_lists),
        implicit_constructor=draw(st.booleans()),
        file=draw(texts),
    )


@pytest.mark.parametrize("artifact", [STREAMING, EQUALS, RICH], ids=lambda artifact: artifact.contract)
def test_json_gives_back_the_same_artifact_and_the_same_bytes(artifact: Artifact) -> None:
    text = artifact.to_json()
    again = Artifact.from_json(text)
    assert again == artifact
    assert again.to_json() == text
    assert Artifact.from_json(text.encode()) == artifact


@given(artifacts())
def test_any_artifact_survives_json(artifact: Artifact) -> None:
    assert Artifact.from_json(artifact.to_json()) == artifact


NOT_IN_JSON = {"warnings"}  # other programs read the JSON


def test_every_attribute_has_a_row() -> None:
    read = {row.attribute for row in FIELDS if row.read is not None}
    assert read == {attribute.name for attribute in fields(Artifact)} - NOT_IN_JSON
    assert len({row.name for row in FIELDS}) == len(FIELDS)


def test_the_json_has_the_fields_of_version_9_in_their_order_and_ours_behind() -> None:
    assert list(json.loads(RICH.to_json())) == [
        *("version", "compilerVersion", "contract", "md5", "structs", "library", "alias", "abi", "stateProps"),
        *("buildType", "file", "hex", "sourceMapFile", "implicitConstructor", "asm", "target", "layout"),
        "sourceMap",
        "locks",
    ]


def test_the_constructor_comes_last_in_the_abi() -> None:
    assert [entry["type"] for entry in json.loads(EQUALS.to_json())["abi"]] == ["function", "function", "constructor"]


def test_what_is_derived_from_the_template() -> None:
    assert STREAMING.md5 == template_md5(STREAMING.hex)
    assert STREAMING.asm == (
        "OP_OVER OP_SHA256 <hash> OP_EQUAL OP_NOTIF OP_OVER <alice> OP_CHECKSIGVERIFY OP_ENDIF <bob> OP_CHECKSIG OP_NIP"
    )


def test_source_lines() -> None:
    assert RICH.source_line(0) is None
    assert RICH.source_line(1) == "🎬 require(true);"
    assert STREAMING.source_line(1) is None


@pytest.mark.parametrize("index", [-1, -9999, 3, 9999, 1 << 70])
def test_outside_the_script_there_is_no_place(index: int) -> None:
    places = SourceMap.of([SourceFile("a.scrypt", "require(x == 1);")], [Position(0, 1, 1)] * 3)
    artifact = replace(EQUALS, hex="<x>7c9c", source_map=places)
    assert artifact.location(2)
    assert artifact.location(index) is None
    assert artifact.source_line(index) is None


def test_the_state_after_the_code_has_no_place() -> None:
    artifact = penstock.compile_source("""
        contract A {
            @state int n;
            public function f(SigHashPreimage p) { require(this.updateState(p, SigHash.value(p))); }
        }
    """)
    script = artifact.instantiate(0).locking_script
    places = [artifact.location(index) for index, _ in enumerate(instructions(script))]
    end = len(artifact.asm.split())
    assert all(places[:end])
    assert len(places) > end
    assert not any(places[end:])


# Output of the official compiler: version 8 with lists of places, version 9 without a map ----------------------------

OFFICIAL_9: dict[str, Any] = {
    "version": 9,
    "compilerVersion": "1.19.0+commit.0000000",
    "contract": "Plus",
    "md5": "00000000000000000000000000000000",
    "structs": [],
    "library": [],
    "alias": [],
    "abi": [
        {"type": "function", "name": "add", "index": 0, "params": [{"name": "z", "type": "int"}]},
        {"type": "constructor", "params": [{"name": "x", "type": "int"}]},
    ],
    "stateProps": [],
    "buildType": "release",
    "file": "file:///home/somebody/plus.scrypt",
    "hex": "<x>937c9c",
    "sourceMapFile": "",
}
OFFICIAL_8: dict[str, Any] = {
    **OFFICIAL_9,
    "version": 8,
    "asm": "$x OP_ADD OP_SWAP OP_NUMEQUAL",
    "sources": ["/home/somebody/plus.scrypt", "std"],
    "sourceMap": ["0:5:17:5:22", "-1:1:1:1:1#Plus.add:0", "0:7:9:7:20", "1:3:1:3:2"],
}


def test_version_9_of_the_official_compiler_loads() -> None:
    artifact = Artifact.from_json(json.dumps(OFFICIAL_9))
    assert (artifact.target, artifact.version, artifact.md5) == ("bsv", 9, "0" * 32)
    assert artifact.asm == "<x> OP_ADD OP_SWAP OP_NUMEQUAL"
    assert artifact.location(0) is None
    assert Artifact.from_json(artifact.to_json()) == artifact


def test_version_8_of_the_official_compiler_loads_with_its_places() -> None:
    artifact = Artifact.from_json(json.dumps(OFFICIAL_8))
    assert [str(artifact.location(index)) for index in range(4)] == [
        *("/home/somebody/plus.scrypt:5:17", "None", "/home/somebody/plus.scrypt:7:9", "std:3:1"),
    ]
    assert Artifact.from_json(artifact.to_json()) == artifact


def test_fields_that_only_some_versions_have_may_be_missing() -> None:
    needed = {name: OFFICIAL_9[name] for name in ("version", "contract", "abi", "hex")}
    artifact = Artifact.from_json(json.dumps(needed))
    assert artifact.md5 == template_md5(artifact.hex)
    assert artifact.functions == (Function("add", 0, parameters("int z")),)
    assert Artifact.from_json(json.dumps({**needed, "sourceMap": "", "future": {"field": 1}})) == artifact


# Damage -------------------------------------------------------------------------------------------------------------


def damaged(path: str, value: object) -> str:
    """Our JSON with the value at `path` (`abi.0.name`) replaced; `...` removes it."""
    document = json.loads(RICH.to_json())
    *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    target = document
    for step in way:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("version", ..., "version: missing"),
        ("version", 3, "version: version 3 cannot be read, only 8 and 9: compile the contract again"),
        ("version", "9", "version: expected a whole number, got a string"),
        ("version", True, "version: expected a whole number, got a boolean"),
        ("contract", None, "contract: missing"),
        ("contract", 7, "contract: expected a string, got a whole number"),
        ("hex", ..., "hex: missing"),
        ("hex", "7", "hex: '7' is neither whole bytes in hexadecimal nor a placeholder"),
        ("abi", {}, "abi: expected a list, got an object"),
        ("abi.0", 1.5, "abi[0]: expected an object, got a number"),
        ("abi.0.type", "event", "abi[0].type: 'event' is neither a function nor a constructor"),
        ("abi.0.index", -1, "abi[0].index: -1 is negative"),
        ("abi.0.index", 1, "abi: the functions' indexes are not 0, 1, 2, … in order"),
        ("abi.0.name", "close", "abi: two functions have one name"),
        ("abi.1", {"type": "constructor", "params": []}, "abi: more than one constructor"),
        ("abi.1.params.0.type", ..., "abi[1].params[0].type: missing"),
        ("structs.0.params.1.name", [], "structs[0].params[1].name: expected a string, got a list"),
        ("library.0.genericTypes", 1, "library[0].genericTypes: expected a list, got a whole number"),
        ("alias.0.type", ..., "alias[0].type: missing"),
        ("target", "eth", "target: 'eth' is not one of bsv, btc"),
        ("sourceMap", 5, "sourceMap: expected an object, got a whole number"),
        ("sourceMap.version", ..., "sourceMap.version: missing"),
        ("sourceMap", ["0:1:1"], "sourceMap[0]: expected file:line:column:line:column"),
        ("sourceMap", ["3:1:1:1:2"], "sourceMap[0]: there is no place '3:1:1:1:2' in 0 sources"),
    ],
)
def test_damage_is_named_by_its_field(path: str, value: object, message: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        Artifact.from_json(damaged(path, value))
    assert str(caught.value) == f"artifact field {message}"
    assert caught.value.field == message.partition(":")[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "artifact: not JSON at line 1, column 1: expecting value", id="empty"),
        pytest.param("{\n]", "artifact: not JSON at line 2, column 1", id="broken"),
        pytest.param(b"\xff{}", "artifact: not UTF-8 text at byte 0", id="no text"),
        pytest.param("[" * 100_000, "artifact: nested too deeply", id="deep"),
        pytest.param("1" * 5000, "artifact: unusable JSON", id="huge number"),
        pytest.param("[]", "artifact: expected an object, got a list", id="list"),
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        Artifact.from_json(text)
    assert str(caught.value).startswith(message)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)


@st.composite
def broken_documents(draw: st.DrawFn) -> str:
    """One of our documents with one value somewhere exchanged for anything."""
    document = copy.deepcopy(draw(st.sampled_from([OFFICIAL_8, OFFICIAL_9, json.loads(RICH.to_json())])))
    node: Any = document
    while True:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        child = node[key]
        if not isinstance(child, dict | list) or not child or draw(st.booleans()):
            node[key] = draw(json_values)
            return json.dumps(document)
        node = child


@given(broken_documents())
def test_exchanged_values_give_artifacts_or_our_error(text: str) -> None:
    try:
        artifact = Artifact.from_json(text)
    except ArtifactError:
        return
    assert Artifact.from_json(artifact.to_json()) == artifact


@given(st.integers(0, len(RICH.to_json())), st.binary(max_size=4), st.integers(0, 4))
def test_overwritten_bytes_give_artifacts_or_our_error(offset: int, new: bytes, removed: int) -> None:
    text = RICH.to_json().encode()
    with suppress(ArtifactError):
        Artifact.from_json(text[:offset] + new + text[offset + removed :])


def test_one_base_class_catches_it() -> None:
    with pytest.raises(PenstockError):
        Artifact.from_json("")
