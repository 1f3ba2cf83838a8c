"""Examples of errors in names."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import names
from penstockc.habits.rows import SourceLevel

_METER: Final = """library Meter {
    int reading;
    static const int MOST = 9;

    function add(int units) : int {
        this.reading += units;
        return this.reading;
    }

    static function isFair(int price) : bool { return price < MOST; }
}

contract Sample {
    const Meter meter;
    private int hidden;

    public function open(int x, Sample other) {
        ...
        require(x == 1);
    }
}"""


def _in_meter(kind: type, failing: str, mended: str) -> Example:
    """Return an example in the contract that has a meter."""
    return Example(kind, _METER.replace("...", failing), _METER.replace("...", mended), place=SourceLevel.FILE)


NAMES: Final = (
    Example(
        names.DuplicateName,
        "int y = 1;\nint y = 2;",
        "int y = 1;\ny = 2;",
    ),
    Example(names.PredeclaredName, "library Utils { }", "library Tools { }", place=SourceLevel.FILE),
    Example(
        names.ForeignStatement,
        "loop (3) { if (x == 1) { break; } x++; }",
        "bool done = false;\nloop (3) { if (!done) { x++; done = x == 1; } }",
    ),
    Example(names.UnknownName, "require(y == 1);", "int y = 1;\nrequire(y == 1);"),
    Example(names.UnknownType, "uint256 y = 3;", "int y = 3;"),
    Example(names.UnknownFunction, "require(cheksig(sig, this.owner));", "require(checkSig(sig, this.owner));"),
    Example(names.UnknownMember, "x = this.limits;", "x = this.limit;"),
    Example(names.BareProperty, "x = limit;", "x = this.limit;"),
    Example(
        names.MethodCalledBare,
        "function above(int y) : bool { return y > this.limit; }\npublic function check(int y) { require(above(y)); }",
        "function above(int y) : bool { return y > this.limit; }\n"
        "public function check(int y) { require(this.above(y)); }",
        place=SourceLevel.MEMBERS,
    ),
    _in_meter(names.NeedsInstance, "x = Meter.reading;", "x = this.meter.reading;"),
    _in_meter(names.ThroughInstance, "x = this.meter.MOST;", "x = Meter.MOST;"),
    Example(
        names.ThisInStatic,
        "static function above(int y) : bool { return y > this.limit; }",
        "function above(int y) : bool { return y > this.limit; }",
        place=SourceLevel.MEMBERS,
    ),
    Example(
        names.PrivateMember,
        "library Safe { private static const int CODE = 7; }\n"
        "contract Sample { public function open(int x) { require(x == Safe.CODE); } }",
        "library Safe { static const int CODE = 7; }\n"
        "contract Sample { public function open(int x) { require(x == Safe.CODE); } }",
        place=SourceLevel.FILE,
    ),
    Example(names.ClassAsValue, "bytes b = PubKey;", "bytes b = PubKey(this.data);"),
    Example(names.FunctionAsValue, "x = abs;", "x = abs(x);"),
    Example(names.NotAssignable, "abs(x) = 3;", "x = 3;"),
    Example(names.ConstAssignment, "const int y = 1;\ny = 2;", "int y = 1;\ny = 2;"),
    _in_meter(
        names.ChangingCallOnConst, "x = this.meter.add(x);", "Meter copy = this.meter;\n        x = copy.add(x);"
    ),
)
