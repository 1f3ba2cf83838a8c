"""A failure names the contract's own line, wherever the code that failed was expanded, and the calls that led there."""

import json

import pytest

import penstock
from penstock import Artifact, Spend, Verdict

LIBRARY = """
contract Reader {
    static function f(bytes b) : bytes {
        return Utils.readVarint(b);
    }

    static function g(bytes b) : bytes {
        return Utils.readVarint(b);
    }

    public function open(bytes first, bytes second) {
        require(f(first) == b'07');
        require(g(second) == b'08');
    }
}
"""
HELPERS = """
library Checks {
    static function positive(int x) : int {
        require(x > 0);
        return x;
    }

    static function twice(int x, int y) : int {
        return positive(x) + positive(y);
    }
}

contract Sum {
    public function open(int a, int b, int c) {
        int first = Checks.twice(a, b);
        if (first > 100) {
            first += Checks.positive(c);
        } else {
            first += Checks.positive(c - 1);
        }
        require(first != 0);
    }
}
"""


def refused(text: str, *arguments: object) -> Verdict:
    spend = Spend(penstock.compile_source(text, name="main.scrypt").instantiate())
    verdict = spend.verify("open", *arguments)
    assert not verdict
    return verdict


@pytest.mark.parametrize(
    ("first", "second", "line", "caller"),
    [(b"\x05\x02", b"\x01\x08", 4, 12), (b"\x01\x07", b"\x05\x02", 8, 13)],
)
def test_the_library_is_blamed_on_the_call_that_ran(first: bytes, second: bytes, line: int, caller: int) -> None:
    verdict = refused(LIBRARY, first, second)
    assert verdict.location == f"main.scrypt:{line}"
    assert verdict.source_line == "return Utils.readVarint(b);"
    assert [call.partition(" ")[0] for call in verdict.calls] == [f"main.scrypt:{caller}"]
    assert f"called: main.scrypt:{caller} require(" in verdict.explain()


def test_calls_of_the_library_in_other_files() -> None:
    files = {"parts.scrypt": "library Parts { static function h(bytes b) : bytes { return Utils.readVarint(b); } }"}
    text = f'import "parts.scrypt";\n{LIBRARY.replace("return Utils.readVarint(b);", "return Parts.h(b);", 1)}'
    artifact = penstock.compile_source(text, name="main.scrypt", load=lambda _, path: files[path])
    spend = Spend(artifact.instantiate())
    verdict = spend.verify("open", b"\x05\x02", b"\x01\x08")
    assert verdict.location == "parts.scrypt:1"
    assert [call.split()[0] for call in verdict.calls] == ["main.scrypt:5", "main.scrypt:13"]
    verdict = spend.verify("open", b"\x01\x07", b"\x05\x02")
    assert verdict.location == "main.scrypt:9"


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ((0, 1, 5), ["main.scrypt:9", "main.scrypt:15"]),
        ((1, 0, 5), ["main.scrypt:9", "main.scrypt:15"]),
        ((100, 100, 0), ["main.scrypt:17"]),
        ((1, 1, 1), ["main.scrypt:19"]),
    ],
)
def test_own_helpers_tell_the_calls_that_led_there(arguments: tuple[int, ...], calls: list[str]) -> None:
    verdict = refused(HELPERS, *arguments)
    assert verdict.location == "main.scrypt:4"
    assert verdict.source_line == "require(x > 0);"
    told = [call.split()[0] for call in verdict.calls]
    assert told in (calls, calls[1:])  # where both arms end alike, the shared code belongs to no single call


def test_the_calls_survive_json() -> None:
    artifact = penstock.compile_source(HELPERS, name="main.scrypt")
    again = Artifact.from_json(artifact.to_json())
    assert again == artifact
    places = [artifact.location(index) for index in range(len(artifact.asm.split()))]
    assert any(len(place.calls) == 2 for place in places if place)
    damaged = json.loads(artifact.to_json())
    damaged["sourceMap"]["x_calls"]["segments"][0] = 99
    with pytest.raises(penstock.ArtifactError, match=r"segments\[0\]: there is no stack of calls 99"):
        Artifact.from_json(json.dumps(damaged))


def test_a_contract_without_helpers_says_nothing_of_calls() -> None:
    artifact = penstock.compile_file(penstock.bundled("streaming"))
    assert "x_calls" not in json.loads(artifact.to_json())["sourceMap"]
