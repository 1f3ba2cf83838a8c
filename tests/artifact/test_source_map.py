"""Source maps lead from an opcode to its line, and survive JSON; damage is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import ArtifactError, Location, Position, Segment, SourceFile, SourceMap
from penstock.artifact.json_reader import JsonValue

FILES = (SourceFile("main.scrypt", "contract A {\n  require(x);\n}\n"), SourceFile("lib.scrypt"))

positions = st.one_of(st.none(), st.builds(Position, st.integers(0, 1), st.integers(1, 5000), st.integers(1, 500)))
source_maps = st.lists(positions, max_size=60).map(lambda places: SourceMap.of(FILES, places))


def read(value: object) -> SourceMap:
    return SourceMap.read(JsonValue.parse(json.dumps({"sourceMap": value})).get("sourceMap"))


@given(st.lists(positions, max_size=60))
def test_every_opcode_finds_its_own_position(places: list[Position | None]) -> None:
    source_map = SourceMap.of(FILES, places)
    for index, place in enumerate(places):
        found = source_map.location(index)
        expected = place and (FILES[place.file].name, place.line, place.column)
        assert (found and (found.file, found.line, found.column)) == expected


@given(source_maps)
def test_json_gives_back_the_same_map(source_map: SourceMap) -> None:
    assert read(source_map.to_object()) == source_map


def test_the_mappings_are_those_of_the_standard() -> None:
    """Written out by hand: opcode 0 at 1:1; opcode 1 at 2:3; opcode 2 nowhere; opcode 3 in file 1 at 17:1."""
    source_map = SourceMap.of(FILES, [Position(0, 1, 1), Position(0, 2, 3), None, Position(1, 17, 1)])
    assert source_map.to_object()["mappings"] == "AAAA,CACE,C,CCeF"


def test_a_run_of_opcodes_from_one_place_is_one_segment() -> None:
    place = Position(0, 2, 3)
    assert SourceMap.of(FILES, [place] * 1000).segments == (Segment(0, place),)


def test_the_line_is_shown_stripped() -> None:
    source_map = SourceMap.of(FILES, [None, Position(0, 2, 11)])
    assert source_map.location(0) is None
    assert source_map.location(1) == Location("main.scrypt", 2, 11, "require(x);")
    assert str(source_map.location(1)) == "main.scrypt:2:11"


@pytest.mark.parametrize("place", [Position(1, 1, 1), Position(0, 99, 1)], ids=["file without text", "beyond the end"])
def test_a_line_that_is_not_there_is_empty(place: Position) -> None:
    location = SourceMap.of(FILES, [place]).location(0)
    assert location is not None
    assert not location.text


@pytest.mark.parametrize(
    ("mappings", "reason"),
    [
        pytest.param("AAAA,!", "segment 2, '!'", id="no digit"),
        pytest.param("AAA", "segment 1", id="three numbers"),
        pytest.param("g", "segment 1", id="cut short"),
        pytest.param("AAAA;AAAA", "segment 1", id="two generated lines"),
        pytest.param("ggggggggA", "segment 1", id="number without end"),
        pytest.param("CAAA,DAAA", "segment 2 does not follow", id="backwards"),
        pytest.param("AAAA,AAAA", "segment 2 does not follow", id="twice the same opcode"),
        pytest.param("AEAA", "is not a place", id="file that is not listed"),
        pytest.param("AADA", "is not a place", id="line 0"),
        pytest.param("DAAA", "segment 1 does not follow", id="opcode -1"),
    ],
)
def test_damaged_mappings_are_named(mappings: str, reason: str) -> None:
    with pytest.raises(ArtifactError, match=r"^artifact field sourceMap\.mappings: ") as caught:
        read({"version": 3, "sources": ["a"], "names": [], "mappings": mappings})
    assert reason in str(caught.value)


def test_other_versions_are_refused() -> None:
    with pytest.raises(ArtifactError, match="only source maps of version 3"):
        read({"version": 2, "sources": [], "mappings": ""})


def test_texts_may_be_missing() -> None:
    source_map = read({"version": 3, "sources": ["a", "b"], "sourcesContent": ["x"], "mappings": "AAAA,CCAA"})
    assert source_map.files == (SourceFile("a", "x"), SourceFile("b", None))
