"""Functions, methods and members of other languages."""

from typing import Final

from penstockc.habits.phrases import CHECKED, PREIMAGE, REQUIRE, SIGNED
from penstockc.habits.rows import Word

_MAP = "HashedMap<int, int> m = new HashedMap<int, int>(b'');"
_SET = "HashedSet<int> s = new HashedSet<int>(b'');"
_KEY = "SortedItem<int> key = {x, 0};"

FUNCTIONS: Final[tuple[Word, ...]] = (
    Word("assert|ensure|check|verify|expect", "write `require(c);`", "assert(x == 1);", "require(x == 1);"),
    Word("revert|throw|fail|abort|panic", REQUIRE, 'revert("x");', "require(x == 1);"),
    Word("not", "write `!`", "bool b = not(x == 1);", "bool b = !(x == 1);"),
    Word(
        "keccak256|sha3|keccak",
        "Script has no Keccak: use `sha256(b)` or `hash256(b)`",
        "bytes h = keccak256(this.data);",
        "bytes h = sha256(this.data);",
    ),
    Word(
        "print|log|debug",
        "a script prints nothing: `penstock run` and `verdict.explain()` show its run",
        "print(x);",
        "",
    ),
    Word(
        "int2ByteString|toLEBytes|int2bytes|toBytes|intToBytes",
        "`pack(x)` gives the shortest bytes of a number, `num2bin(x, size)` a fixed size",
        "bytes b = int2ByteString(x);",
        "bytes b = pack(x);",
    ),
    Word(
        "byteString2Int|bytes2int|parseInt|bytesToInt|toInt",
        "`unpack(b)` reads bytes as a number",
        "x = byteString2Int(this.data);",
        "x = unpack(this.data);",
    ),
    Word(
        "toByteString|hexToBytes|fromHex",
        "bytes are written b'00ff', text \"abc\"",
        'bytes b = toByteString("00ff");',
        "bytes b = b'00ff';",
    ),
    Word(
        "str|string|String|int2str|toString|utf8ToByteString",
        'text is bytes already: `"abc"`; there is no decimal form of a number',
        "bytes b = str(x);",
        "bytes b = pack(x);",
    ),
    Word(
        r"uint\d*|int\d+|bigint|BigInt|Number|number|float",
        "numbers are `int`; `unpack(b)` reads bytes as one",
        "x = uint256(x);",
        "x = int(x);",
    ),
    Word(
        r"bytes\d+|bytearray|ByteString|Buffer",
        "`pack(x)` or `num2bin(x, size)` makes bytes of a number",
        "bytes b = bytes32(x);",
        "bytes b = num2bin(x, 32);",
    ),
    Word(
        "address|payable|Addr|pubKey2Addr|PubKeyHash160",
        "an address is the hash of a key: `hash160(key)`",
        "bytes b = pubKey2Addr(this.owner);",
        "bytes b = hash160(this.owner);",
    ),
    Word(
        "reverse|reversed|reverseByteString",
        "`reverseBytes(b, size)` with the exact number of bytes",
        "bytes b = reverseByteString(this.data, 4);",
        "bytes b = reverseBytes(this.data, 4);",
    ),
    Word(
        "concat|join|append",
        "join bytes by `+`",
        "bytes b = concat(this.data, this.data);",
        "bytes b = this.data + this.data;",
    ),
    Word(
        "slice|substr|substring|split|left|right|mid",
        "cut bytes by a slice: `data[: 4]`, `data[4 :]`, `data[2 : 4]`",
        "bytes b = slice(this.data, 0, 4);",
        "bytes b = this.data[0 : 4];",
    ),
    Word("length|size|sizeof|count|strlen", "write `len(b)`", "x = length(this.data);", "x = len(this.data);"),
    Word("pow|power|exp", "multiply: `x * x`; a power of two is `1 << n`", "x = pow(x, 2);", "x = x * x;"),
    Word(
        "sqrt|log2|isqrt",
        "let the spender push the root, and check it: `require(r * r <= x && x < (r + 1) * (r + 1));`",
        "int r = sqrt(x);",
        "int r = x; require(r * r <= x && x < (r + 1) * (r + 1));",
    ),
    Word(
        "sum|all|any|map|filter|range|sorted|sort|zip|reduce|fill",
        "go through the array: `loop (3) : i { total += ys[i]; }`",
        "x = sum([1, x]);",
        "int[2] ys = [1, x]; int total = 0; loop (2) : i { total += ys[i]; }",
    ),
    Word(
        "checkDataSig|checkDataSignature|ecrecover|verifySignature|checkSigFromStack",
        "a script checks signatures of its own transaction only: `checkSig(sig, key)`; compare other data by its hash",
        "require(checkDataSig(sig, this.data, this.owner));",
        SIGNED,
    ),
    Word(
        "checkInputState|blockhash|gasleft|selfdestruct|send|transfer|call",
        "the data of the transaction is in its preimage: `SigHash` reads it",
        "selfdestruct(this.data);",
        "",
    ),
    Word(
        "sha512|blake2b|md5|sha256d|doubleSha256",
        "the hashes are `sha256`, `hash256`, `ripemd160`, `hash160`, `sha1`",
        "bytes h = sha256d(this.data);",
        "bytes h = hash256(this.data);",
    ),
    Word("ripemd", "write `ripemd160(b)`", "bytes h = ripemd(this.data);", "bytes h = ripemd160(this.data);"),
    Word(
        "floor|ceil|round|trunc",
        "numbers are whole; `/` rounds towards zero",
        "x = floor(x / 2);",
        "x = x / 2;",
    ),
    Word("and|or|xor", "write `&&`, `||` and `!=`", "require(and(x == 1, x == 2));", "require(x == 1 && x == 2);"),
    Word(
        "elif|elseif|elsif|unless|until|foreach|when",
        "use `if (..) { .. } else if (..) { .. }`",
        "unless(x == 1);",
        "if (x != 1) { x = 1; }",
    ),
)
"""Names of functions."""

