"""A random contract as a whole: libraries, perhaps in an imported file, and the main contract."""

from dataclasses import dataclass

from random_contracts.choice import Chooser
from random_contracts.classes import ClassWriter, EntryPoint, Parameter
from random_contracts.expressions import Writer
from random_contracts.scope import Scope
from random_contracts.vocabulary import ENTRY_POINTS, PROPERTY_TYPES

_LIBRARY_TYPES = ("int", "bytes", "bool", "PubKey")


@dataclass(frozen=True, slots=True)
class RandomContract:
    """A contract and what its arguments are made from.

    Attributes:
        text: the source of the compiled file.
        imports: the sources of imported files, by name.
        target: "bsv" or "btc".
        constructor: what it is instantiated with.
        entry_points: its public functions.
        numbers, strings: its literals.
        constructs: names of the language's constructs in it.
    """

    text: str
    imports: dict[str, str]
    target: str
    constructor: tuple[Parameter, ...]
    entry_points: tuple[EntryPoint, ...]
    numbers: tuple[int, ...]
    strings: tuple[bytes, ...]
    constructs: frozenset[str]

    def __repr__(self) -> str:
        """Stay short: whoever reports a case shows the text in full."""
        return f"<a contract of {len(self.text)} characters for {self.target}>"

    def load(self, importing: str, path: str) -> str:
        """Return the text of an imported file (the compiler's way to ask for it)."""
        del importing
        return self.imports[path]


def random_contract(choose: Chooser, target: str, forms_per_function: int) -> RandomContract:
    """Return a contract that compiles for `target`; each function has about so many operators and calls at most."""
    write = Writer(choose, target, forms_per_function, aliases={"int": "Amount", "PubKey": "Owner"})
    world = Scope(target)
    libraries = "".join(_library(write, name, world) for name in ("Meter", "Tools")[: choose.number(0, 2)])
    if choose.chance(20):
        libraries += _other_contract(write, "Gate", world)
    libraries += "type Amount = int;\ntype Owner = PubKey;\n"
    main = ClassWriter(write, "Main", is_library=False, outside=world)
    main.add_statics(2)
    main.add_properties(4, (*PROPERTY_TYPES, *world.libraries))
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
        numbers=tuple(write.numbers),
        strings=tuple(write.strings),
        constructs=frozenset(write.constructs),
    )


def _library(write: Writer, name: str, world: Scope) -> str:
    """Write a library, make it visible to what is written after it, and return its text."""
    library = ClassWriter(write, name, is_library=True, outside=world)
    library.add_statics(2)
    library.add_properties(2, (*_LIBRARY_TYPES, *world.libraries))
    constructor = library.add_constructor()
    if library.properties:
        write.constructs.add("library with properties")
        world.libraries[name] = library.library(constructor)
    library.add_functions(2)
    return library.text()


def _other_contract(write: Writer, name: str, world: Scope) -> str:
    """Write a contract beside the main one, make it visible to what is written after it, and return its text."""
    contract = ClassWriter(write, name, is_library=False, outside=world)
    contract.add_properties(2, _LIBRARY_TYPES)
    constructor = contract.add_constructor()
    entry_points = contract.add_entry_points(("open", "pass"))
    world.libraries[name] = contract.library(constructor)
    contract.publish_entry_points(entry_points)
    return contract.text()
