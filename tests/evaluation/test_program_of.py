"""The program of an artifact is found again in its sources, wherever its imports lie."""

from dataclasses import replace

import pytest

import penstock
from penstock import records
from penstock.evaluation.programs import program_of

MAIN = 'import "{path}"; contract C {{ public function f(int x) {{ require(L.fits(x)); }} }}'
LIBRARY = "library L { static function fits(int x) : bool { return x > 3; } }"
OTHER = "library M { static function other() : int { return 1; } }"


@pytest.mark.parametrize("path", ["l.scrypt", "lib/l.scrypt", "../l.scrypt", "./lib/../lib/l.scrypt"])
def test_imports_are_found_by_their_paths(path: str) -> None:
    artifact = penstock.compile_source(MAIN.format(path=path), name="c.scrypt", load=lambda _, __: LIBRARY)
    program = program_of(artifact)
    assert program is not None
    assert {str(key) for key in program.functions} == {"C.f", "L.fits"}


def test_files_of_one_bare_name_are_told_apart() -> None:
    files = {"a/l.scrypt": f'import "../b/l.scrypt"; {LIBRARY}', "../b/l.scrypt": OTHER}
    text = MAIN.format(path="a/l.scrypt").replace("L.fits(x)", "L.fits(x + M.other())")
    artifact = penstock.compile_source(text, name="c.scrypt", load=lambda _, path: files[path])
    program = program_of(artifact)
    assert program is not None
    assert {str(key) for key in program.functions} == {"C.f", "L.fits", "M.other"}


def test_the_program_is_the_same_after_json() -> None:
    artifact = penstock.compile_source(MAIN.format(path="l"), name="c.scrypt", load=lambda _, __: LIBRARY)
    assert program_of(penstock.Artifact.from_json(artifact.to_json())) == program_of(artifact)


def test_without_its_texts_or_with_other_ones_there_is_none() -> None:
    artifact = penstock.compile_source(MAIN.format(path="l"), name="c.scrypt", load=lambda _, __: LIBRARY)
    main, library = artifact.source_map.files
    for files in (
        (main, records.replace(library, text=None)),
        (main, records.replace(library, name="m")),
        (main, records.replace(library, text="library L { }")),
        (records.replace(main, name="d.scrypt"), library),
        (main, main),
    ):
        assert program_of(replace(artifact, source_map=records.replace(artifact.source_map, files=files))) is None
