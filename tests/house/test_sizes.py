"""Files, functions and folders stay small enough to be read in one go (CONTRIBUTING.md)."""

import ast
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for root in ("compiler", "runtime") for path in (ROOT / root).rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FILE = 400, 40, 150  # lines
MOST_MODULES = 15  # in a folder, besides its __init__


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file with its lines; decorators and docstring are not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            docstring = ast.get_docstring(node, clean=False)
            documented = docstring.count("\n") + 1 if docstring else 0
            yield node.name, node.end_lineno - node.lineno + 1 - documented


def test_a_file_is_short() -> None:
    assert not [f"{path.relative_to(ROOT)}: {lines(path)} lines" for path in FILES if lines(path) > LONGEST_FILE]


def test_a_function_fits_on_a_screen() -> None:
    assert not [
        f"{path.relative_to(ROOT)}, {name}: {count} lines"
        for path in FILES
        for name, count in functions(path)
        if count > LONGEST_FUNCTION
    ]


def test_most_files_are_shorter_still() -> None:
    assert statistics.median(map(lines, FILES)) <= MEDIAN_FILE


def test_a_folder_has_few_modules() -> None:
    counts = Counter(path.parent for path in FILES if path.name != "__init__.py")
    assert not {str(path.relative_to(ROOT)): count for path, count in counts.items() if count > MOST_MODULES}
