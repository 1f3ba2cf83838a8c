"""The sizes of scripts are kept in files, so that a change of one is seen in review."""

from pathlib import Path

from benchmarks.sizes.figures import FOLDER, ROWS
from benchmarks.sizes.measure import measured, summary, template_size

import penstock
from tests.support.golden import Golden

GOLDEN = Path(__file__).parent / "golden"


def test_each_contract_of_the_folder_has_one_row() -> None:
    assert sorted(row.name for row in ROWS) == sorted(path.stem for path in FOLDER.glob("*.scrypt"))


def test_the_sizes_of_the_table(golden: Golden) -> None:
    results = measured()
    lines = [f"{each.row.name} {each.row.target} {each.ours} {each.row.floor or '-'}" for each in results]
    golden.check(GOLDEN / "table" / "size.txt", "\n".join([*lines, summary(results), ""]))


def test_the_sizes_of_the_bundled_contracts(golden: Golden) -> None:
    lines = []
    for path in sorted(penstock.bundled("p2pkh").parent.glob("*.scrypt")):
        for target in ("bsv", "btc"):
            try:
                artifact = penstock.compile_file(path, target)
            except penstock.CompileError:
                continue
            lines.append(f"{path.stem} {target} {template_size(artifact.hex)}")
    golden.check(GOLDEN / "bundled" / "size.txt", "\n".join([*lines, ""]))


def test_an_argument_counts_as_one_byte() -> None:
    assert template_size("76a9<hash>88ac") == 5
