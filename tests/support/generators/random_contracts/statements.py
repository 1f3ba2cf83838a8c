"""Random statements and blocks, as lines of source text."""

from dataclasses import dataclass

from tests.support.generators.random_contracts.expressions import Writer
from tests.support.generators.random_contracts.scope import Scope, Variable
from tests.support.generators.random_contracts.vocabulary import HASHES, INDUCTION_VARIABLES, RESULT_TYPES, VARIABLES

_ASSIGNMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "bsv": {
        "int": ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="),
        "bytes": ("=", "+=", "=", "&=", "^=", "<<=", ">>="),
    },
    "btc": {"int": ("=", "+=", "-=")},
}
_KINDS = (
    *("require", "declare", "declare", "assign", "assign", "assign", "if", "if", "block", "call", "exit", "loop"),
)
_REQUIREMENTS = (
    "any",
    "condition",
    "gate",
    "same",
    "same",
    "at least",
    "at least",
    "either",
    "or",
    "or",
    "hash",
    "signature",
    *["promise"] * 3,
)


@dataclass(slots=True)
class StatementWriter:
    """Writes the bodies of functions; expressions come from `write`."""

    write: Writer

    def body(self, scope: Scope, most: int) -> list[str]:
        """Return up to `most` statements for a block whose scope is `scope`."""
        lines: list[str] = []
        for _ in range(self.write.choose.number(0, most)):
            lines += self.statement(scope, most)
        return lines

    def statement(self, scope: Scope, most: int) -> list[str]:
        """Return one statement; nested blocks are shorter than `most`."""
        kind = self.write.choose.one_of(_KINDS)
        if kind == "if" and most > 1:
            return self._if(scope, most)
        if kind == "block" and most > 1:
            self.write.constructs.add("block")
            return ["{", *_indented(self.body(scope.inner(), most - 1)), "}"]
        if kind == "loop" and most > 1:
            return self._loop(scope, most)
        if kind == "declare":
            return self._declare(scope)
        return [self.simple(scope, kind)]

    def simple(self, scope: Scope, kind: str) -> str:
        """Return a statement on one line that declares nothing."""
        if kind == "exit" and self.write.target == "bsv" and self.write.choose.chance(30):
            self.write.constructs.add("exit")
            return f"exit({self.write.expression('condition', scope, 2)});"
        if kind == "call":
            call = self._effect(scope)
            if call:
                return call
        if kind != "require":
            assignment = self._assign(scope)
            if assignment:
                return assignment
        return self.require(scope)

    def require(self, scope: Scope) -> str:
        """Return a requirement, of a kind that has a fair chance to hold."""
        return f"require({self.requirement(scope)});"

    def requirement(self, scope: Scope) -> str:
        """Return the condition of a requirement."""
        choose, write = self.write.choose, self.write
        match choose.one_of(_REQUIREMENTS):
            case "gate" if scope.gates:
                write.constructs.add("public function of another contract")
                return write.call(choose.one_of(scope.gates), scope, 2, pure=False)
            case "condition" | "gate":
                return write.expression("condition", scope, 2)
            case "same":
                type_ = choose.one_of(("int", "bytes", "bool"))
                text = write.expression(type_, scope, 2, pure=True)
                write.constructs.add("an expression twice")
                return f"{text} == {text}"
            case "at least":
                text = write.expression("int", scope, 2, pure=True)
                return f"{text} <= max({write.expression('int', scope, 2, pure=True)}, {text})"
            case "either":
                text = write.expression("bool", scope, 2, pure=True)
                return f"{text} || !({text})"
            case "or":
                return f"{write.expression('bool', scope)} || {self._promise(scope)}"
            case "hash":
                digest = choose.one_of(tuple(HASHES))
                built_in = choose.one_of(HASHES[digest])
                return f"{built_in}({write.atom('bytes', scope)}) == {write.atom(digest, scope)}"
            case "signature":
                write.constructs.add("checkSig")
                return f"checkSig({write.atom('Sig', scope)}, {write.atom('PubKey', scope)})"
            case "promise":
                return self._promise(scope)
            case _:
                return write.expression("bool", scope)

    def _promise(self, scope: Scope) -> str:
        """Return a comparison that arguments mostly satisfy, or can be chosen to."""
        write, choose = self.write, self.write.choose
        match choose.one_of(("bound", "bound", "number", "bytes", "bool", "different", "different")):
            case "bound":
                return f"{write.expression('int', scope, 2)} {choose.one_of(('<= 100000', '< 0x7fffffff', '> -1000'))}"
            case "number":
                return f"{write.atom('int', scope)} == {write.literal('int')}"
            case "bytes":
                return f"{write.atom('bytes', scope)} == {write.literal('bytes')}"
            case "bool":
                return write.atom("bool", scope)
            case _:
                type_ = choose.one_of(("int", "bytes"))
                return f"{write.expression(type_, scope, 2)} != {write.literal(type_)}"

    def _loop(self, scope: Scope, most: int) -> list[str]:
        choose, inner = self.write.choose, scope.inner()
        count = choose.one_of(("1", "2", "2", "3", "0", *scope.counts))
        heading = f"loop ({count})"
        if choose.chance(75):
            name = choose.one_of(INDUCTION_VARIABLES)
            inner.add(Variable(name, "int", mutable=False))
            heading += f" : {name}"
            self.write.constructs.add("induction variable")
        self.write.constructs.add("loop")
        if choose.chance(20):
            self.write.constructs.add("loop without braces")
            return [f"{heading} {self.simple(inner, 'assign')}"]
        return [f"{heading} {{", *_indented(self.body(inner, most - 1)), "}"]

    def _if(self, scope: Scope, most: int) -> list[str]:
        condition = self.write.expression("condition", scope, 2)
        if self.write.choose.chance(25):
            self.write.constructs.add("if without braces")
            line = f"if ({condition}) {self.simple(scope, 'assign')}"
            return [f"{line} else {self.simple(scope, 'require')}" if self.write.choose.chance(40) else line]
        then = self.body(scope.inner(), most - 1)
        if self.write.choose.chance(40):
            self.write.constructs.add("if")
            return [f"if ({condition}) {{", *_indented(then), "}"]
        self.write.constructs.add("if else")
        otherwise = self.body(scope.inner(), most - 1)
        return [f"if ({condition}) {{", *_indented(then), "} else {", *_indented(otherwise), "}"]

    def _declare(self, scope: Scope) -> list[str]:
        choose, write = self.write.choose, self.write
        names = [name for name in VARIABLES if name not in scope.declared]
        if not names:
            return [self.require(scope)]
        name = choose.one_of(names)
        type_ = choose.one_of((*RESULT_TYPES, *scope.aggregates))
        value = write.expression(type_, scope)
        if name in scope.variables:
            write.constructs.add("shadowing")
        needs_type = "{" in value or value.startswith("[")  # literals of aggregates
        style = choose.number(0, 8 if needs_type else 9)
        spelling = {8: f"const {write.spelled(type_)}", 9: "auto"}.get(style) or write.spelled(type_)
        write.constructs.add({8: "const local", 9: "auto local"}.get(style, "local"))
        scope.declare(name, type_, mutable=style < 8)
        return [f"{spelling} {name} = {value};"]

    def _assign(self, scope: Scope) -> str | None:
        choose, write = self.write.choose, self.write
        type_ = choose.one_of((*RESULT_TYPES, *scope.aggregates))
        place = write.place((type_,), scope, 2)
        if place is None:
            return None
        if type_ == "int" and choose.chance(20):
            write.constructs.add("increment statement")
            return choose.one_of((f"{place}++;", f"--{place};", f"{place}--;", f"++{place};"))
        operator = choose.one_of(_ASSIGNMENTS[write.target].get(type_, ("=",)))
        write.constructs.add(f"{type_} {operator}")
        if operator in ("<<=", ">>="):
            return f"{place} {operator} {write.expression('count', scope)};"
        if type_ == "bytes" and operator in ("&=", "^="):
            return f"{place} {operator} {place};"  # of one length at least
        return f"{place} {operator} {write.expression(type_, scope)};"

    def _effect(self, scope: Scope) -> str | None:
        routines = [routine for routine in scope.routines if not routine.pure]
        if not routines:
            return None
        return f"{self.write.call(self.write.choose.one_of(routines), scope, 2, pure=False)};"


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
