"""Coverage of contracts: each way of each point is counted when it is taken, and only then."""

import json
import re
from collections.abc import Iterator

import pytest

import penstock
from penstock.testing import PREIMAGE, Chain, key
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.exchange import add, add_earlier, exported
from penstock.testing.coverage.points import Kind
from penstock.testing.coverage.reports.data import json_report, lcov_report
from penstock.testing.coverage.reports.text import text_report
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
    (point,) = [each for each in collector.points if each.text == text and each.kind is kind]
    return {way for way in kind.ways if collector.count(point, way)}


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
    assert re.fullmatch(r"file +functions +helpers +statements +requires +branches +signatures +covered", lines[1])
    assert "missing: ways.scrypt:9:17 checkSig(sig, this.owner) never wrong, empty" in lines
    infeasible = [line for line in lines if line.startswith("infeasible: ")]
    assert infeasible[0].endswith("x == 1 never true, false: shown for the report")
    assert [each.point.text for each in never_accepted(files)] == ["Ways.other"]


def test_json_and_lcov_say_the_same(collector: Collector) -> None:
    call("open", 1, ALICE)
    files = summaries(collector)
    document = json.loads(json_report(collector, files))
    assert document["never_accepted"] == ["Ways.other"]
    (ways_file,) = [file for file in document["files"] if file["file"] == "ways.scrypt"]
    (limits_file,) = [file for file in document["files"] if file["file"] == "limits.scrypt"]
    never = {"line": 1, "column": 18, "kind": "helper", "text": "Limits.double", "ways": ["called"]}
    ran = {"line": 1, "column": 56, "kind": "statement", "text": "return x + x;", "ways": ["ran"]}
    assert limits_file["missing"] == [never, ran]
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
        add(there, json.loads(json.dumps(exported(collector))))
    assert list(text_report(summaries(there))) == list(text_report(summaries(collector)))
    assert all(there.reached[each].count == 2 * reach.count for each, reach in collector.reached.items())


def test_an_earlier_run_is_added_unless_its_text_has_changed(collector: Collector) -> None:
    call("open", 1, ALICE)
    kept = json.dumps(exported(collector))
    later = Collector()
    add_earlier(later, kept)
    assert list(text_report(summaries(later))) == list(text_report(summaries(collector)))
    later.files["ways.scrypt"].text += " "
    again = Collector(files={"ways.scrypt": later.files["ways.scrypt"]})
    add_earlier(again, kept)
    assert {point.place.file for point in again.points} == {"limits.scrypt"}
    for damaged in (
        "",
        "{",
        "[]",
        "7",
        kept[:-20],
        kept.replace('"form": 1', '"form": 2'),
        kept.replace('"reached": [', '"reached": [[99999, "ran", {}, ""], '),
    ):
        empty = Collector()
        add_earlier(empty, damaged)
        assert not empty.points
        assert not empty.reached


def test_indices_and_several_signatures(collector: Collector) -> None:
    source = """contract Several {
        int[2] parts;
        PubKey[2] keys;
        public function pick(int i, Sig[1] sigs) {
            int sum = 0;
            loop (2) : j { sum += this.parts[j]; }
            int[2] copy = this.parts;
            copy[i] = sum;
            require(copy[i] + [7, 8][i] > 0);
            require(checkMultiSig(sigs, this.keys));
        }
    }"""
    chain = Chain()
    contract = chain.contract(penstock.compile_source(source, name="several.scrypt"), [1, 2], [ALICE, BOB])

    def pick(index: int, signature: object) -> None:
        chain.spend(chain.fund(contract, 1000), "pick", index, [signature]).to(ALICE, 900).try_send()

    pick(0, b"")
    indices = {point.text for point in collector.points if point.kind is Kind.INDEX}
    assert indices == {"copy[i]", "[7, 8][i]"}
    check = "checkMultiSig(sigs, this.keys)"
    assert ways(collector, check, Kind.SIGNATURE) == {"empty"}
    pick(0, key("mallory"))
    assert ways(collector, check, Kind.SIGNATURE) == {"empty", "wrong"}
    pick(0, BOB)
    assert ways(collector, check, Kind.SIGNATURE) == {"empty", "wrong", "valid"}
    assert ways(collector, "[7, 8][i]", Kind.INDEX) == {"in range"}
    for index in (2, -1):
        pick(index, ALICE)
    assigned, _ = (point for point in collector.points_in("several.scrypt") if point.text == "copy[i]")
    assert collector.count(assigned, "out of range") == 2


def test_conditions_that_start_at_one_place_are_several_points(collector: Collector) -> None:
    source = "contract Chain { public function f(bool a, bool b, bool c) { require(a && b && c); } }"
    chain = Chain()
    contract = chain.contract(penstock.compile_source(source, name="chain.scrypt"))
    chain.spend(chain.fund(contract, 1000), "f", True, False, True).to(ALICE, 900).try_send()
    assert ways(collector, "a", Kind.BRANCH) == {"true"}
    assert ways(collector, "a && b", Kind.BRANCH) == {"false"}


def test_the_library_is_covered_on_demand() -> None:
    used = Collector(with_library=True)
    OBSERVERS.append(used)
    chain = Chain()
    counter = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000)
    chain.spend(counter, "increment", PREIMAGE).to(counter.next(), 1000).try_send()
    OBSERVERS.remove(used)
    assert {file.file for file in summaries(used)} >= {"std", "state"}
    assert ways(used, "Tx.checkPreimageSigHashType", Kind.HELPER) == {"called"}
    assert next(file for name, file in used.files.items() if "counter" in name).sizes["bsv"]


def test_nothing_is_counted_while_it_is_not_asked_for() -> None:
    assert call("open", 1, ALICE)
    assert not OBSERVERS
    assert summaries(Collector()) == []
    assert total_percent([]) == 100
