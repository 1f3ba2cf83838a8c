"""What each construct means: source on one side, the typed tree as text on the other."""

import pytest

from penstockc.semantics.typed import MemberKey
from penstockc.semantics.typed.text import show_function, show_program
from tests.support.compiling.sources import program

SAMPLE = """
library Box {{
    int size;
    private bytes label;
    constructor(int size) {{ this.size = size; }}
    function grow(int by) : int {{ this.size += by; return this.size; }}
    function copy() : Box {{ return this; }}
    static function twice(int x) : int {{ return x * 2; }}
    static const int LIMIT = 9;
}}
contract Sample {{
    int n;
    bool flag;
    bytes data;
    PubKey key;
    Box box;
    static const int N = 2 * 3 - -4;
    static const bytes TAG = b'01' + b'02';
    static const bytes PLAIN = b'0102';
    static const PubKey OWNER = PubKey(b'02');
    static int count = N;
    function half(int x) : int {{ return x / 2; }}
    static function digest(bytes x) : Sha256 {{ return x; }}
    public function f({parameters}) {{ {statements} require(true); }}
}}
"""

BODY = "{ public function f() { require(true); } }"

# Statement(s) of a function -> their meaning.
MEANINGS = {
    "int x = 3;": "int x#0 = 3",
    "int x = -3;": "int x#0 = -3",
    "int x = - -3;": "int x#0 = 3",
    "auto x = sha256(this.data);": "Sha256 x#0 = SHA256(this.data)",
    "bytes x = sha256(this.data);": "bytes x#0 = (bytes) SHA256(this.data)",
    'bytes x = "hé";': "bytes x#0 = b'68c3a9'",
    "bytes x = PubKey(b'02');": "bytes x#0 = b'02'",
    "auto x = PubKey(this.data);": "PubKey x#0 = (PubKey) this.data",
    "int x = N;": "int x#0 = 10",
    "int x = Sample.N + Box.LIMIT;": "int x#0 = ADD(10, 9)",
    "bytes x = PLAIN;": "bytes x#0 = b'0102'",
    "bytes x = TAG;": "bytes x#0 = Sample.TAG",
    "auto x = OWNER;": "PubKey x#0 = PubKey b'02'",
    "int x = count;": "int x#0 = Sample.count",
    "count = 4;": "Sample.count = 4",
    "Sample.count++;": "Sample.count++",
    "this.n = 4;": "this.n = 4",
    "this.n <<= 1;": "this.n = INT_SHIFT_LEFT(this.n, 1)",
    "this.data += b'00';": "this.data = CONCATENATE(this.data, b'00')",
    "this.box.size--;": "this.box.size--",
    "int x = ++this.n;": "int x#0 = ++this.n",
    "bool x = !this.flag;": "bool x#0 = NOT(this.flag)",
    "bool x = !this.n;": "bool x#0 = NOT(INT_TO_BOOL(this.n))",
    "bool x = this.n && this.flag;": "bool x#0 = (INT_TO_BOOL(this.n) && this.flag)",
    "bool x = this.flag || this.flag && false;": "bool x#0 = (this.flag || (this.flag && false))",
    "bool x = this.n != 3;": "bool x#0 = NUM_NOT_EQUAL(this.n, 3)",
    "bool x = this.data != b'';": "bool x#0 = NOT(BYTES_EQUAL(this.data, b''))",
    "bool x = this.key == b'02';": "bool x#0 = BYTES_EQUAL(this.key, b'02')",
    "bool x = sha256(b'') == hash160(this.key);": "bool x#0 = BYTES_EQUAL(SHA256(b''), HASH160((bytes) this.key))",
    "int x = this.flag ? 1 : this.n;": "int x#0 = (this.flag ? 1 : this.n)",
    "auto x = this.n ? this.key : this.data;": "bytes x#0 = (INT_TO_BOOL(this.n) ? (bytes) this.key : this.data)",
    "auto x = this.data ? this.key : OWNER;": "PubKey x#0 = (BYTES_TO_BOOL(this.data) ? this.key : PubKey b'02')",
    "bytes x = this.key[1:];": "bytes x#0 = SKIP((bytes) this.key, 1)",
    "bytes x = this.data[:this.n];": "bytes x#0 = TAKE(this.data, this.n)",
    "bytes x = this.data[1:2];": "bytes x#0 = SLICE(this.data, 1, 2)",
    "bytes x = this.data[:];": "bytes x#0 = this.data",
    "int x = Box.twice(3);": "int x#0 = Box.twice(3)",
    "int x = this.half(3);": "int x#0 = this.Sample.half(3)",
    "auto x = digest(this.data);": "Sha256 x#0 = Sample.digest(this.data)",
    "this.box.grow(2);": "this.box.Box.grow(2)",
    "int x = new Box(1).grow(2);": "int x#0 = new Box(1).Box.grow(2)",
    "Box b = this.box.copy().copy(); b.size = 3;": "Box b#0 = this.box.Box.copy().Box.copy()\n  b#0.size = 3",
    "bool x = checkSig(Sig(b''), this.key);": "bool x#0 = CHECK_SIG(Sig b'', this.key)",
    "bool x = checkMultiSig([Sig(b'')], [OWNER, this.key]);": (
        "bool x#0 = CHECK_MULTI_SIG([Sig b''], [PubKey b'02', this.key])"
    ),
    "bool x = checkLockTime(3);": "bool x#0 = CHECK_LOCK_TIME(3)",
    "bytes x = reverseBytes(this.data, N - 2);": "bytes x#0 = REVERSE(this.data, 8)",
    "int len = len(this.data);": "int len#0 = LENGTH(this.data)",
    "auto x = flattenSha256(this.n);": "Sha256 x#0 = FLATTEN_SHA256(this.n)",
    "auto x = flattenSha256(this.flag);": "Sha256 x#0 = FLATTEN_SHA256(this.flag)",
    "auto x = flattenSha256(this.key);": "Sha256 x#0 = FLATTEN_SHA256(this.key)",
    "int x = 1; { int x = 2; x = 3; } x = 4;": ("int x#0 = 1\n  block\n    int x#1 = 2\n    x#1 = 3\n  x#0 = 4"),
    "int x = 1; if (x > 0) int x = x; else { x = 2; }": (
        "int x#0 = 1\n  if GREATER(x#0, 0)\n    int x#1 = x#0\n  else\n    x#0 = 2"
    ),
    "if (this.data) { } else exit(this.n);": ("if BYTES_TO_BOOL(this.data)\n  else\n    exit INT_TO_BOOL(this.n)"),
    "require(this.data);": "require BYTES_TO_BOOL(this.data)",
    "int sample = 1; int Sample = sample;": "int sample#0 = 1\n  int Sample#1 = sample#0",
    "int Box = 1; Box = 2;": "int Box#0 = 1\n  Box#0 = 2",
}