MEMBERS: Final[tuple[Word, ...]] = (
    Word("length|count|byteLength", "write `len(x)`", "x = this.data.length;", "x = len(this.data);"),
    Word(
        "split|slice|substring|substr|subarray",
        "cut bytes by a slice: `data[: 4]`, `data[4 :]`, `data[2 : 4]`",
        "bytes b = this.data.split(4)[0];",
        "bytes b = this.data[: 4];",
    ),
    Word(
        "push|append|pop|shift|unshift|extend|insert|splice",
        "an array has a fixed size, and each element a value: `xs[i] = v;`. Bytes are joined by `+`",
        "this.data.push(b'00');",
        "bytes b = this.data + b'00';",
    ),
    Word("concat|join", "join bytes by `+`", "bytes b = this.data.concat(b'00');", "bytes b = this.data + b'00';"),
    Word(
        "reverse|reversed",
        "`reverseBytes(b, size)` with the exact number of bytes",
        "bytes b = this.data.reverse();",
        "bytes b = reverseBytes(this.data, 4);",
    ),
    Word(
        "get|getValue",
        "a map holds only hashes: the spender passes the value, and `require(map.canGet(key, value));` checks it",
        f"{_MAP} x = m.get(x);",
        f"{_MAP} {_KEY} require(m.canGet(key, x));",
    ),
    Word(
        "contains|includes|exists|indexOf|containsKey",
        "of a map or set: `has(key)`; bytes are compared by slices: `data[: 2] == b'00ff'`",
        f"{_SET} require(s.contains(x));",
        f"{_SET} {_KEY} require(s.has(key));",
    ),
    Word(
        "remove|erase|discard",
        "write `delete(key)`",
        f"{_SET} s.remove(x);",
        f"{_SET} {_KEY} require(s.delete(key));",
    ),
    Word(
        "put|insertOrUpdate|setItem",
        "write `set(key, value)`, of a set `add(element)`",
        f"{_SET} s.put(x);",
        f"{_SET} {_KEY} require(s.add(key));",
    ),
    Word(
        "startsWith|endsWith|startswith|endswith|equals|isEqual",
        "compare by `==`, a part by a slice: `data[: 2] == b'00ff'`",
        "require(this.data.startsWith(b'00'));",
        "require(this.data[: 1] == b'00');",
    ),
    Word(
        "toString|toHex|toByteString|hex|encode|decode|toBytes|toBuffer",
        "text and hashes are bytes already; `pack(x)` gives the bytes of a number",
        "bytes b = x.toString();",
        "bytes b = pack(x);",
    ),
    Word(
        "toNumber|toInt|toBigInt",
        "`unpack(b)` reads bytes as a number",
        "x = this.data.toNumber();",
        "x = unpack(this.data);",
    ),
    Word(
        "balance|value|amount",
        f"{PREIMAGE} `SigHash.value(p)`: the satoshis that are spent",
        "x = this.balance;",
        f"{CHECKED} x = SigHash.value(p);",
    ),
    Word(
        "transfer|send|call|delegatecall",
        "a script checks outputs by their hash: `require(hash256(outputs) == SigHash.hashOutputs(p));`",
        "this.owner.transfer(3);",
        f"{CHECKED} require(hash256(this.data) == SigHash.hashOutputs(p));",
    ),
    Word(
        r"ctx|timeLock|age|locktime|activeInputIndex|activeBytecode",
        f"{PREIMAGE} `SigHash`: `lockTimeReached(p, t)`, `hashOutputs(p)`; on Bitcoin `checkSequence(age)`",
        "require(this.age >= 10);",
        f"{CHECKED} require(SigHash.lockTimeReached(p, 800000));",
    ),
    Word(
        "buildStateOutput|buildChangeOutput|buildDeployOutput",
        "build outputs yourself: `Utils.buildOutput(this.getStateScript(), satoshis)`",
        "bytes b = this.buildStateOutput(x);",
        "bytes b = Utils.buildOutput(this.data, x);",
    ),
    Word(
        "debug|log",
        "a script prints nothing: `penstock run` and `verdict.explain()` show its run",
        "this.debug(x);",
        "",
    ),
    Word(
        "add|sub|mul|div|mod|min|max|eq|gt|lt",
        "numbers have operators: `+ - * / %`, `==`, `<`",
        "x = x.add(3);",
        "x = x + 3;",
    ),
)
"""Names after a dot."""
