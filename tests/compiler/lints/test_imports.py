"""Imports of which a file uses nothing."""

from collections.abc import Mapping

import pytest

from penstockc.pipeline import check_source, compile_text
from penstockc.remappings import Remapping

FEES = "library Fees { static const int LEAST = 500; }"
CONTRACT = "contract C {{ PubKey k; public function f(Sig s) {{ require(checkSig(s, this.k) && len(s) > {least}); }} }}"


def codes(text: str, files: Mapping[str, str]) -> list[str]:
    found = check_source(text, load=lambda _, path: files[path]).diagnostics
    return [one.code for one in found]


def using(*paths: str, least: str = "Fees.LEAST") -> str:
    return "".join(f'import "{path}";\n' for path in paths) + CONTRACT.format(least=least)


def test_a_used_import() -> None:
    assert codes(using("fees.scrypt"), {"fees.scrypt": FEES}) == []


@pytest.mark.parametrize("least", ["7 /* Fees */", "7 // Fees\n", 'len("Fees")', "7 + len(s) - len(s)"])
def test_an_unused_import(least: str) -> None:
    assert "unused-import" in codes(using("fees.scrypt", least=least), {"fees.scrypt": FEES})


def test_what_an_import_imports_counts() -> None:
    assert codes(using("all.scrypt"), {"all.scrypt": 'import "fees.scrypt";', "fees.scrypt": FEES}) == []


def test_an_unused_import_of_an_imported_file_is_told_too() -> None:
    files = {
        "fees.scrypt": f'import "clock.scrypt";\n{FEES}',
        "clock.scrypt": "library Clock { static const int DAY = 1; }",
    }
    assert codes(using("fees.scrypt"), files) == ["unused-import"]


def test_a_remapped_import_is_used_by_its_names() -> None:
    files = {"../lib/a.scrypt": 'import "@scope/b.scrypt";', "../lib/b.scrypt": "struct Pair { int x; int y; }"}
    for use, expected in (("Pair p", []), ("int p", ["unused-import"])):
        text = f'import "@scope/a.scrypt"; contract C {{ public function f({use}) {{ require(true); }} }}'
        remappings = (Remapping("@scope", "../lib"),)
        found = compile_text(text, "c.scrypt", "bsv", lambda _, path: files[path], remappings)[0].diagnostics
        assert [each.code for each in found if "import" in each.code] == expected
