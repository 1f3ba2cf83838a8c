"""Signed data that is cut at a place that is not fixed."""

from typing import Final

from tests.support.compiling.lint_cases.case import CHECK, Case, with_preimage

_CUT: Final = "    static function cut(bytes script, int start) : bytes { return script[start :]; }\n"
CUTS: Final = tuple(
    Case(
        "cut-at-fixed-place",
        name,
        *(
            with_preimage(f"{CHECK} require(hash160({part}) == b'{'ab' * 20}');", members=_CUT)
            for part in (failing, mended)
        ),
    )
    for name, failing, mended in (
        ("the rest of the script", "SigHash.scriptCode(preimage)[34 :]", "SigHash.scriptCode(preimage)"),
        ("its head", "SigHash.scriptCode(preimage)[: 34]", "SigHash.scriptCode(preimage)[0 :]"),
        ("a part of it", "SigHash.scriptCode(preimage)[0 : 34]", "SigHash.scriptCode(preimage)[x : x + 34]"),
        ("of the preimage", "preimage[163 :]", "preimage[104 :]"),
        ("of the preimage's middle", "preimage[178 : 179]", "preimage[68 : 104]"),
        ("up to there", "preimage[: 163]", "preimage[: 104]"),
        ("in two steps", "preimage[104 :][6 : 20]", "preimage[100 :][5 : 9]"),
        ("after its length", "preimage[105 :][34 :]", "preimage[105 :][: 2]"),
        ("with a length of its own", "preimage[140 : 105 + x]", "preimage[107 : 107 + x]"),
        ("in a function", "cut(SigHash.scriptCode(preimage), 34)", "cut(SigHash.scriptCode(preimage), x)"),
        ("of a constant sum", "SigHash.scriptCode(preimage)[1 + 33 :]", "SigHash.scriptCode(preimage)[1 + x :]"),
        (
            "counted from the end",
            "SigHash.scriptCode(preimage)[: 34]",
            "SigHash.scriptCode(preimage)[len(SigHash.scriptCode(preimage)) - 34 :]",
        ),
        (
            "of the same part in both arms",
            "(b ? preimage[100 :] : preimage[100 :])[30 :]",
            "(b ? preimage[100 :] : preimage[x :])[30 :]",
        ),
        (
            "in one arm",
            "(b ? SigHash.scriptCode(preimage)[34 :] : b'')",
            "(b ? SigHash.scriptCode(preimage) : b'')",
        ),
        ("of something else", "preimage[111 :]", "cut(sha256(preimage), 30)"),
    )
)
