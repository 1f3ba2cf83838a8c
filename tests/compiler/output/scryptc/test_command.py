"""`penstock-scryptc` as a program: one lone file, started by a path with blanks, source on its standard input."""

import json
import re
from pathlib import Path

import pytest

import penstock
from tests.support.engines.sdk_side import read_messages, run, write_launcher

TOLL = """contract Toll {
    int fee;

    public function pass(int paid) {
        require(paid > this.fee);
        require(paid < 100);
    }
}
"""
IMPORTING = """import "lib/double.scrypt";

contract Twice {
    public function unlock(int x) {
        require(Double.of(x) == 8);
    }
}
"""
LIBRARY = """library Double {
    static function of(int x) : int {
        return x + x;
    }
}
"""
WRONG = "contract Toll { public function pass(int paid) { require(paid); int x = b'00'; require(true); } }"
SHADOWING = (
    "contract Toll { public function pass(int paid) { { int paid = 3; require(paid > 2); } require(paid > 1); } }"
)
FILES = {
    "--ast": "stdin_ast.json",
    "--hex": "stdin_hex.txt",
    "--asm": "stdin_asm.json",
    "--source-map": "stdin.map.json",
    "--debug": "stdin.dbg.json",
}


@pytest.fixture
def scryptc(tmp_path: Path) -> Path:
    folder = tmp_path / "a lone file"
    folder.mkdir()
    return write_launcher(folder / "scryptc")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out folder"
    folder.mkdir()
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_flag_writes_its_file(scryptc: Path, out: Path, tmp_path: Path) -> None:
    flags = list(FILES)
    done = run(scryptc, "compile", *flags, "-r", "-o", str(out), source=TOLL, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert names(out) == set(FILES.values())


@pytest.mark.parametrize(
    "words",
    [
        ["--hex", "--ast", "-r", "-o", "{out}"],
        ["-o", "{out}", "-r", "--ast", "--hex"],
        ["-r", "--ast", "-o", "{out}", "--hex", "-O"],
        ["--optimize", "--hex", "-o", "{out}", "--ast", "-r"],
    ],
)
def test_flags_come_in_any_order(scryptc: Path, out: Path, tmp_path: Path, words: list[str]) -> None:
    done = run(scryptc, "compile", *(word.format(out=out) for word in words), source=TOLL, folder=tmp_path)
    assert done.returncode == 0
    assert names(out) == {"stdin_ast.json", "stdin_hex.txt"}


def test_the_hex_file_has_the_template_alone(scryptc: Path, out: Path, tmp_path: Path) -> None:
    run(scryptc, "compile", "--hex", "-r", "-o", str(out), source=TOLL, folder=tmp_path)
    assert (out / "stdin_hex.txt").read_bytes().decode() == penstock.compile_source(TOLL, layout="official").hex


@pytest.mark.parametrize("flag", ["-O", "--optimize"])
def test_the_script_is_the_smallest_on_request(scryptc: Path, out: Path, tmp_path: Path, flag: str) -> None:
    run(scryptc, "compile", "--hex", flag, "-r", "-o", str(out), source=TOLL, folder=tmp_path)
    smallest, official = (penstock.compile_source(TOLL, layout=layout).hex for layout in ("smallest", "official"))
    assert (out / "stdin_hex.txt").read_text() == smallest != official


def test_the_folder_is_made_for_files_alone(scryptc: Path, tmp_path: Path) -> None:
    done = run(scryptc, "compile", "--hex", "-r", "-o", "not/yet", source=WRONG, folder=tmp_path)
    assert (done.returncode, names(tmp_path)) == (0, {"a lone file"})
    done = run(scryptc, "compile", "--hex", "-r", "-o", "not/yet", source=TOLL, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert names(tmp_path / "not/yet") == {"stdin_hex.txt"}


def test_all_at_once_on_the_standard_output(scryptc: Path, tmp_path: Path) -> None:
    done = run(scryptc, "compile", "--asm", "--hex", "--ast", "--debug", "-r", "--stdout", source=TOLL, folder=tmp_path)
    shown = json.loads(done.stdout)
    assert set(shown) == {"ast", "asm"}
    assert shown["ast"]["stdin"]["contracts"][-1]["name"] == "Toll"
    assert "".join(row["hex"] for row in shown["asm"]["output"]) == penstock.compile_source(TOLL, layout="official").hex
    assert names(tmp_path) == {"a lone file"}


def test_errors_go_to_the_standard_output_and_the_exit_code_stays_0(scryptc: Path, out: Path, tmp_path: Path) -> None:
    done = run(scryptc, "compile", "--hex", "--ast", "-r", "-o", str(out), source=WRONG, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Error:")
    assert [message.text for message in read_messages(done.stdout)] == [
        "Couldn't match expected type 'int' with actual type 'bytes'"
    ]
    assert not names(out)


def test_a_warning_stands_beside_the_files_and_in_place_of_the_output(scryptc: Path, out: Path, tmp_path: Path) -> None:
    beside = run(scryptc, "compile", "--hex", "-r", "-o", str(out), source=SHADOWING, folder=tmp_path)
    instead = run(scryptc, "compile", "--hex", "--ast", "-r", "--stdout", source=SHADOWING, folder=tmp_path)
    assert beside.stdout == instead.stdout
    assert beside.stdout.startswith("Warning:")
    assert names(out) == {"stdin_hex.txt"}


def test_imports_are_found_from_the_current_folder(scryptc: Path, out: Path, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "double.scrypt").write_text(LIBRARY)
    done = run(scryptc, "compile", "--ast", "--asm", "-r", "-o", str(out), source=IMPORTING, folder=tmp_path)
    assert done.stdout == ""
    assert set(json.loads((out / "stdin_ast.json").read_text())) == {"stdin", "lib/double.scrypt", "std"}
    assert json.loads((out / "stdin_asm.json").read_text())["sources"][:2] == ["stdin", "lib/double.scrypt"]


@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_file_instead_of_the_standard_input(scryptc: Path, out: Path, tmp_path: Path, is_absolute: bool) -> None:
    """Files are named after it, and it and its imports by paths that lead to them."""
    (tmp_path / "src" / "lib").mkdir(parents=True)
    (tmp_path / "src" / "twice.scrypt").write_text(IMPORTING)
    (tmp_path / "src" / "lib" / "double.scrypt").write_text(LIBRARY)
    base = tmp_path if is_absolute else Path()
    path = base / "src" / "twice.scrypt"
    done = run(
        scryptc, "compile", "--asm", "--hex", "--ast", "--debug", "-r", "-o", str(out), str(path), folder=tmp_path
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert names(out) == {"twice_asm.json", "twice_hex.txt", "twice_ast.json", "twice.dbg.json"}
    assert set(json.loads((out / "twice_ast.json").read_text())) == {
        str(path),
        str(base / "src" / "lib" / "double.scrypt"),
        "std",
    }


def test_the_version_as_the_sdks_read_it(scryptc: Path, tmp_path: Path) -> None:
    done = run(scryptc, "version", folder=tmp_path)
    found = re.search(r"Version:\s*(\S+)", done.stdout)
    assert found
    assert done.stdout.split()[1] == found[1]
    assert re.match(r"\d+\.\d+\.\d+\+commit\.", found[1])
    assert found[1].endswith(penstock.__version__)


def test_help_exits_with_0(scryptc: Path, tmp_path: Path) -> None:
    assert run(scryptc, "--help", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["compile", "--hex", "-o", "a lone file/scryptc"],
        ["compile", "--hex", "-o", "a lone file/scryptc/below"],
        ["compile", "--hex", "nowhere.scrypt"],
        ["compile", "--nonsense"],
        ["nonsense"],
    ],
)
def test_a_wrong_call_exits_with_2(scryptc: Path, tmp_path: Path, words: list[str]) -> None:
    done = run(scryptc, *words, source=TOLL, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_source_that_is_no_text_exits_with_2(scryptc: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.scrypt").write_bytes(b"\xff\xfe\xfd")
    done = run(scryptc, "compile", "--hex", "noise.scrypt", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "UTF-8" in done.stderr
