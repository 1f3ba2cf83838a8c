"""Golden script of each bundled contract: a change of generated code is visible in review.

`golden/<contract>.<target>.txt` has the instructions below their source lines. Written by
`pytest tests/contracts/test_assembly.py --update-golden`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import pytest

import penstock
from penstock import Artifact, CompileError
from tests.support.golden import Golden

FOLDER = Path(__file__).parent / "golden"
TARGETS = ("bsv", "btc")


def artifacts() -> Iterator[Artifact]:
    """Every bundled contract for every target that it compiles for."""
    for name in penstock.bundled_names():
        for target in TARGETS:
            with suppress(CompileError):  # test_bundle.py has the chains of each contract
                yield penstock.compile_file(penstock.bundled(name), target=target)


def golden_file(artifact: Artifact) -> Path:
    return FOLDER / f"{Path(artifact.file).stem}.{artifact.target}.txt"


def listing(artifact: Artifact) -> str:
    """Return the instructions below their source lines, and their bytes without the values to be filled in."""
    words = artifact.asm.split()
    size = len(re.sub(r"<[\w.\[\]]+>", "", artifact.hex)) // 2
    holes = sum(word.startswith("<") for word in words)
    lines = [f"{artifact.file} for {artifact.target}: {size} bytes and {holes} values"]
    for place, group in groupby(enumerate(words), key=lambda numbered: source_line(artifact, numbered[0])):
        lines += ["", place, f"    {' '.join(word for _, word in group)}"]
    return "\n".join(lines) + "\n"


def source_line(artifact: Artifact, index: int) -> str:
    location = artifact.source_map.location(index)
    assert location is not None, f"instruction {index} stands for nothing"
    place = str(location.line) if location.file == artifact.file else location.file
    return f"{place}: {location.text}"


ARTIFACTS = list(artifacts())


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=lambda artifact: golden_file(artifact).stem)
def test_the_script_is_the_one_that_was_looked_at(artifact: Artifact, golden: Golden) -> None:
    golden.check(golden_file(artifact), listing(artifact))


def test_no_listing_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {golden_file(artifact).name for artifact in ARTIFACTS}
