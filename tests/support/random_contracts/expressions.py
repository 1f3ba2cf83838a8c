"""Random expressions of a wanted type, as source text."""

from dataclasses import dataclass, field

from random_contracts.choice import Chooser
from random_contracts.forms import Form, forms_for
from random_contracts.scope import Routine, Scope, Variable
from random_contracts.vocabulary import (
    BYTE_STRINGS,
    BYTES_TYPES,
    INT_TYPES,
    KEYS,
    LARGE_NUMBERS,
    NUMBERS,
    PREIMAGES,
    READ_EVERYWHERE,
    SMALL_NUMBERS,
)

_SIZES = {"count": (0, 1, 2, 3, 8, 9, 16, 0, 1, 31, -1), "low": (0, 1, 2, 3), "high": (3, 4, 8, 16, 32, 2)}
_WORDS = (b"\x01\x02\x03", b"\x00\x00\x80", b"\xff\xff\xff", b"\x00\x00\x00")
_LENGTHS = {"Sha256": 32, "Ripemd160": 20, "PubKeyHash": 20, "Sha1": 20, "SigHashType": 1, "OpCodeType": 1}


@dataclass(slots=True)
class Writer:
    """Writes expressions for one contract and keeps account of what it wrote.

    Attributes:
        choose: where choices come from.
        target: "bsv" or "btc".
        forms_per_function: how large functions are.
        budget: how many more forms may be used; at zero only literals and variables are written.
        numbers, strings: the literals written so far, which make good arguments.
        constructs: names of the forms written so far.
        aliases: other names of types.
    """

    choose: Chooser
    target: str
    forms_per_function: int
    budget: int = 0
    numbers: list[int] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)
    constructs: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    forms: dict[str, tuple[Form, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Look the target's forms up once."""
        self.forms = forms_for(self.target)

    def expression(self, wanted: str, scope: Scope, depth: int = 3, *, pure: bool = False) -> str:
        """Return an expression of type (or category) `wanted`; a `pure` one may be repeated at will."""
        if wanted in ("condition", "truth"):
            return self._condition(wanted, scope, depth, pure=pure)
        if depth <= 0 or self.budget <= 0 or self.choose.chance(20):
            return self.atom(wanted, scope)
        self.budget -= 1
        routines = list(scope.giving(_accepted(wanted), pure=pure))
        if routines and self.choose.chance(30):
            return self.call(self.choose.one_of(routines), scope, depth, pure=pure)
        if wanted in scope.libraries:
            return self._library_value(wanted, scope, depth, pure=pure)
        if wanted == "int" and not pure and self.choose.chance(8):
            step = self._increment(scope)
            if step:
                return step
        if wanted == "bool" and self.choose.chance(8):
            comparison = self._comparison_of_instances(scope)
            if comparison:
                return comparison
        rows = self.forms.get(wanted, ())
        if not rows:
            return self.atom(wanted, scope)
        form = self.choose.one_of(rows)
        self.constructs.add(form.name)
        operands = [self.expression(operand, scope, depth - 1, pure=pure) for operand in form.operands]
        return form.template.format(*operands)

    def spelled(self, type_: str) -> str:
        """Return a type's name, or its alias."""
        if type_ in self.aliases and self.choose.chance(30):
            self.constructs.add("alias")
            return self.aliases[type_]
        return type_

    def arguments(self, types: tuple[str, ...], scope: Scope, depth: int, *, pure: bool = False) -> str:
        """Return an argument list for parameters of these types, without the parentheses."""
        return ", ".join(self.expression(type_, scope, depth - 1, pure=pure) for type_ in types)

    def atom(self, wanted: str, scope: Scope) -> str:
        """Return a literal or variable of type (or category) `wanted`."""
        if wanted in _SIZES:
            return str(self.choose.one_of(_SIZES[wanted]))
        if wanted in ("literal", "word"):
            return f"b'{self.choose.one_of(_WORDS).hex()}'"
        variables = scope.of_type(_accepted(wanted))
        if variables and self.choose.chance(75):
            return self._variable(variables)
        if wanted in scope.libraries:
            self.constructs.add("new")
            return f"new {wanted}({self.arguments(scope.libraries[wanted].constructor, scope, 0)})"
        return self.literal(wanted)

    def literal(self, wanted: str) -> str:
        """Return a literal of a basic type."""
        match wanted:
            case "bool":
                return self.choose.one_of(("true", "false"))
            case "int":
                return self._number()
            case "PrivKey":
                return f"PrivKey({self._number()})"
            case "bytes":
                return self._byte_string(self.choose.one_of(BYTE_STRINGS))
            case "PubKey":
                return f"PubKey(b'{self.choose.one_of(KEYS).public_key.hex()}')"
            case "Sig":
                return "Sig(b'')"
            case _:
                seed = self.choose.one_of(PREIMAGES) + bytes(32)
                return f"{wanted}(b'{seed[: _LENGTHS[wanted]].hex()}')"

    def _number(self) -> str:
        numbers: tuple[int, ...] = SMALL_NUMBERS
        if not self.choose.chance(70):
            numbers = NUMBERS if self.target == "bsv" else READ_EVERYWHERE
        if self.target == "bsv" and self.choose.chance(5):
            numbers = LARGE_NUMBERS
        number = self.choose.one_of(numbers)
        self.numbers.append(number)
        text = hex(abs(number)) if self.choose.chance(20) else str(abs(number))
        if number < 0:
            return f"-{text}" if self.choose.chance(50) else f"(-{text})"
        return text

    def _byte_string(self, value: bytes) -> str:
        self.strings.append(value)
        if value.isalnum() and value.isascii() and self.choose.chance(50):
            return f'"{value.decode()}"'
        return f"b'{value.hex()}'"

    def _variable(self, variables: list[Variable]) -> str:
        return self.choose.one_of(variables).text

    def _condition(self, wanted: str, scope: Scope, depth: int, *, pure: bool) -> str:
        kinds: tuple[str, ...] = ("bool", "bool", "int", "bytes")
        if wanted == "truth" or self.target == "btc":
            kinds = kinds[:3]
        kind = self.choose.one_of(kinds)
        self.constructs.add(f"{kind} as {wanted}")
        return self.expression(kind, scope, depth, pure=pure)

    def _increment(self, scope: Scope) -> str | None:
        variables = scope.of_type(("int",), mutable=True)
        if not variables:
            return None
        name, step = self._variable(variables), self.choose.one_of(("++", "--"))
        prefix = self.choose.chance(50)
        self.constructs.add(f"{'prefix' if prefix else 'postfix'} {step}")
        return f"({step}{name})" if prefix else f"({name}{step})"

    def _comparison_of_instances(self, scope: Scope) -> str | None:
        variables = scope.of_type(tuple(scope.libraries))
        if not variables:
            return None
        one = self.choose.one_of(variables)
        other = self._variable(scope.of_type((one.type,)))
        self.constructs.add("library ==")
        return f"({one.text} {self.choose.one_of(('==', '!='))} {other})"

    def call(self, routine: Routine, scope: Scope, depth: int, *, pure: bool) -> str:
        arguments = self.arguments(routine.parameters, scope, depth, pure=pure)
        if routine.receiver is None:
            self.constructs.add("call")
            return f"{routine.text}({arguments})"
        places = scope.of_type((routine.receiver,), mutable=True)
        if places and self.choose.chance(80):
            self.constructs.add("method call")
            return f"{self._variable(places)}.{routine.text}({arguments})"
        self.constructs.add("method call on a value")
        return f"({self._library_value(routine.receiver, scope, 1, pure=pure)}).{routine.text}({arguments})"

    def _library_value(self, wanted: str, scope: Scope, depth: int, *, pure: bool) -> str:
        if self.choose.chance(25):
            self.constructs.add("library ?:")
            condition = self.expression("condition", scope, depth - 1, pure=pure)
            then, otherwise = (self.expression(wanted, scope, depth - 1, pure=pure) for _ in range(2))
            return f"({condition} ? {then} : {otherwise})"
        self.constructs.add("new")
        return f"new {wanted}({self.arguments(scope.libraries[wanted].constructor, scope, depth, pure=pure)})"


def _accepted(wanted: str) -> tuple[str, ...]:
    """Return the types whose values can stand where `wanted` is asked for."""
    match wanted:
        case "int":
            return INT_TYPES
        case "bytes":
            return BYTES_TYPES
        case "Ripemd160" | "PubKeyHash":
            return ("Ripemd160", "PubKeyHash")
        case _:
            return (wanted,)
