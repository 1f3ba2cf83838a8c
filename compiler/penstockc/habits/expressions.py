"""Forms within expressions, at any place of a file."""

from functools import partial
from typing import Final

from penstockc.habits.rows import ForeignForm

_WORDS = r"(?!{word}\s*[(.=,;)])\b{word}\b"
_EQUAL = "write `==`, or `!=`: values of different types cannot be compared anyway"


_form = partial(ForeignForm, is_anywhere=True)

EXPRESSIONS: Final[tuple[ForeignForm, ...]] = (
    _form("===", _EQUAL, "require(x === 1);", "require(x == 1);", at=r"==="),
    _form("!==", _EQUAL, "require(x !== 1);", "require(x != 1);", at=r"!=="),
    _form("<>", "write `!=`", "require(x <> 1);", "require(x != 1);", at=r"<>"),
    _form("=<", "write `<=`", "require(x =< 1);", "require(x <= 1);", at=r"=<"),
    _form(
        "=>",
        "write `>=` to compare; there are no functions as values",
        "require(x => 1);",
        "require(x >= 1);",
        at=r"=>",
    ),
    _form("?.", "write `.`: there is no null", "x = this?.limit;", "x = this.limit;", at=r"\?\."),
    _form("??", "leave it out: there is no null", "x = this.limit ?? 3;", "x = this.limit;", at=r"\?\?"),
    _form(
        "**",
        "multiply: `x * x`; a power of two is `1 << n`; a constant can be written out",
        "int y = x ** 2;",
        "int y = x * x;",
        at=r"\*\*",
    ),
    _form("and", "write `&&`", "require(x > 1 and x < 5);", "require(x > 1 && x < 5);", at=_WORDS.format(word="and")),
    _form("or", "write `||`", "require(x > 1 or x < 5);", "require(x > 1 || x < 5);", at=_WORDS.format(word="or")),
    _form("xor", "write `^` between numbers or bytes, `!=` between bools", "x = x xor 3;", "x = x ^ 3;", at=r"\bxor\b"),
    _form("not", "write `!`", "bool b = not x;", "bool b = !x;", at=r"\b(not)\s+\w+"),
    _form("is", "write `==`", "bool b = x is 3;", "bool b = x == 3;", at=r"\bis\b(?:\s+not)?"),
    _form(
        "in",
        "compare with each: `x == 1 || x == 2`",
        "bool b = x in [1, 2];",
        "bool b = x == 1 || x == 2;",
        at=r"\bin\b",
    ),
    _form("mod", "write `%`", "x = x mod 3;", "x = x % 3;", at=r"\bmod\b"),
    _form(
        "a decimal point",
        "numbers are whole: count in the smallest unit, as satoshis",
        "int y = 1.5;",
        "int y = 150000000;",
        at=r"\b[0-9]+\.[0-9]+",
        message="a number has no decimal point",
    ),
    _form(
        "a unit",
        "amounts are in satoshis, times in seconds or blocks: write the number",
        "int y = 3 days;",
        "int y = 3 * 24 * 60 * 60;",
        at=r"\b[0-9]+\s+((?:ether|finney|gwei|wei|satoshis?|sats?|bitcoin|seconds|minutes|hours|days|weeks|blocks?)\b)",
        message="a number has no unit",
    ),
    _form(
        "'text'",
        "text is written in double quotes: `\"abc\"`; bytes are written b'00ff'",
        "bytes b = 'abc';",
        'bytes b = "abc";',
        at=r"(?<![\w'])'[^'\n]*'",
        message="text is not written in single quotes",
    ),
    _form(
        "`text`",
        'text is written in double quotes, and is joined by `+`: `"abc" + b`',
        "bytes b = `abc`;",
        'bytes b = "abc";',
        at=r"`[^`\n]*`",
        message="text is not written in backticks",
    ),
    _form(
        'hex".."',
        "bytes are written b'00ff'",
        'bytes b = hex"00ff";',
        "bytes b = b'00ff';",
        at=r"\b(?:hex|x|unicode|f|r|rb|u)(\"[^\"\n]*\")",
        message="a string has no prefix",
    ),
    _form(
        "a ? b",
        "both arms are needed: `x == 1 ? 2 : 3`",
        "int y = x == 1 ? 2;",
        "int y = x == 1 ? 2 : 3;",
        at=r"\?[^:;]*([;)])",
        message="the other arm of `?` is missing",
    ),
    _form(
        "a if c else b",
        "write `c ? a : b`",
        "int y = 2 if x == 1 else 3;",
        "int y = x == 1 ? 2 : 3;",
        at=r"[^;{}\s]\s*\b(if)\b[^;]*\belse\b",
        message="the condition comes first",
    ),
    _form(
        "as",
        "a cast is a call: `PubKey(data)`",
        "bytes b = this.owner as bytes;",
        "bytes b = bytes(this.owner);",
        at=r"\b(as)\s+\w+",
    ),
    _form(
        "(type) x",
        "a cast is a call: `PubKey(data)`",
        "bytes b = (bytes) this.owner;",
        "bytes b = bytes(this.owner);",
        at=r"\(\s*(?:u?int\d*|bool|bytes\d*|string|address|PubKey|PubKeyHash|Sig|Sha256|Ripemd160)\s*\)\s*[\w(]+",
        message="a cast is written as a call",
    ),
    _form(
        "new int[3]",
        "`repeat(0, 3)` is an array of three zeros; `[1, 2, 3]` gives the elements",
        "int[3] ys = new int[3];",
        "int[3] ys = repeat(0, 3);",
        at=r"new\s+\w+\s*\[[^\]]*\](?:\s*\([^()]*\))?",
    ),
    _form(
        "typeof",
        "leave it out: all types are known when compiling",
        "require(typeof x == 1);",
        "require(x == 1);",
        at=r"\b(typeof)\s+\w+",
    ),
    _form("await", "leave it out: calls are plain calls", "x = await abs(x);", "x = abs(x);", at=r"\b(await)\s+\w+"),
    _form(
        "lambda",
        "there are no functions as values: declare a static function",
        "int f = lambda y: y;",
        "int y = x;",
        at=r"\b(lambda)\s+\w+",
    ),
    _form(
        "[]",
        "an array has at least one element: `[1, 2]`",
        "int[1] ys = [];",
        "int[1] ys = [1];",
        at=r"\[\s*(\])",
        message="an array cannot be empty",
    ),
)
