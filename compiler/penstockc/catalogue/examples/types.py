"""Examples of errors in types, structs, arrays and type parameters."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import types
from penstockc.habits.phrases import CONTRACT
from penstockc.habits.rows import SourceLevel

_POINT: Final = "struct Point { int x; int y; }\n"

_BOX: Final = "library Box<T> { T item; }\n"


def _open(statements: str) -> str:
    """Return a contract with these statements."""
    head = "contract Sample {\n    public function open(int x) {\n"
    return f"{head}        {statements}\n        require(x == 1);\n    }}\n}}"


TYPES: Final = (
    Example(types.TypeMismatch, "x = this.data;", "x = unpack(this.data);"),
    Example(types.OperandMismatch, "bytes b = -this.data;", "x = -unpack(this.data);"),
    Example(types.OperandsMismatch, "require(x & 3 == 1);", "require((x & 3) == 1);"),
    Example(
        types.IncomparableTypes,
        "library One { int a; }\nlibrary Two { int a; }\n" + _open("require(new One(x) == new Two(x));"),
        "library One { int a; }\nlibrary Two { int a; }\n" + _open("require(new One(x).a == new Two(x).a);"),
        place=SourceLevel.FILE,
    ),
    Example(types.ArmsMismatch, "bytes b = x == 1 ? this.data : x;", "bytes b = x == 1 ? this.data : pack(x);"),
    Example(
        types.NotACondition,
        "int[2] ys = [x, 1];\nif (ys) { x = 1; }",
        "int[2] ys = [x, 1];\nif (ys[0] != 0) { x = 1; }",
    ),
    Example(types.NotCastable, "bytes b = bytes(x);", "bytes b = pack(x);"),
    Example(types.NotAnArray, "bytes b = this.data[0];", "bytes b = this.data[0 : 1];"),
    Example(types.UnexpectedTypeArguments, "int y = PubKey<int>.size;", "int y = len(this.owner);"),
    Example(
        types.UntypedStruct,
        _POINT + _open("auto p = {x, 1};"),
        _POINT + _open("Point p = {x, 1};"),
        place=SourceLevel.FILE,
    ),
    Example(types.UnexpectedStruct, "int[2] ys = {x, 1};", "int[2] ys = [x, 1];"),
    Example(
        types.WrongFieldCount,
        _POINT + _open("Point p = {x};"),
        _POINT + _open("Point p = {x, 1};"),
        place=SourceLevel.FILE,
    ),
    Example(
        types.MissingSize,
        "static function first(int[] ys) : int { return ys[0]; }",
        "static function first(int[3] ys) : int { return ys[0]; }",
        place=SourceLevel.MEMBERS,
    ),
    Example(types.ValueTooLarge, "int[400][300] cells;", "int[4][3] cells;", place=SourceLevel.MEMBERS),
    Example(types.WrongElementCount, "int[3] ys = [1, 2];", "int[2] ys = [1, 2];"),
    Example(types.ElementsMismatch, "auto ys = [x, b'00'];", "auto ys = [pack(x), b'00'];"),
    Example(
        types.NothingToHash,
        "library Void { }\n" + _open("bytes h = flattenSha256(new Void());"),
        "library Void { }\n" + _open("bytes h = flattenSha256(x);"),
        place=SourceLevel.FILE,
    ),
    Example(
        types.WrongTypeArgumentCount,
        _BOX + _open("Box<int, int> b = new Box<int, int>(x);"),
        _BOX + _open("Box<int> b = new Box<int>(x);"),
        place=SourceLevel.FILE,
    ),
    Example(
        types.MissingTypeArguments,
        _BOX + _open("auto b = new Box(x);"),
        _BOX + _open("auto b = new Box<int>(x);"),
        place=SourceLevel.FILE,
    ),
    Example(
        types.EndlessInstances,
        f"library Box<T> {{ T item; }}\nstruct Tower<T> {{ T base; Tower<Box<T>> top; }}\n{CONTRACT}",
        f"library Box<T> {{ T item; }}\nstruct Tower<T> {{ T base; Box<T> top; }}\n{CONTRACT}",
        place=SourceLevel.FILE,
    ),
)
