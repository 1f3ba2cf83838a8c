"""The tests mirror the sources: a folder of tests has the name of the package that it tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SOURCES = {"compiler": ROOT / "compiler" / "penstockc", "": ROOT / "runtime" / "penstock"}
OF_THEIR_OWN = {
    "benchmarks": "the benchmarks, of the folder of that name",
    "compiler/diagnostics": "golden messages through the whole compiler",
    "compiler/pipeline": "contracts through the whole compiler",
    "compiler/standard": "the standard library, compiled and run",
    "compiler/state": "contracts with state, compiled and run",
    "contracts": "the bundled contracts, of the folder of that name",
    "docs": "the pages",
    "examples": "the examples, of the folder of that name",
    "house": "the rules of this repository",
    "support": "shared by tests",
    "project/cache": "the cache of `project/cache.py`, a module",
    "prove/faults": "rules of the compiler made wrong, which a proof has to find",
    "testing/chain": "the chain of `testing/chain.py`, a module",
    "vm/engines": "the machine against other engines and the nodes' vectors",
}


def folders_of_tests() -> list[str]:
    return sorted({str(path.parent.relative_to(TESTS)) for path in TESTS.rglob("test_*.py")} - {"."})


def source_of(folder: str) -> Path:
    """The package that a folder of tests is named after."""
    side, _, rest = folder.partition("/")
    return SOURCES["compiler"] / rest if side == "compiler" else SOURCES[""] / folder


def test_each_folder_is_named_after_a_package_or_has_a_reason() -> None:
    strange = [folder for folder in folders_of_tests() if not source_of(folder).is_dir()]
    assert not [folder for folder in strange if folder not in OF_THEIR_OWN and folder.split("/")[0] not in OF_THEIR_OWN]


def test_the_reasons_are_needed() -> None:
    assert not [folder for folder in OF_THEIR_OWN if not (TESTS / folder).is_dir()]
