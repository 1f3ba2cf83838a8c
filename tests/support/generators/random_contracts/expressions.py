"""Random expressions of a wanted type, as source text."""

from dataclasses import dataclass, field

from tests.support.generators.random_contracts.choice import Chooser
from tests.support.generators.random_contracts.forms import Form, forms_for
from tests.support.generators.random_contracts.scope import Routine, Scope, Variable, array_type
from tests.support.generators.random_contracts.vocabulary import (
    BYTE_STRINGS,
    BYTES_TYPES,
    CONSTANTS,
    INT_TYPES,
    KEYS,
    LARGE_NUMBERS,
    NUMBERS,
    PREIMAGES,
    READ_EVERYWHERE,
    SMALL_NUMBERS,
)

_SIZES = {"count": (0, 1, 2, 3, 8, 9, 16, 0, 1, 31, -1), "low": (0, 1, 2, 3), "high": (3, 4, 8, 16, 32, 2)}
_LOCKS = (1, 5, 100, 101, 60_000, (1 << 22) | 100)
_WORDS = (b"\x01\x02\x03", b"\x00\x00\x80", b"\xff\xff\xff", b"\x00\x00\x00")
_LENGTHS = {"Sha256": 32, "Ripemd160": 20, "PubKeyHash": 20, "Sha1": 20, "SigHashType": 1, "OpCodeType": 1}


