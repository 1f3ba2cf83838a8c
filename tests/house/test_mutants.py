"""`make mutants`: each operator makes its changes, and a detected change is distinguished from a survivor."""

import ast
from pathlib import Path

import pytest

from tests.support.mutation import mutants as runner
from tests.support.mutation.mutants import AREAS, Area, Limits, Mutant, Tree, judge, mutants, report
from tests.support.mutation.mutation_operators import changes

ROOT = Path(__file__).resolve().parents[2]


def results(source: str) -> list[str]:
    return [change.apply(source) for change in changes(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x < y", {"(x <= y)"}),
        ("x >= y", {"(x > y)"}),
        ("a < b <= c", {"(a <= b <= c)", "(a < b < c)"}),
        ("x is not None", {"(x is None)"}),
        ("x in y", {"(x not in y)"}),
        ("a and b", {"(a or b)", "(a)", "(b)"}),
        ("a or b or c", {"(a and b and c)", "(b or c)", "(a or c)", "(a or b)"}),
        ("not a", {"(a)"}),
        ("x + y", {"(x - y)"}),
        ("x << y", {"(x >> y)"}),
        ("x += y", {"x -= y"}),
        ("x = 7", {"x = 8", "x = 6"}),
        ("x = 0", {"x = 1", "x = (-1)"}),
        ("x = True", {"x = False"}),
        ("x = a if b else c", {"x = (a)", "x = (c)"}),
        ("x = any(y)", {"x = (all(y))"}),
        ("f(x)", {"pass"}),
        (
            "def f(x):\n    if x:\n        return x\n    return y",
            {"def f(x):\n    if False:\n        return x\n    return y"},
        ),
        ("match x:\n    case y if y:\n        z", {"match x:\n    case y if True:\n        z"}),
        ("x = 'ä' if b else c", {"x = ('ä')", "x = (c)"}),
        ("assert x == 1", set()),
        ("raise Wrong(f'{1 + 1}', 5)", set()),
        ("x = f'{y + 1}'", set()),
        ("def f(x: T[1]) -> U[2]: ...", set()),
        ("@cache(maxsize=5)\ndef f(): ...", set()),
        ("if TYPE_CHECKING:\n    x = 5", set()),
    ],
)
def test_an_operator_makes_these_changes(source: str, expected: set[str]) -> None:
    assert set(results(source)) == expected


@pytest.mark.long
def test_every_change_of_our_source_can_be_read_and_is_one() -> None:
    count = 0
    for name in (
        "runtime/penstock/tx/der.py",
        "compiler/penstockc/ir/passes/branches.py",
        "compiler/penstockc/validation/lock_times.py",
    ):
        path = ROOT / name
        source = path.read_text("utf-8")
        before = ast.dump(ast.parse(source))
        for change in changes(source):
            changed = change.apply(source)
            assert ast.dump(ast.parse(changed)) != before, change
            assert source.encode()[: change.start].count(b"\n") == change.line - 1
            count += 1
    assert count > 100


@pytest.mark.long
def test_the_seed_draws_and_the_areas_take_turns() -> None:
    first, again, other = mutants(["tx", "channel"], 1), mutants(["tx", "channel"], 1), mutants(["tx", "channel"], 2)
    assert first == again
    assert first != other
    assert sorted(map(repr, first)) == sorted(map(repr, other))
    assert [mutant.area for mutant in first[:4]] == ["tx", "channel", "tx", "channel"]


@pytest.mark.parametrize("name", AREAS)
def test_what_an_area_names_is_there(name: str) -> None:
    area = AREAS[name]
    assert all((ROOT / each).exists() for each in (*area.source, *area.near, *area.far))
    assert mutants([name], 1)


SOURCE = "def least(x, y):\n    while x > 100:\n        x -= 1\n    return x if x < y else y\n"
NEAR = "from code import least\ndef test_one(): assert least(1, 2) == 1 and least(200, 300) == 100\n"
FAR = "from code import least\ndef test_two(): assert least(2, 1) == 1\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A copy of a small project of one area."""
    root = tmp_path / "root"
    for name, text in {"compiler/least.py": SOURCE, "tests/near.py": NEAR, "tests/far.py": FAR}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("from code", "from least"))
    (root / "pyproject.toml").write_text("")
    monkeypatch.setitem(AREAS, "vm", Area(("compiler/least.py",), ("tests/near.py",), ("tests/far.py",)))
    monkeypatch.setattr(runner, "GRACE", 2)
    (tmp_path / "copy").mkdir()
    return Tree(tmp_path / "copy", root)


@pytest.mark.long
def test_mutants_die_hang_or_survive(tree: Tree) -> None:
    limits = Limits()
    judged = []
    wanted = {(2, "101"), (3, "x += 1"), (4, "(y)"), (4, "(x)"), (4, "(x <= y)")}
    for change in changes(SOURCE):
        if (change.line, change.shown[1]) not in wanted:
            continue
        mutant = Mutant("vm", "compiler/least.py", change)
        judged.append((mutant, judge(tree, mutant, limits)))
        assert (tree.folder / mutant.file).read_text() == SOURCE
    fates = {(mutant.change.line, mutant.change.shown[1]): fate for mutant, fate in judged}
    assert fates[2, "101"] == "killed"
    assert fates[3, "x += 1"] == "hangs"
    assert fates[4, "(y)"] == "killed"
    assert fates[4, "(x)"] == "killed", "by the far test"
    assert fates[4, "(x <= y)"] == "survives", "no input shows it"
    text = report(judged, 7, "abc")
    assert "commit abc, seed 7" in text
    assert "| `compiler/least.py:4` | comparison | `x < y` | `(x <= y)` |" in text


def test_tests_that_fail_without_a_mutant_are_told(tree: Tree) -> None:
    (tree.folder / "tests/far.py").write_text("def test(): assert False\n")
    with pytest.raises(SystemExit, match=r"without a mutant, too, there are failures: pytest -x tests/far\.py"):
        Limits().of(AREAS["vm"].far, tree)


def test_bad_arguments_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--area", "moon"], ["--count", "0"], ["--count", "many"]):
        with pytest.raises(SystemExit) as caught:
            runner.main(arguments)
        assert caught.value.code == 2
        assert "mutants: error: " in capsys.readouterr().err
