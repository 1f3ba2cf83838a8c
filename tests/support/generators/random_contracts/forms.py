"""Expression forms of the language, one row each: result, text, operands.

Beside types, operands may be of these categories:

    condition   bool, int or bytes, as `if`, `? :`, `require` and `exit` take them
    truth       bool or int, as `!`, `&&` and `||` take them
    count       an int that is not a dangerous number of bits or bytes (it may still be negative or too large)
    lock        a number that mostly is a lock time, absolute or relative, where it is a constant
    low, high   numbers of which the first is mostly the smaller
    word        three bytes, mostly
    literal     three bytes written out
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """`template` with its operands filled in has type `result`.

    `bsv_only` where the other target has no opcode; a form of larger `weight` is written that much more often.
    """

    name: str
    result: str
    template: str
    operands: tuple[str, ...]
    bsv_only: bool = False
    weight: int = 1


def _binary(result: str, operand: str, operators: str, *, second: str = "", bsv_only: bool = False) -> list[Form]:
    return [
        Form(f"{operand} {operator}", result, f"({{}} {operator} {{}})", (operand, second or operand), bsv_only)
        for operator in operators.split()
    ]


FORMS: Final = (
    *_binary("int", "int", "+ -"),
    Form("negate", "int", "-({})", ("int",)),
    Form("abs", "int", "abs({})", ("int",)),
    Form("min", "int", "min({}, {})", ("int", "int")),
    Form("max", "int", "max({}, {})", ("int", "int")),
    Form("len", "int", "len({})", ("bytes",)),
    Form("int ?:", "int", "({} ? {} : {})", ("condition", "int", "int")),
    *_binary("int", "int", "* / % & | ^", bsv_only=True),
    *_binary("int", "int", "<< >>", second="count", bsv_only=True),
    Form("int ~", "int", "~({})", ("int",), bsv_only=True),
    Form("unpack", "int", "unpack({})", ("bytes",), bsv_only=True),
    *_binary("bool", "int", "< <= > >= == !="),
    *_binary("bool", "bytes", "== !="),
    *_binary("bool", "bool", "== != && ||"),
    *_binary("bool", "truth", "&& ||"),
    Form("!", "bool", "!({})", ("truth",)),
    Form("within", "bool", "within({}, {}, {})", ("int", "int", "int")),
    Form("bool ?:", "bool", "({} ? {} : {})", ("condition", "bool", "bool")),
    Form("checkSig", "bool", "checkSig({}, {})", ("Sig", "PubKey")),
    Form("checkMultiSig 1 of 2", "bool", "checkMultiSig([{}], [{}, {}])", ("Sig", "PubKey", "PubKey")),
    Form("checkMultiSig 2 of 2", "bool", "checkMultiSig([{}, {}], [{}, {}])", ("Sig", "Sig", "PubKey", "PubKey")),
    Form("bytes ?:", "bytes", "({} ? {} : {})", ("condition", "bytes", "bytes")),
    Form("pack", "bytes", "pack({})", ("int",)),
    Form("bytes()", "bytes", "bytes({})", ("bytes",)),
    Form("digest", "bytes", "{}", ("Sha256",)),
    Form("short digest", "bytes", "{}", ("Ripemd160",)),
    *_binary("bytes", "bytes", "+", bsv_only=True),
    *_binary("bytes", "word", "& | ^", bsv_only=True),
    *_binary("bytes", "Sha256", "& | ^", bsv_only=True),
    *_binary("bytes", "bytes", "<< >>", second="count", bsv_only=True),
    Form("bytes ~", "bytes", "~({})", ("bytes",), bsv_only=True),
    Form("b[s:e]", "bytes", "({})[{}:{}]", ("bytes", "low", "high"), bsv_only=True),
    Form("b[:e]", "bytes", "({})[:{}]", ("bytes", "low"), bsv_only=True),
    Form("b[s:]", "bytes", "({})[{}:]", ("bytes", "count"), bsv_only=True),
    Form("digest[s:e]", "bytes", "({})[{}:{}]", ("Sha256", "low", "high"), bsv_only=True),
    Form("digest[s:]", "bytes", "({})[{}:]", ("Ripemd160", "low"), bsv_only=True),
    Form("b[:]", "bytes", "({})[:]", ("bytes",)),
    Form("num2bin", "bytes", "num2bin({}, {})", ("int", "count"), bsv_only=True),
    Form("reverseBytes", "bytes", "reverseBytes({}, 3)", ("literal",), bsv_only=True),
    Form("reverseBytes 32", "bytes", "reverseBytes({}, 32)", ("Sha256",), bsv_only=True),
    Form("word num2bin", "word", "num2bin({} % 1000, 3)", ("int",), bsv_only=True),
    Form("word literal", "word", "{}", ("literal",), weight=2),
    Form("high len", "high", "len({})", ("Sha256",)),
    Form("high min", "high", "min({}, 20)", ("int",)),
    Form("count min", "count", "min({}, 40)", ("int",)),
    Form("count len", "count", "len({})", ("bytes",)),
    Form("count %", "count", "({} % 11)", ("int",), bsv_only=True),
    Form("Sig()", "Sig", "Sig({})", ("bytes",)),
    Form("Sig ?:", "Sig", "({} ? {} : {})", ("condition", "Sig", "Sig"), weight=3),
    Form("PubKey()", "PubKey", "PubKey({})", ("bytes",)),
    Form("PubKey ?:", "PubKey", "({} ? {} : {})", ("condition", "PubKey", "PubKey"), weight=4),
    Form("sha256", "Sha256", "sha256({})", ("bytes",), weight=4),
    Form("hash256", "Sha256", "hash256({})", ("bytes",)),
    Form("flattenSha256 of int", "Sha256", "flattenSha256({})", ("int",)),
    Form("flattenSha256 of bool", "Sha256", "flattenSha256({})", ("bool",)),
    Form("flattenSha256 of bytes", "Sha256", "flattenSha256({})", ("bytes",)),
    Form("Sha256()", "Sha256", "Sha256({})", ("bytes",)),
    Form("hash160", "Ripemd160", "hash160({})", ("bytes",), weight=2),
    Form("ripemd160", "Ripemd160", "ripemd160({})", ("bytes",)),
    Form("sha1", "Sha1", "sha1({})", ("bytes",)),
    Form("PrivKey()", "PrivKey", "PrivKey({})", ("int",)),
    Form("SigHashType()", "SigHashType", "SigHashType({})", ("bytes",)),
    Form("OpCodeType()", "OpCodeType", "OpCodeType({})", ("bytes",)),
)

LOCK_TIMES: Final = (  # beyond the language; on the btc target only
    Form("checkLockTime", "bool", "checkLockTime({})", ("lock",)),
    Form("checkSequence", "bool", "checkSequence({})", ("lock",)),
    Form("lock min max", "lock", "min(max({}, 1), 60000)", ("int",)),
    Form("lock ?:", "lock", "({} ? {} : {})", ("condition", "lock", "lock")),
    Form("lock of bytes", "lock", "(len({}) + 3)", ("bytes",)),
)


def forms_for(target: str) -> dict[str, tuple[Form, ...]]:
    """Return the forms that `target` can run by their results, each repeated by its weight."""
    rows = FORMS if target == "bsv" else (*(form for form in FORMS if not form.bsv_only), *LOCK_TIMES)
    by_result: dict[str, tuple[Form, ...]] = {}
    for row in rows:
        by_result[row.result] = by_result.get(row.result, ()) + (row,) * row.weight
    return by_result