@pytest.mark.parametrize(("statements", "meaning"), MEANINGS.items())
def test_meanings(statements: str, meaning: str) -> None:
    found = program(SAMPLE.format(statements=statements, parameters=""))
    shown = show_function(found.functions[MemberKey("Sample", "f")])
    assert shown == f"public function f()\n  {meaning}\n  require true\n"


def test_a_whole_program() -> None:
    found = program("""
        contract Main {
            int a;
            const L l;
            L m;
            constructor(int x, int y) { this.a = x; require(y > 0); this.l = new L(x); }
            public static function g(const bool b) { require(b); }
            public function h(L l) { require(this.l == l); require(l != this.m); }
        }
        library L { int n; Nothing nothing; bytes b; static function zero() : int { return 0; }
            constructor(int n) { this.n = L.zero() + n; } }
        library Nothing { }
    """)
    assert show_program(found) == (
        "library L\n"
        "  property int n\n"
        "  property Nothing nothing\n"
        "  property bytes b\n"
        "  constructor(int n#0)\n"
        "    this.n = ADD(L.zero(), n#0)\n"
        "  static function zero() : int\n"
        "    return 0\n"
        "\n"
        "library Nothing\n"
        "  implicit constructor()\n"
        "\n"
        "contract Main\n"
        "  property int a\n"
        "  property L l\n"
        "  property L m\n"
        "  constructor(int x#0, int y#1)\n"
        "    this.a = x#0\n"
        "    require GREATER(y#1, 0)\n"
        "    this.l = new L(x#0)\n"
        "  public static function g(bool b#0)\n"
        "    require b#0\n"
        "  public function h(L l#0)\n"
        "    require EQUALS(this.l, l#0)\n"
        "    require NOT(EQUALS(l#0, this.m))\n"
    )


@pytest.mark.parametrize(
    ("text", "main"),
    [
        (f"contract A {BODY} library L {{ }}", "A"),
        (f"contract A {BODY} contract B {BODY} library L {{ }}", "B"),
        ("library L { } library M { }", "M"),
    ],
)
def test_the_main_contract_is_the_last(text: str, main: str) -> None:
    found = program(text)
    assert found.main == main
    assert [function.key.name for function in found.entry_points] == (["f"] if "contract" in text else [])


def test_imports_do_not_decide_which_contract_is_main() -> None:
    found = program(f'import "b"; contract A {BODY}', {"b": f"contract B {BODY} contract C {BODY}"})
    assert found.main == "A"
    assert sorted(found.classes) == ["A", "B", "C"]
