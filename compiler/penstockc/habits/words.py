"""Names from other languages: words as statements, values and types."""

from typing import Final

from penstockc.habits.phrases import CHECKED, PREIMAGE, REQUIRE, SIGNED
from penstockc.habits.rows import SourceLevel, Word

_TIME = f"{PREIMAGE} `SigHash.lockTimeReached(p, t)`; on Bitcoin `checkLockTime(t)`"
_CALLER = "a script has no caller: check a signature of the spender: `require(checkSig(sig, this.owner));`"

STATEMENTS: Final[tuple[Word, ...]] = (
    Word(
        "break",
        "a loop runs to its end: keep a bool: `if (!done) { ..; done = ..; }`",
        "loop (3) { break; }",
        "bool done = false; loop (3) { if (!done) { x++; done = x > 5; } }",
    ),
    Word(
        "continue",
        "put the rest of the body into an `if`",
        "loop (3) { if (x == 1) { continue; } x++; }",
        "loop (3) { if (x != 1) { x++; } }",
    ),
    Word("throw|revert|raise", REQUIRE, "if (x != 1) { throw; }", "require(x == 1);"),
    Word("delete|del", "assign a value: `x = 0;`", "delete y;", "x = 0;"),
    Word(
        "goto|print|yield",
        "a statement is a declaration, an assignment, a call, `require`, `if` or `loop`",
        "goto end;",
        "if (x == 1) { x = 3; }",
    ),
    Word("pass", "an empty block is `{ }`", "if (x == 1) { pass; }", "if (x == 1) { }"),
)
"""Words that are statements alone."""

NAMES: Final[tuple[Word, ...]] = (
    *STATEMENTS,
    Word(r"msg\.sender|tx\.origin", _CALLER, "require(msg.sender == this.owner);", SIGNED),
    Word(
        r"msg\.value|tx\.value",
        f"{PREIMAGE} `SigHash.value(p)`: the satoshis that are spent",
        "require(msg.value > 3);",
        f"{CHECKED} require(SigHash.value(p) > 3);",
    ),
    Word(
        r"msg(\.\w+)?",
        "the data of the transaction is in its preimage: `SigHash` reads it",
        "x = msg.gas;",
        "x = 3;",
    ),
    Word(
        r"tx\.locktime|tx\.time|tx\.nLockTime|now|block(\.\w+)?",
        _TIME,
        "require(tx.locktime > 800000);",
        f"{CHECKED} require(SigHash.lockTimeReached(p, 800000));",
    ),
    Word(
        r"tx\.outputs|tx\.hashOutputs",
        f"{PREIMAGE} `SigHash.hashOutputs(p)`: compare it with the hash of the required outputs",
        "require(tx.outputs[0].value == 3);",
        f"{CHECKED} require(hash256(this.data) == SigHash.hashOutputs(p));",
    ),
    Word(
        r"tx\.(inputs|version|age|sequence|nSequence)",
        f"{PREIMAGE} `SigHash`: `nVersion(p)`, `outpoint(p)`, `nSequence(p)`",
        "require(tx.version == 2);",
        f"{CHECKED} require(SigHash.nVersion(p) == b'02000000');",
    ),
    Word(
        r"tx(\.\w+)?",
        f"{PREIMAGE} `SigHash`; outputs are compared by their hash",
        "x = tx.gasprice;",
        f"{CHECKED} x = SigHash.value(p);",
    ),
    Word("True|TRUE", "write `true`", "bool b = True;", "bool b = true;"),
    Word("False|FALSE", "write `false`", "bool b = False;", "bool b = false;"),
    Word(
        "null|None|nil|undefined|NULL|nullptr",
        "there is no null: use `b''`, 0 or false, or an additional bool",
        "bytes b = null;",
        "bytes b = b'';",
    ),
    Word(r"self(\.\w+)?", "write `this`", "x = self.limit;", "x = this.limit;"),
    Word(
        r"super(\.\w+)?",
        "there is no inheritance: call the function of the other class by its name",
        "x = super.limit;",
        "x = this.limit;",
    ),
    Word(
        r"Math\.(min|max|abs)",
        "`min(x, y)`, `max(x, y)` and `abs(x)` are built in",
        "x = Math.max(x, 3);",
        "x = max(x, 3);",
    ),
    Word(
        r"Math(\.\w+)?",
        "numbers are whole, with `+ - * / %`, `min`, `max`, `abs` and `within`",
        "x = Math.floor(x / 2);",
        "x = x / 2;",
    ),
    Word(
        r"(console|Debug|debug|logger)(\.\w+)?",
        "a script prints nothing: `penstock run` and `verdict.explain()` show its run",
        "console.log(x);",
        "",
    ),
    Word(
        r"abi(\.\w+)?",
        "join bytes by `+`; `pack(x)` gives the bytes of a number",
        "bytes b = abi.encodePacked(x, this.data);",
        "bytes b = pack(x) + this.data;",
    ),
    Word(r"assert(\.\w+)?", "write `require(c);`", "assert.equal(x, 1);", "require(x == 1);"),
    Word(
        r"(Object|JSON|Array|Number|String|Buffer)(\.\w+)?",
        "there are numbers, bools, bytes, arrays and structs",
        "x = Number.MAX_VALUE;",
        "x = 3;",
    ),
)
"""Names used as values, with or without a member after a dot."""

