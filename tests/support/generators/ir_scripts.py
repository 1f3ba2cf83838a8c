"""Random scripts of the intermediate form, each with inputs that it accepts.

So many choices are made that they come from a seeded generator, not one by one from Hypothesis: that draws the seed
and how long the script is.

While a script is drawn, every value has the bytes that it will have on those inputs, also in arms that they do not
take. So operations are drawn that do not abort, and many values are required to have their value: a script that mixes
up two stack items refuses its inputs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from hypothesis import strategies as st

from penstock.artifact.artifact import Kind
from penstock.records import Record, replace
from penstock.script.numbers import as_bool, decode_number, encode_number
from penstockc.ir import nodes
from penstockc.language.abort import Abort
from penstockc.language.items import FALSE, TRUE, read_item, stack_bytes
from penstockc.language.operations import Operation
from penstockc.layouts import OFFICIAL, SMALLEST, ScriptLayout
from penstockc.meaning.apply import apply
from penstockc.source import Span
from penstockc.targets import DEFAULT_TARGET

EQUALS = {
    Kind.INT: Operation.NUM_EQUAL,
    Kind.BOOL: Operation.BOOL_EQUAL,
    Kind.BYTES: Operation.BYTES_EQUAL,
}
LONGEST = 200  # bytes of a value
DIRECT = 0.2  # of the requirements of a true value

DRAWN = [row for row in Operation if row.meaning is not None and row is not Operation.REVERSE]
"""Every operation that means something without a spend (the size of REVERSE must be a constant)."""


class Example(Record, frozen=True):
    """A script for a layout, and stack items (with their kinds) and constructor arguments that it accepts."""

    script: nodes.Script
    arguments: tuple[bytes, ...]
    kinds: tuple[Kind, ...]
    holes: dict[str, bytes]
    layout: ScriptLayout = SMALLEST

    @property
    def inputs(self) -> list[tuple[bytes, Kind]]:
        """Each argument with its kind."""
        return list(zip(self.arguments, self.kinds, strict=True))


def examples(longest: int = 8, functions: int = 3) -> st.SearchStrategy[Example]:
    """Draw scripts of at most so many functions, with at most so many statements one after the other in each."""
    sizes = st.tuples(st.integers(1, longest), st.integers(1, functions))
    drawn = st.builds(lambda seed, size: example(Random(seed), *size), st.integers(0, 2**32), sizes)
    return drawn | drawn.map(official)


def example(random: Random, longest: int, functions: int) -> Example:
    """Return a random script."""
    return _Writer(random, longest).example(random.randint(1, functions))


def official(drawn: Example) -> Example:
    """Return the example with the placeholders first, and the last requirement of each function as the result."""

    def ended(body: nodes.Region) -> nodes.Region:
        *before, last = body.statements
        match last:
            case nodes.Require(span=span, condition=condition):
                last = nodes.Result(span, condition)
            case nodes.Dispatch(functions=functions):
                last = replace(last, functions=tuple(replace(each, body=ended(each.body)) for each in functions))
        return nodes.Region((*map(first, before), last), body.yields)

    def first(statement: nodes.Statement) -> nodes.Statement:
        return replace(statement, comes_first=True) if isinstance(statement, nodes.Placeholder) else statement

    return replace(drawn, script=replace(drawn.script, body=ended(drawn.script.body)), layout=OFFICIAL)


def random_item(random: Random, kind: Kind) -> bytes:
    """Return a stack item that is right for its kind."""
    match kind:
        case Kind.INT:
            spread = random.choice((3, 20, 70_000))
            return encode_number(random.randint(-spread, spread))
        case Kind.BOOL:
            return random.choice((TRUE, FALSE))
        case Kind.BYTES:
            return random.choice((b"", b"\x00", b"\x80", b"\x01", random.randbytes(random.randint(0, 9))))


@dataclass(slots=True)
class _Writer:
    random: Random
    longest: int
    items: dict[nodes.Value, bytes] = field(default_factory=dict)
    holes: dict[str, bytes] = field(default_factory=dict)
    position: int = 0

    def span(self) -> Span:
        """Return a span of its own for each statement."""
        self.position += 1
        return Span(self.position, self.position + 1)

    def value(self, kind: Kind, item: bytes) -> nodes.Value:
        value = nodes.Value(len(self.items), kind)
        self.items[value] = item
        return value

    def example(self, count: int) -> Example:
        if count == 1:
            arguments = self.arguments()
            body = nodes.Region((*self.prologue(), *self.body([*arguments], 2)))
            return self.finished(nodes.Script(self.span(), arguments, body), arguments)
        chosen = self.random.randrange(count)
        selector = self.value(Kind.INT, encode_number(chosen))
        before = self.prologue()
        shared = [value for value in self.items if value != selector]
        functions = []
        for index in range(count):
            arguments = self.arguments()
            body = nodes.Region(tuple(self.body([*shared, *arguments], 1)))
            functions.append(nodes.Function(self.span(), f"f{index}", arguments, body))
        dispatch = nodes.Dispatch(self.span(), selector, tuple(functions))
        script = nodes.Script(self.span(), (selector,), nodes.Region((*before, dispatch)))
        return self.finished(script, (*functions[chosen].arguments, selector))

    def finished(self, script: nodes.Script, arguments: tuple[nodes.Value, ...]) -> Example:
        items, kinds = tuple(self.items[each] for each in arguments), tuple(each.kind for each in arguments)
        return Example(script, items, kinds, self.holes)

    def arguments(self) -> tuple[nodes.Value, ...]:
        return tuple(self.value(kind, random_item(self.random, kind)) for kind in self.kinds(4))

    def kinds(self, most: int) -> list[Kind]:
        return self.random.choices(tuple(Kind), k=self.random.randint(0, most))

    def prologue(self) -> list[nodes.Statement]:
        """Write some placeholders."""
        written: list[nodes.Statement] = []
        for kind in self.kinds(3):
            name = f"p{len(self.holes)}"
            self.holes[name] = random_item(self.random, kind)
            written.append(nodes.Placeholder(self.span(), self.value(kind, self.holes[name]), name))
        return written

    def body(self, visible: list[nodes.Value], depth: int) -> list[nodes.Statement]:
        """Write statements that see some values; they end in a requirement or an exit."""
        written: list[nodes.Statement] = []
        for _ in range(self.random.randint(1, self.longest)):
            self.statement(visible, depth, written)
        self.require(visible, written)
        return written

    def statement(self, visible: list[nodes.Value], depth: int, written: list[nodes.Statement]) -> None:
        choices: list[Callable[[list[nodes.Value], int, list[nodes.Statement]], None]] = [self.constant]
        if visible:
            choices += [self.apply] * 6 + [lambda seen, _, out: self.require(seen, out)] * 2
        if any(value.kind is Kind.INT for value in visible):
            choices.append(self.element)
        if depth and any(value.kind is Kind.BOOL for value in visible):
            choices += [self.branch] * 2
        self.random.choice(choices)(visible, depth, written)

    def constant(self, visible: list[nodes.Value], _depth: int, written: list[nodes.Statement]) -> None:
        kind = self.random.choice(tuple(Kind))
        visible.append(self.value(kind, random_item(self.random, kind)))
        written.append(nodes.Constant(self.span(), visible[-1], self.items[visible[-1]]))

    def apply(self, visible: list[nodes.Value], depth: int, written: list[nodes.Statement]) -> None:
        kinds = {value.kind for value in visible}
        row = self.random.choice([row for row in DRAWN if kinds.issuperset(row.takes)])
        operands = tuple(self.one_of(kind, visible) for kind in row.takes)
        try:
            given = apply(
                row, tuple(read_item(operand.kind, self.items[operand]) for operand in operands), DEFAULT_TARGET.limits
            )
        except Abort:
            self.constant(visible, depth, written)
            return
        if any(len(stack_bytes(each)) > LONGEST for each in given):
            return
        results = tuple(self.value(kind, stack_bytes(each)) for kind, each in zip(row.gives, given, strict=True))
        visible += results
        written.append(nodes.Apply(self.span(), results, row, operands))

    def element(self, visible: list[nodes.Value], depth: int, written: list[nodes.Statement]) -> None:
        """Read an element of an array of visible values, at an index that is one."""
        kinds = [self.random.choice(visible).kind for _ in range(self.random.randint(1, 3))]
        count = self.random.randint(1, 4)
        indices = [value for value in visible if value.kind is Kind.INT and self._number(value) in range(count)]
        if not indices:
            self.constant(visible, depth, written)
            return
        index = self.random.choice(indices)
        elements = tuple(tuple(self.one_of(kind, visible) for kind in kinds) for _ in range(count))
        results = tuple(self.value(leaf.kind, self.items[leaf]) for leaf in elements[self._number(index)])
        visible += results
        written.append(nodes.Element(self.span(), results, index, elements))

    def _number(self, value: nodes.Value) -> int:
        return decode_number(self.items[value])

    def one_of(self, kind: Kind, visible: list[nodes.Value]) -> nodes.Value:
        return self.random.choice([value for value in visible if value.kind is kind])

    def require(self, visible: list[nodes.Value], written: list[nodes.Statement]) -> None:
        """Require that some value has its value, or that it is true if it is: numbers and bytes can be, too."""
        if not visible:
            self.constant(visible, 0, written)
        value = self.random.choice(visible)
        if as_bool(self.items[value]) and self.random.random() < DIRECT:
            written.append(nodes.Require(self.span(), value))
            return
        expected, holds = self.value(value.kind, self.items[value]), self.value(Kind.BOOL, TRUE)
        written += (
            nodes.Constant(self.span(), expected, self.items[value]),
            nodes.Apply(self.span(), (holds,), EQUALS[value.kind], (value, expected)),
            nodes.Require(self.span(), holds),
        )

    def branch(self, visible: list[nodes.Value], depth: int, written: list[nodes.Statement]) -> None:
        condition = self.one_of(Kind.BOOL, visible)
        scopes = [list(visible), list(visible)]
        arms = [self.body(scope, depth - 1) for scope in scopes]
        ending = self.random.choice((None, None, None, 0, 1))
        kinds = [self.random.choice(visible).kind for _ in range(self.random.randint(0, 3))]
        yields = [[self.one_of(kind, scope) for kind in kinds] for scope in scopes]
        if ending is not None:
            accepts = self.value(Kind.BOOL, TRUE)
            arms[ending] += (nodes.Constant(self.span(), accepts, TRUE), nodes.Exit(self.span(), accepts))
            yields[ending] = []
        taken = 0 if self.items[condition] else 1
        if taken == ending:
            taken = 1 - taken  # the code after it is unreachable: any values will do
        results = tuple(self.value(value.kind, self.items[value]) for value in yields[taken])
        visible += results
        regions = [nodes.Region(tuple(arm), tuple(values)) for arm, values in zip(arms, yields, strict=True)]
        written.append(nodes.If(self.span(), condition, regions[0], regions[1], results))