@dataclass(slots=True)
class Writer:
    """Writes expressions for one contract and keeps account of them.

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

    def expression(  # noqa: C901 - one step per way to make one
        self, wanted: str, scope: Scope, depth: int = 3, *, pure: bool = False
    ) -> str:
        """Return an expression of type (or category) `wanted`; a `pure` one may be repeated at will.

        Literals of structs may be in it, which mean something only where a type is expected.
        """
        if wanted in ("condition", "truth"):
            return self._condition(wanted, scope, depth, pure=pure)
        if depth <= 0 or self.budget <= 0 or self.choose.chance(20):
            return self.atom(wanted, scope)
        self.budget -= 1
        routines = list(scope.giving(_accepted(wanted), pure=pure))
        if routines and self.choose.chance(30):
            return self.call(self.choose.one_of(routines), scope, depth, pure=pure)
        element = self._element(wanted, scope, depth, pure=pure) if self.choose.chance(25) else None
        if element:
            return element
        if wanted in scope.libraries:
            return self._library_value(wanted, scope, depth, pure=pure)
        if wanted in scope.structs or array_type(wanted):
            return self._aggregate(wanted, scope, depth, pure=pure)
        if wanted == "Sha256" and self.choose.chance(10):
            hashed = self._flattened_hash(scope)
            if hashed:
                return hashed
        if wanted == "int" and not pure and self.choose.chance(8):
            step = self._increment(scope)
            if step:
                return step
        if wanted == "bool" and self.choose.chance(10):
            comparison = self._comparison_of_aggregates(scope, depth, pure=pure)
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
        variables = scope.of_type(_accepted("int" if wanted == "lock" else wanted))
        if wanted == "lock" and (not variables or self.choose.chance(85)):
            return str(self.choose.one_of(_LOCKS))
        if variables and self.choose.chance(75):
            return self._variable(variables)
        if wanted in scope.libraries:
            self.constructs.add("new")
            return f"new {wanted}({self.arguments(scope.libraries[wanted].constructor, scope, 0)})"
        if wanted in scope.structs or array_type(wanted):
            return self._aggregate(wanted, scope, 0, pure=True)
        return self.literal(wanted)

    def literal(self, wanted: str) -> str:
        """Return a literal of a basic type."""
        match wanted:
            case "bool":
                return self.choose.one_of(("true", "false"))
            case "int" | "lock":
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

    # Aggregates -------------------------------------------------------------------------------------------------------

    def index(self, size: str, scope: Scope, depth: int, *, pure: bool) -> str:
        """Return an index into `size` elements; it may be outside of them, unless it is a constant."""
        variables = [each for each in scope.of_type(("int",)) if each.text.rpartition(".")[2] not in CONSTANTS]
        within = "0" if not size.isdigit() else str(self.choose.number(0, int(size) - 1))
        kind = self.choose.one_of(("within", "variable", "variable", "bounded", "bounded"))
        if kind == "variable" and variables:
            self.constructs.add("index")
            return self._variable(variables)
        if kind == "bounded" and variables and self.target == "bsv":
            self.constructs.add("index computed")
            inner = self.expression("int", scope, depth - 1, pure=pure)
            return f"abs(({self._variable(variables)} + {inner}) % {size})"
        if kind == "bounded":
            self.constructs.add("index chosen")
            return f"({self.expression('condition', scope, depth - 1, pure=pure)} ? {within} : 0)"
        return within

    def _element(self, wanted: str, scope: Scope, depth: int, *, pure: bool) -> str | None:
        arrays = scope.elements(_accepted(wanted))
        if not arrays:
            return None
        array, size = self.choose.one_of(arrays)
        self.constructs.add("element")
        return f"{array.text}[{self.index(size, scope, depth - 1, pure=pure)}]"

    def place(self, types: tuple[str, ...], scope: Scope, depth: int) -> str | None:
        """Return something of one of these types that may be assigned; None if there is nothing."""
        arrays = scope.elements(types, mutable=True)
        if arrays and self.choose.chance(50):
            array, size = self.choose.one_of(arrays)
            self.constructs.add("element as place")
            return f"{array.text}[{self.index(size, scope, depth, pure=False)}]"
        places = scope.of_type(types, mutable=True)
        return self._variable(places) if places else None

    def _aggregate(self, wanted: str, scope: Scope, depth: int, *, pure: bool) -> str:
        variables = scope.of_type((wanted,))
        if variables and self.choose.chance(40):
            return self._variable(variables)
        if wanted in scope.structs:
            self.constructs.add("struct literal")
            values = self.arguments(tuple(type_ for _, type_ in scope.structs[wanted]), scope, depth, pure=pure)
            return f"{{{values}}}"
        element, size = array_type(wanted) or (wanted, "0")
        if not size.isdigit() or (self.choose.chance(20) and element not in scope.structs):
            self.constructs.add("repeat")
            exactly = {"int": "-({})", "bytes": "bytes({})"}.get(element, "{}")  # no subtype
            return f"repeat({exactly.format(self.expression(element, scope, depth - 1, pure=pure))}, {size})"
        self.constructs.add("array literal")
        return f"[{self.arguments((element,) * int(size), scope, depth, pure=pure)}]"

    def _comparison_of_aggregates(self, scope: Scope, depth: int, *, pure: bool) -> str | None:
        variables = scope.of_type(scope.aggregates)
        if not variables:
            return None
        one = self.choose.one_of(variables)
        other = self._variable(scope.of_type((one.type,)))
        if one.type in scope.structs and self.choose.chance(50):
            other = self.expression(one.type, scope, depth - 1, pure=pure)
        self.constructs.add("aggregate ==")
        return f"({one.text} {self.choose.one_of(('==', '!='))} {other})"

    def _flattened_hash(self, scope: Scope) -> str | None:
        empty = {name for name, library in scope.libraries.items() if not library.properties}
        variables = [each for each in scope.of_type(scope.aggregates) if each.type not in empty]
        if not variables or self.target == "btc":  # hashes are joined by an opcode that is not there
            return None
        self.constructs.add("flattenSha256 of an aggregate")
        return f"flattenSha256({self._variable(variables)})"

    # Calls ------------------------------------------------------------------------------------------------------------

    def call(self, routine: Routine, scope: Scope, depth: int, *, pure: bool) -> str:
        """Return a call."""
        parameters = routine.parameters
        if routine.counted:
            self.constructs.add("call with a constant")
            count = self.choose.one_of(("1", "2", "3", *scope.counts))
            given = tuple(type_.replace("[N]", f"[{count}]") for type_ in parameters)
            rest = self.arguments(given, scope, depth, pure=pure)
            return f"{routine.text}({', '.join(filter(None, (count, rest)))})"
        arguments = self.arguments(parameters, scope, depth, pure=pure)
        if routine.receiver is None:
            self.constructs.add("call")
            call = f"{routine.text}({arguments})"
            return f"({call})" if "<" in routine.text else call  # after another `<` it would be parsed as a type
        place = self.place((routine.receiver,), scope, depth - 1)
        if place and self.choose.chance(80):
            self.constructs.add("method call")
            return f"{place}.{routine.text}({arguments})"
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