TYPES: Final[tuple[Word, ...]] = (
    Word("let|var|val", "write the type, or `auto`: `int n = 3;`, `auto n = 3;`", "let n = 3;", "auto n = 3;"),
    Word(
        r"u?int\d+|uint|u\d+|i\d+|number|bigint|BigInt|Number|integer|Integer|long|short|size_t|Int",
        "numbers are `int`, of any size, with a sign",
        "uint256 n = 3;",
        "int n = 3;",
    ),
    Word(
        r"float|double|u?fixed\w*|decimal|Decimal",
        "numbers are whole: `int`, counted in the smallest unit",
        "float n = 3;",
        "int n = 3;",
    ),
    Word("byte|bytes1|char|u?int8_t", "one byte is `bytes` too: `b'00'`", "byte b = b'00';", "bytes b = b'00';"),
    Word(
        "bytes20",
        "hashes have types: `Ripemd160` (or `PubKeyHash`) is one of 20 bytes",
        "bytes20 h = hash160(this.data);",
        "Ripemd160 h = hash160(this.data);",
    ),
    Word(
        "bytes32",
        "hashes have types: `Sha256` is one of 32 bytes; all else is `bytes`",
        "bytes32 h = sha256(this.data);",
        "Sha256 h = sha256(this.data);",
    ),
    Word(
        r"bytes\d+|ByteString|bytearray|Bytes|buffer|Buffer",
        "a type of bytes has no length: `bytes`",
        "bytes4 b = this.data;",
        "bytes b = this.data;",
    ),
    Word(
        "string|String|str|text",
        'text is `bytes` in UTF-8: `bytes s = "abc";`',
        'string s = "abc";',
        'bytes s = "abc";',
    ),
    Word("boolean|Boolean|Bool", "write `bool`", "boolean b = true;", "bool b = true;"),
    Word(
        "address|Address|Addr|addr",
        "an address is the hash of a key: `PubKeyHash`",
        "address a = hash160(this.owner);",
        "PubKeyHash a = hash160(this.owner);",
    ),
    Word("pubkey|Pubkey|pubKey|PublicKey", "write `PubKey`", "pubkey k = this.owner;", "PubKey k = this.owner;"),
    Word("sig|signature|Signature|datasig", "write `Sig`", "signature s = sig;", "Sig s = sig;"),
    Word(
        "sha256|hash256|SHA256|Hash", "write `Sha256`", "Hash h = sha256(this.data);", "Sha256 h = sha256(this.data);"
    ),
    Word(
        "mapping|Map|dict|map|Dict|HashMap",
        "a `HashedMap<K, V>` holds the hashes of keys and values",
        "Map<int, bytes> all;",
        "HashedMap<int, bytes> all;",
        place=SourceLevel.MEMBERS,
    ),
    Word(
        "Set|set|HashSet",
        "a `HashedSet<E>` holds the hashes of its elements",
        "Set<int> all;",
        "HashedSet<int> all;",
        place=SourceLevel.MEMBERS,
    ),
    Word(
        "FixedArray|Array|list|List|Vec|vector",
        "an array has its size after the type: `int[3]`",
        "Array<int> all;",
        "int[3] all;",
        place=SourceLevel.MEMBERS,
    ),
    Word(
        "void|None|unit",
        "a function has a result: return a changed value, or a bool",
        "function f(int y) : void { return y; }",
        "function f(int y) : bool { return y == 1; }",
        place=SourceLevel.MEMBERS,
    ),
    Word(
        "any|object|unknown|T|Object",
        "a struct has fields with types; a library or struct can have type parameters",
        "any n = 3;",
        "int n = 3;",
    ),
)
"""Names used as types."""
