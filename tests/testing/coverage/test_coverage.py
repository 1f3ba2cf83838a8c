"""Coverage of contracts: each way of each point is counted when it is taken, and only then."""

import json
import re
from collections.abc import Iterator

import pytest

import penstock
from penstock.testing import Chain, key
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.points import Kind
from penstock.testing.coverage.reports import json_report, lcov_report, text_report
from penstock.testing.coverage.summary import never_accepted, summaries, total_percent
from penstock.testing.observers import OBSERVERS

ALICE, BOB = key("alice"), key("bob")
SOURCE = """import "limits.scrypt";
contract Ways {
    PubKey owner;
    function big(int x) : bool { return x > 100; }
    public function open(int x, Sig sig) {
        require(x > 0 && x != 7);
        int limit = x > 50 ? 2 : 1;
        if (this.big(x)) { limit = Limits.double(limit); }
        require(checkSig(sig, this.owner) || limit == 4);
        require(10 / (x - 3) < 1000);
    }
    public function other(int x) {
        if (x == 1) { require(x == 1); } // infeasible: shown for the report
        require(x < 5);
    }
}"""
LIMITS = "library Limits { static function double(int x) : int { return x + x; } }"
FILES = {"limits.scrypt": LIMITS}


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector in use for one test."""
    used = Collector()
    OBSERVERS.append(used)
    yield used
    OBSERVERS.remove(used)


def call(function: str, *arguments: object) -> bool:
    artifact = penstock.compile_source(SOURCE, name="ways.scrypt", load=lambda _, path: FILES[path])
    chain = Chain()
    coin = chain.fund(chain.contract(artifact, ALICE), 1000)
    return bool(chain.spend(coin, function, *arguments).to(ALICE, 900).try_send())


def ways(collector: Collector, text: str, kind: Kind) -> set[str]:
    """The ways that were taken of the point with this text."""
    (point,) = [each for each in collector.points.values() if each.text == text and each.kind is kind]
    return {way for way in kind.ways if collector.hits[point.place, kind, way]}


def test_each_call_adds_its_ways(collector: Collector) -> None:
    assert not call("open", 0, b"")
    assert ways(collector, "x > 0", Kind.BRANCH) == {"false"}
    assert ways(collector, "require(x > 0 && x != 7);", Kind.REQUIRE) == {"refused"}
    assert ways(collector, "Ways.open", Kind.FUNCTION) == {"refused"}
    assert ways(collector, "Ways.big", Kind.HELPER) == set()
    assert not call("open", 1, b"")
    assert ways(collector, "require(x > 0 && x != 7);", Kind.REQUIRE) == {"held", "refused"}
    assert ways(collector, "checkSig(sig, this.owner)", Kind.SIGNATURE) == {"empty"}
    assert ways(collector, "checkSig(sig, this.owner)", Kind.BRANCH) == {"false"}
    assert ways(collector, "Ways.big", Kind.HELPER) == {"called"}
    assert ways(collector, "this.big(x)", Kind.BRANCH) == {"false"}
    assert not call("open", 1, BOB)
    assert ways(collector, "checkSig(sig, this.owner)", Kind.SIGNATURE) == {"empty", "wrong"}
    assert call("open", 1, ALICE)
    assert ways(collector, "checkSig(sig, this.owner)", Kind.SIGNATURE) == {"empty", "wrong", "valid"}
    assert ways(collector, "Ways.open", Kind.FUNCTION) == {"accepted", "refused"}
    assert call("open", 101, b"")
    assert ways(collector, "this.big(x)", Kind.BRANCH) == {"true", "false"}
    assert ways(collector, "Limits.double", Kind.HELPER) == {"called"}
    assert ways(collector, "x > 50", Kind.BRANCH) == {"true", "false"}


def test_an_abort_in_a_condition_is_a_refusal(collector: Collector) -> None:
    assert not call("open", 3, ALICE)
    assert ways(collector, "require(10 / (x - 3) < 1000);", Kind.REQUIRE) == {"refused"}
    assert not call("open", 2, BOB)
    assert ways(collector, "require(checkSig(sig, this.owner) || limit == 4);", Kind.REQUIRE) == {"held", "refused"}


def test_the_report_begins_with_functions_that_no_test_accepts(collector: Collector) -> None:
    call("open", 1, ALICE)
    files = summaries(collector)
    assert [file.file for file in files] == ["limits.scrypt", "ways.scrypt"]
    lines = list(text_report(files))
    assert lines[0] == "never accepted: Ways.other (ways.scrypt:12:5)"
    assert re.fullmatch(r"file +functions +helpers +requires +branches +signatures +covered", lines[1])
    assert "missing: ways.scrypt:9:17 checkSig(sig, this.owner) never wrong, empty" in lines
    infeasible = [line for line in lines if line.startswith("infeasible: ")]
    assert infeasible[0].endswith("x == 1 never true, false: shown for the report")
    assert [each.point.text for each in never_accepted(files)] == ["Ways.other"]


def test_json_and_lcov_say_the_same(collector: Collector) -> None:
    call("open", 1, ALICE)
    files = summaries(collector)
    document = json.loads(json_report(files))
    assert document["never_accepted"] == ["Ways.other"]
    (ways_file,) = [file for file in document["files"] if file["file"] == "ways.scrypt"]
    (limits_file,) = [file for file in document["files"] if file["file"] == "limits.scrypt"]
    never = {"line": 1, "column": 18, "kind": "helper", "text": "Limits.double", "ways": ["called"]}
    assert limits_file["missing"] == [never]
    assert ways_file["infeasible"][0]["reason"] == "shown for the report"
    assert sum(ways_file["taken"].values()) < sum(ways_file["all"].values())
    assert document["percent"] == round(total_percent(files), 2)
    text = lcov_report(collector, files)
    records = [record for record in text.split("end_of_record\n") if record]
    assert [re.search(r"SF:(.*)", record)[1] for record in records] == ["limits.scrypt", "ways.scrypt"]  # type: ignore[index]
    for record in records:
        branches = re.findall(r"^BRDA:\d+,\d+,\d+,(-|\d+)$", record, re.MULTILINE)
        found, hit = (int(number) for number in re.findall(r"^BR[FH]:(\d+)$", record, re.MULTILINE))
        assert (len(branches), sum(count not in ("-", "0") for count in branches)) == (found, hit)
        data = re.findall(r"^DA:\d+,(\d+)$", record, re.MULTILINE)
        assert [len(data), sum(count != "0" for count in data)] == [
            int(number) for number in re.findall(r"^L[FH]:(\d+)$", record, re.MULTILINE)
        ]


def test_what_another_process_has_collected_is_added(collector: Collector) -> None:
    call("open", 1, ALICE)
    call("other", 1)
    there = Collector()
    for _ in range(2):
        there.add(*json.loads(json.dumps(collector.exported())))
    assert list(text_report(summaries(there))) == list(text_report(summaries(collector)))
    assert all(there.hits[each] == 2 * count for each, count in collector.hits.items())


def test_nothing_is_counted_while_it_is_not_asked_for() -> None:
    assert call("open", 1, ALICE)
    assert not OBSERVERS
    assert summaries(Collector()) == []
    assert total_percent([]) == 100
