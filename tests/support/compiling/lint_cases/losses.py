"""Values that are lost."""
# ruff: noqa: E501 - statements of a contract stand on one line

from typing import Final

from tests.support.compiling.lint_cases.case import CHECK, SAME_STATE, Case, counter, in_function, with_preimage

LOSSES: Final = (
    Case(
        "discarded-result",
        "checkSig",
        in_function("checkSig(s, this.owner); require(len(s) > 0 && checkSig(s, this.owner));", "Sig s"),
        in_function("require(checkSig(s, this.owner));", "Sig s"),
    ),
    Case(
        "discarded-result",
        "checkMultiSig",
        in_function("checkMultiSig([s], [this.owner]); require(checkSig(s, this.owner));", "Sig s"),
        in_function("require(checkMultiSig([s], [this.owner]));", "Sig s"),
    ),
    Case("discarded-result", "checkPreimage", with_preimage("Tx.checkPreimage(preimage);"), with_preimage(CHECK)),
    Case(
        "discarded-result",
        "updateState",
        counter(f"this.updateState(preimage, 1000); {SAME_STATE}", "SigHashPreimage preimage"),
        counter(SAME_STATE, "SigHashPreimage preimage"),
    ),
    Case(
        "discarded-result",
        "a map",
        in_function("map.delete(k); require(map.has(k));", "HashedMap<int, int> map, SortedItem<int> k"),
        in_function("map.clear(); require(map.has(k));", "HashedMap<int, int> map, SortedItem<int> k"),
    ),
    Case(
        "discarded-result",
        "within",
        in_function("within(x, 0, 5); require(x > 3);", "int x"),
        in_function("require(within(x, 0, 5)); require(x > 3);", "int x"),
    ),
    Case(
        "discarded-result",
        "a function",
        in_function(
            "this.isLarge(x); require(x > 3);", "int x", "    function isLarge(int x) : bool { return x > 7; }\n"
        ),
        in_function(
            "this.demand(x); require(x > 3);",
            "int x",
            "    function demand(int x) : bool { require(x > 7); return true; }\n",
        ),
    ),
    Case(
        "unassigned-property",
        "on one path",
        "contract C { int a; PubKey k; constructor(int a, PubKey k) { this.k = k; if (a > 3) { this.a = a; } } public function f(Sig s) { require(checkSig(s, this.k) && this.a > 1); } }",
        "contract C { int a; PubKey k; constructor(int a, PubKey k) { this.k = k; if (a > 3) { this.a = a; } else { this.a = 0; } } public function f(Sig s) { require(checkSig(s, this.k) && this.a > 1); } }",
    ),
    Case(
        "lost-assignment",
        "in a function that it calls",
        in_function(
            "require(this.next() > 3);",
            "",
            "    int count;\n    function next() : int { this.count += 1; return this.count; }\n",
        ),
        in_function(
            "require(this.next() > 3);",
            "",
            "    int count;\n    function next() : int { int count = this.count; count += 1; return count; }\n",
        ),
    ),
    Case(
        "lost-assignment",
        "beside state",
        counter(f"this.count++; this.last = 7; {SAME_STATE}", "SigHashPreimage preimage", "    int last;\n"),
        counter(f"this.count++; this.last = 7; {SAME_STATE}", "SigHashPreimage preimage", "    @state int last;\n"),
    ),
)
