"""Examples of errors in declarations: classes, members, types, state."""

from typing import Final

from penstockc.catalogue.example import Example, in_file, in_members
from penstockc.catalogue.samples import with_state
from penstockc.errors import declarations
from penstockc.habits.phrases import CONTRACT
from penstockc.habits.rows import SourceLevel

DECLARATIONS: Final = (
    Example(
        declarations.NothingToCompile,
        "type Amount = int;",
        "type Amount = int;\nlibrary Amounts { }",
        place=SourceLevel.FILE,
    ),
    Example(
        declarations.RecursiveClass,
        f"library Doll {{ Doll inner; }}\n{CONTRACT}",
        f"library Doll {{ int inner; }}\n{CONTRACT}",
        place=SourceLevel.FILE,
    ),
    Example(
        declarations.AliasCycle,
        f"type A = B;\ntype B = A;\n{CONTRACT}",
        f"type A = B;\ntype B = int;\n{CONTRACT}",
        place=SourceLevel.FILE,
    ),
    Example(
        declarations.PropertyWithValue, "int least = 500;", "static const int least = 500;", place=SourceLevel.MEMBERS
    ),
    Example(declarations.AutoProperty, "auto least;", "int least;", place=SourceLevel.MEMBERS),
    Example(
        declarations.StaticWithoutValue,
        "static const int LEAST;",
        "static const int LEAST = 500;",
        place=SourceLevel.MEMBERS,
    ),
    Example(
        declarations.RecursiveStruct,
        f"struct Knot {{ Knot[2] ends; }}\n{CONTRACT}",
        f"struct Knot {{ int[2] ends; }}\n{CONTRACT}",
        place=SourceLevel.FILE,
    ),
    Example(
        declarations.EmptyStruct,
        f"struct Point {{ }}\n{CONTRACT}",
        f"struct Point {{ int x; }}\n{CONTRACT}",
        place=SourceLevel.FILE,
    ),
    Example(
        declarations.StaticRing,
        "static const int RIM = SPOKES + 1;\nstatic const int SPOKES = RIM * 2;",
        "static const int RIM = 5;\nstatic const int SPOKES = RIM * 2;",
        place=SourceLevel.MEMBERS,
    ),
    in_file(declarations.NoEntryPoint, "contract Sample { int x; }", CONTRACT),
    in_file(
        declarations.LibraryEntryPoint,
        "library Sums { public function twice(int x) { require(x == 1); } }",
        "library Sums { static function twice(int x) : int { return x + x; } }",
    ),
    in_file(declarations.GenericContract, CONTRACT.replace("Sample", "Sample<T>"), CONTRACT),
    in_members(
        declarations.GenericFunction,
        "static function same<T>(int y) : int { return y; }",
        "static function same(int y) : int { return y; }",
    ),
    in_file(
        declarations.SecondConstructor,
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n    constructor() { this.x = 1; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
    ),
    in_members(
        declarations.EntryPointWithResult,
        "public function check(int y) : bool { require(y == 1); }",
        "public function check(int y) { require(y == 1); }",
    ),
    in_members(
        declarations.MissingResultType,
        "static function twice(int y) { return y + y; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    in_file(
        declarations.StateWithoutPreimage,
        with_state("int x", "this.votes++;", "require(this.votes == x);"),
        with_state("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    in_file(
        declarations.StateOutsideContract,
        f"library Meter {{ @state int reading; }}\n{CONTRACT}",
        f"library Meter {{ int reading; }}\n{CONTRACT}",
    ),
)
