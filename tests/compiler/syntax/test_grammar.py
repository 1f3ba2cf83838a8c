"""The grammar, its tables and the builder belong together."""

import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from lark import Token, Tree

from penstockc.source import Source
from penstockc.syntax.grammar import keywords, parse_generic, parse_module
from penstockc.syntax.parse import parse
from tests.support.compiling.sources import syntax_errors

GRAMMAR = files("penstockc.syntax").joinpath("grammar.lark").read_text("utf-8")

# Each rule of the grammar at least once.
EVERYTHING = """
import "a.scrypt";
type A = M<int[2], L<bytes>>[3];
struct S<T> { T t; int[2] u; }
library L { }
contract C {
    @state private static int a = 1;
    int b;
    constructor(const int x) { }
    function f(static const int N) : int { return N; }
    public function g() { asm { loop (3) : i { OP_1 } "a" $v b'00' } }
    function h(int x) : int {
        { }
        int[] y = [1];
        const auto z = {1, x};
        M<int>[2] m = [w, w];
        x = 1;
        x += 1;
        require(x == 1 || x != 1 && true | false ^ b'' & "s");
        exit(this.b < 1 >> 2 + 3 * -4);
        if (x) f(1); else ++x;
        loop (2) : i x--;
        ***
        --x;
        return ++x ? (1) : M<int>.f(new L(), b[1], b[1:2], b[:], y.z);
    }
}
"""
ONLY_FOR_REPORTS = {"old_bytes"}


def names_in_grammar() -> set[str]:
    """All rules that make a node: without those that are inlined, with the names of their alternatives."""
    rules = re.findall(r"^!?([a-z_]+):", GRAMMAR, re.MULTILINE)
    aliases = re.findall(r"-> ([a-z_]+)", GRAMMAR)
    return {rule for rule in [*rules, *aliases] if not rule.startswith("_")}


def names_in(tree: Tree[Token | None]) -> set[str]:
    return {str(node.data) for node in tree.iter_subtrees()}


def test_everything_is_built() -> None:
    tree = parse_module(EVERYTHING, lambda _: False)
    generic = parse_generic("M<int, L<bytes>, A[2]>")
    assert tree is not None
    assert generic is not None
    assert sorted(names_in(tree) | names_in(generic)) == sorted(names_in_grammar() - ONLY_FOR_REPORTS)
    parse(Source("s", EVERYTHING))


def test_what_is_only_for_reports() -> None:
    assert syntax_errors('contract C { static bytes B = b"00"; }') == ["old-bytes-literal"]
    assert syntax_errors("contract C { static bytes B = x[]; }") == ["missing-index"]


def test_keywords_are_those_of_the_language() -> None:
    words = (
        "import type struct library contract constructor function public private static const auto"
        " if else loop return require exit new this true false asm"
    )
    assert " ".join(sorted(keywords())) == " ".join(sorted(words.split()))


@pytest.mark.parametrize("word", sorted(keywords()))
def test_a_keyword_names_nothing(word: str) -> None:
    assert syntax_errors(f"contract C {{ int {word}; }}") == ["keyword-as-name"]
    parse(Source("s", f"contract C {{ int {word}s; int s{word}; int {word.upper()}; }}"))


def run_with_tables_in(folder: Path) -> str:
    """Compile something in a process of its own that keeps its bytecode, and the tables, below `folder`."""
    program = (
        "import sys; from penstockc.source import Source; from penstockc.syntax.parse import parse;"
        "print(len(parse(Source('s', 'contract C { int x; }')).declarations))"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_tables_are_kept_and_damaged_ones_made_anew(tmp_path: Path) -> None:
    assert run_with_tables_in(tmp_path) == "1\n"
    (tables,) = tmp_path.rglob("*.tables")
    whole = tables.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2]):
        tables.write_bytes(damaged)
        assert run_with_tables_in(tmp_path) == "1\n"


def test_it_works_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """A file is in place of the folder, which stops even a privileged user."""
    (tmp_path / "taken").write_text("")
    assert run_with_tables_in(tmp_path / "taken") == "1\n"


@pytest.mark.parametrize(
    "text",
    [
        "contractor C { }",
        "contractC { }",
        "structure S { int x; }",
        "typeX = int;",
        "libraryL { }",
        "library L { functionf(int x) : int { return x; } }",
        "library L { constructors(int x) { } }",
    ],
)
def test_keywords_end_where_their_word_ends(text: str) -> None:
    assert syntax_errors(text) == ["unexpected-text"]


def test_what_is_no_word_ends_a_keyword() -> None:
    assert len(parse(Source("s", 'import"a";type/**/T=int;library\tL{constructor(int x){}}')).declarations) == 3


def nested(depth: int) -> str:
    return "int" if depth == 0 else f"Box< Box<int>[2], {nested(depth - 1)} >"


@pytest.mark.parametrize("depth", range(1, 17))
@pytest.mark.parametrize("form", ["{}[3] x", "bool y = a < b && c < d; {} x", "int x = f(a < b) + {}.size"])
def test_type_arguments_are_one_token_however_deep_they_nest(depth: int, form: str) -> None:
    """Patterns for shallow ones are made for most files, and may not be used for a file with deep ones."""
    statement = form.format(nested(depth))
    trees = parse_module(f"contract C {{ function f() {{ {statement}; }} }}", lambda _: False)
    assert trees is not None
    found = [token for token in trees.scan_values(lambda _: True) if token is not None and token.type.startswith("GEN")]
    assert [token.replace(" ", "") for token in found] == [nested(depth).replace(" ", "")]
