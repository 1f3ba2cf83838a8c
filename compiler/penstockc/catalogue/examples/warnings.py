"""Examples of warnings: code that compiles and is likely a mistake."""

from typing import Final

from penstockc.catalogue.example import Example, in_file, in_members
from penstockc.catalogue.samples import with_state
from penstockc.errors.warnings import (
    allowing,
    assembly,
    constancy,
    expressions,
    guards,
    hiding,
    layouts,
    properties,
    unused,
)
from penstockc.habits.rows import SourceLevel

_COUNTER: Final = (
    "contract Counter {\n    @state int count;\n\n    public function step(SigHashPreimage p, Sig sig, PubKey key) {\n"
    "        require(hash160(key) == b'00112233445566778899aabbccddeeff00112233');\n"
    "        require(checkSig(sig, key));\n        this.count++;\n        |\n    }\n}"
)

_CLOCK: Final = {"clock.scrypt": "library Clock { static const int DAY = 86400; }"}

_USES_CLOCK: Final = (
    'import "clock.scrypt";\n'
    "contract Sample {\n    PubKey owner;\n    public function open(Sig sig, int x) {\n"
    "        require(checkSig(sig, this.owner));\n        require(x < |);\n    }\n}"
)

WARNINGS: Final = (
    Example(
        expressions.ThisAsClass,
        "static const int MOST = 7;\nstatic function above(int y) : bool { return y > this.MOST; }",
        "static const int MOST = 7;\nstatic function above(int y) : bool { return y > Sample.MOST; }",
        place=SourceLevel.MEMBERS,
    ),
    Example(
        hiding.ShadowedName,
        "int y = 1;\nif (x == 1) { int y = 2; x = y; }",
        "int y = 1;\nif (x == 1) { int z = 2; x = z; }",
    ),
    Example(expressions.UselessStatement, "x;", "x++;"),
    in_members(
        assembly.VaryingAssembly,
        "static function kept(int y) : int { asm { OP_IFDUP OP_NIP } }",
        "static function kept(int y) : int { asm { OP_DUP OP_NIP } }",
    ),
    in_file(
        guards.StateWithoutCheck,
        with_state("SigHashPreimage p, int x", "require(this.votes == x);"),
        with_state("SigHashPreimage p, int x", "require(Tx.checkPreimage(p));", "require(this.votes == x);"),
    ),
    in_file(
        guards.StateBehindSeparator,
        with_state("SigHashPreimage p", "***", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
        with_state("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    Example(expressions.Backslash, 'bytes path = "a\\b";', 'bytes path = "a\\\\b";'),
    in_members(
        guards.UnguardedFunction,
        "public function take(int y) { require(y == this.limit); }",
        "public function take(int y, Sig sig) {\n    require(y == this.limit);\n"
        "    require(checkSig(sig, this.owner));\n}",
    ),
    in_members(
        guards.UncheckedSignature,
        "public function both(Sig first, Sig second) { require(checkSig(first, this.owner)); }",
        "public function both(Sig first, Sig second, PubKey other) {\n    require(checkSig(first, this.owner));\n"
        "    require(checkSig(second, other));\n}",
    ),
    in_members(
        guards.PreimageWithoutCheck,
        "public function pay(SigHashPreimage p, Sig sig) {\n    require(checkSig(sig, this.owner));\n"
        "    require(SigHash.value(p) > 500);\n}",
        "public function pay(SigHashPreimage p, Sig sig) {\n    require(checkSig(sig, this.owner));\n"
        "    require(Tx.checkPreimage(p));\n    require(SigHash.value(p) > 500);\n}",
    ),
    in_members(
        layouts.CutAtFixedPlace,
        "public function sell(SigHashPreimage p, Sig sig, PubKey buyer) {\n    require(checkSig(sig, this.owner));\n"
        "    require(Tx.checkPreimage(p));\n"
        "    bytes script = b'21' + buyer + SigHash.scriptCode(p)[34 :];\n"
        "    require(hash256(Utils.buildOutput(script, SigHash.value(p))) == SigHash.hashOutputs(p));\n}",
        "public function keep(SigHashPreimage p, Sig sig) {\n    require(checkSig(sig, this.owner));\n"
        "    require(Tx.checkPreimage(p));\n"
        "    bytes script = SigHash.scriptCode(p);\n"
        "    require(hash256(Utils.buildOutput(script, SigHash.value(p))) == SigHash.hashOutputs(p));\n}",
    ),
    in_members(
        guards.LockTimeByHand,
        "public function later(SigHashPreimage p, Sig sig) {\n    require(checkSig(sig, this.owner));\n"
        "    require(Tx.checkPreimage(p));\n    require(SigHash.nLocktime(p) >= 800000);\n}",
        "public function later(SigHashPreimage p, Sig sig) {\n    require(checkSig(sig, this.owner));\n"
        "    require(Tx.checkPreimage(p));\n    require(SigHash.lockTimeReached(p, 800000));\n}",
    ),
    Example(
        guards.StateNotHandedOn,
        _COUNTER.replace("|", "require(Tx.checkPreimage(p));"),
        _COUNTER.replace("|", "require(this.updateState(p, SigHash.value(p)));"),
        place=SourceLevel.FILE,
    ),
    Example(expressions.DiscardedResult, "checkSig(sig, this.owner);", "require(checkSig(sig, this.owner));"),
    in_members(
        properties.LostAssignment,
        "public function raise(int y, Sig sig) {\n    this.limit = y;\n    require(checkSig(sig, this.owner));\n}",
        "public function raise(int y, Sig sig) {\n    require(y > this.limit);\n"
        "    require(checkSig(sig, this.owner));\n}",
    ),
    Example(
        properties.UnassignedProperty,
        "contract Sample {\n    PubKey owner;\n    int least;\n    constructor(PubKey owner) { this.owner = owner; }\n"
        "    public function open(Sig sig, int x) {\n        require(checkSig(sig, this.owner));\n"
        "        require(x > this.least);\n    }\n}",
        "contract Sample {\n    PubKey owner;\n    int least;\n"
        "    constructor(PubKey owner, int least) { this.owner = owner; this.least = least; }\n"
        "    public function open(Sig sig, int x) {\n        require(checkSig(sig, this.owner));\n"
        "        require(x > this.least);\n    }\n}",
        place=SourceLevel.FILE,
    ),
    Example(constancy.AlwaysFails, "x = x / 0;", "x = x / 2;"),
    Example(
        constancy.AlwaysFalse, "require(hash160(this.data) == sha256(this.data));", "require(len(this.data) == x);"
    ),
    Example(constancy.AlwaysTrue, "require(len(this.data) >= 0);", "require(len(this.data) > 0);"),
    Example(
        constancy.DeadArm,
        "if (len(this.data) < 0) { x = 1; }\nrequire(x == 1);",
        "if (len(this.data) == 0) { x = 1; }\nrequire(x == 1);",
    ),
    Example(
        constancy.UnreachableCode,
        "if (x > 0) { exit(true); } else { exit(false); }\nx = 1;",
        "if (x > 0) { x = 1; }\nrequire(x == 1);",
    ),
    Example(unused.UnusedLocal, "int y = x + 1;", "int y = x + 1;\nrequire(y > 1);"),
    in_members(
        unused.UnusedParameter,
        "public function take(int y, Sig sig) { require(checkSig(sig, this.owner)); }",
        "public function take(Sig sig) { require(checkSig(sig, this.owner)); }",
    ),
    Example(
        unused.UnusedImport,
        _USES_CLOCK.replace("|", "86400"),
        _USES_CLOCK.replace("|", "Clock.DAY"),
        place=SourceLevel.FILE,
        imports=_CLOCK,
    ),
    in_members(
        hiding.HiddenBuiltin,
        "static function abs(int y) : int { return y < 0 ? -y : y; }",
        "static function distance(int y) : int { return abs(y); }",
    ),
    in_members(
        assembly.AssemblyEffect,
        "static function twice(int y) : int { asm { OP_DUP OP_DUP OP_ADD } }",
        "static function twice(int y) : int { asm { OP_DUP OP_ADD } }",
    ),
    Example(
        allowing.AllowWithoutReason,
        "int y = x; // allow(unused-local)",
        "int y = x; // allow(unused-local): the next version checks it",
    ),
    Example(
        allowing.AllowUnknownCode,
        "int y = x; // allow(unused-locl): the next version checks it",
        "int y = x; // allow(unused-local): the next version checks it",
    ),
    Example(
        allowing.IdleAllow,
        "int y = x; // allow(unused-local): the next version checks it\nrequire(y == 1);",
        "int y = x;\nrequire(y == 1);",
    ),
)
