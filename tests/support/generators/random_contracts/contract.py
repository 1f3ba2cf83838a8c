"""A random contract as a whole: libraries, perhaps in an imported file, and the main contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.support.generators.random_contracts.choice import Chooser
from tests.support.generators.random_contracts.classes import ClassWriter, EntryPoint, Parameter
from tests.support.generators.random_contracts.expressions import Writer
from tests.support.generators.random_contracts.scope import Library, Routine, Scope, array_of
from tests.support.generators.random_contracts.vocabulary import ENTRY_POINTS, PROPERTY_TYPES

_LIBRARY_TYPES = ("int", "bytes", "bool", "PubKey")


@dataclass(frozen=True, slots=True)
class RandomContract:
    """A contract and the facts for making its arguments.

    Attributes:
        text: the source of the compiled file.
        imports: the sources of imported files, by name.
        target: "bsv" or "btc".
        constructor: the constructor's parameters.
        entry_points: its public functions.
        numbers, strings: its literals.
        constructs: names of the language's constructs in it.
        structs: the fields (name, type) of its structs, by name.
    """

    text: str
    imports: dict[str, str]
    target: str
    constructor: tuple[Parameter, ...]
    entry_points: tuple[EntryPoint, ...]
    numbers: tuple[int, ...]
    strings: tuple[bytes, ...]
    constructs: frozenset[str]
    structs: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Stay short: reports of a case show the text in full."""
        return f"<a contract of {len(self.text)} characters for {self.target}>"

    def load(self, importing: str, path: str) -> str:
        """Return the text of an imported file (the compiler's way to ask for it)."""
        del importing
        return self.imports[path]


def random_contract(choose: Chooser, target: str, forms_per_function: int) -> RandomContract:
    """Return a contract that compiles for `target`; each function has about so many operators and calls at most."""
    write = Writer(choose, target, forms_per_function, aliases={"int": "Amount", "PubKey": "Owner"})
    world = Scope(target)
    libraries = _aggregates(write, world)
    if choose.chance(20):
        libraries += _assembly(write, world)
    libraries += "".join(_library(write, name, world) for name in ("Meter", "Tools")[: choose.number(0, 2)])
    if choose.chance(20):
        libraries += _other_contract(write, "Gate", world)
    libraries += "type Amount = int;\ntype Owner = PubKey;\n"
    main = ClassWriter(write, "Main", is_library=False, outside=world)
    main.add_statics(2)
    main.add_properties(4, (*PROPERTY_TYPES, *world.aggregates))
    main.add_functions(2)
    constructor = main.add_constructor()
    entry_points = main.add_entry_points(ENTRY_POINTS)
    imports, header = {}, ""
    if choose.chance(25):
        write.constructs.add("import")
        imports, header, libraries = {"parts.scrypt": libraries}, 'import "parts.scrypt";\n', ""
    return RandomContract(
        text=header + libraries + main.text(),
        imports=imports,
        target=target,
        constructor=constructor,
        entry_points=entry_points,
        structs=dict(world.structs),
        numbers=tuple(write.numbers),
        strings=tuple(write.strings),
        constructs=frozenset(write.constructs),
    )


GENERICS: Final = """struct Both<T, K> { T one; K two; }
library Cell<T> {
    T held;
    constructor(T first) { this.held = first; }
    function get() : T { return this.held; }
    function put(T next) : bool { bool same = this.held == next; this.held = next; return same; }
    static function pick(bool early, T one, T two) : T { return early ? one : two; }
}
"""


ASSEMBLY: Final = """library Assembly {
    static function sum(int a, int b) : int { asm { OP_ADD } }
    static function turned(int[2] pair) : int[2] { asm { op_swap } }
    static function mark(bool early) : bytes { asm { OP_IF ab12 OP_ELSE "x" OP_ENDIF } }
    static function same(bytes a, bytes b) : bool { asm { loop (2) : i { i OP_DROP } OP_EQUAL } }
}
"""


def _assembly(write: Writer, world: Scope) -> str:
    """Make hand-written functions visible, and return their text."""
    write.constructs.add("assembly")
    world.routines += (
        Routine("Assembly.sum", ("int", "int"), "int", None, pure=True),
        Routine("Assembly.turned", ("int[2]",), "int[2]", None, pure=True),
        Routine("Assembly.mark", ("bool",), "bytes", None, pure=True),
        Routine("Assembly.same", ("bytes", "bytes"), "bool", None, pure=True),
    )
    return ASSEMBLY


def _aggregates(write: Writer, world: Scope) -> str:
    """Choose some structs, arrays and instances of generics, make them visible, and return their text."""
    choose = write.choose
    text = ""
    for name in ("Pair", "Record")[: choose.number(0, 2)]:
        types = (*_LIBRARY_TYPES, "int", *world.structs, *(array_of(each, 2) for each in ("int", *world.structs)))
        fields = tuple((field, choose.one_of(types)) for field in ("x", "y", "len")[: choose.number(1, 3)])
        world.structs[name] = fields
        write.constructs.add("struct")
        text += f"struct {name} {{ {' '.join(f'{type_} {field};' for field, type_ in fields)} }}\n"
    if choose.chance(35):
        text += GENERICS
        write.constructs.add("generics")
        one, two = choose.one_of(("int", "bytes", *world.structs)), choose.one_of(("int", "bool"))
        world.structs[f"Both<{one},{two}>"] = (("one", one), ("two", two))
        name = f"Cell<{one}>"
        world.libraries[name] = Library(name, (("held", one, True),), (one,))
        world.routines += (
            Routine("get", (), one, name, pure=True),
            Routine("put", (one,), "bool", name, pure=False),
            Routine(f"{name}.pick", ("bool", one, one), one, None, pure=True),
        )
    for _ in range(choose.number(0, 2)):
        element = choose.one_of(("int", "bytes", "int", "bool", *world.aggregates))
        world.arrays += (array_of(element, choose.one_of((1, 2, 2, 3))),)
        write.constructs.add("array of arrays" if element.endswith("]") else "array")
    return text


def _library(write: Writer, name: str, world: Scope) -> str:
    """Write a library, make it visible to later code, and return its text."""
    library = ClassWriter(write, name, is_library=True, outside=world)
    library.add_statics(2)
    library.add_properties(2, (*_LIBRARY_TYPES, *world.aggregates))
    constructor = library.add_constructor()
    if library.properties:
        write.constructs.add("library with properties")
        world.libraries[name] = library.library(constructor)
    library.add_functions(2)
    return library.text()


def _other_contract(write: Writer, name: str, world: Scope) -> str:
    """Write a contract in addition to the main one, make it visible to later code, and return its text."""
    contract = ClassWriter(write, name, is_library=False, outside=world)
    contract.add_properties(2, _LIBRARY_TYPES)
    constructor = contract.add_constructor()
    entry_points = contract.add_entry_points(("open", "pass"))
    world.libraries[name] = contract.library(constructor)
    contract.publish_entry_points(entry_points)
    return contract.text()
