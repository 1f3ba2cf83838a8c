"""Rows: a module of bindings as frozen values, between the artifact and the template."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter or a field.

    Attributes:
        name: its name in Python.
        annotation: its type in Python.
        type: its type in the contract.
        note: more about it, from the contract's comments; empty without.
    """

    name: str
    annotation: str
    type: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A dataclass for a struct, a library or a state.

    Attributes:
        name: its name in Python.
        summary: a line about it, for one without a comment.
        comment: its comment in the contract.
        fields: its fields.
    """

    name: str
    summary: str
    comment: str
    fields: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A public function: its name in Python, and that in the contract."""

    name: str
    function: str
    comment: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """A module with the bindings of one contract.

    Attributes:
        contract: the name of the contract.
        class_name: that of its class; it and the next are free of collisions.
        coin_name: that of the class of its coins.
        comment: the comment of the contract.
        source: the path of the contract, relative to the folder of the module.
        interface: the digest of the contract's interface.
        parameters: the parameters of the constructor.
        records: structs and libraries that the others need, each after those that it needs itself.
        state: the record of the state; None without one.
        next_state: the keywords of the next instance: the state's properties, with types as arguments.
        methods: the public functions.
    """

    contract: str
    class_name: str
    coin_name: str
    comment: str
    source: str
    interface: str
    parameters: tuple[Parameter, ...]
    records: tuple[Record, ...]
    state: Record | None
    next_state: tuple[Parameter, ...]
    methods: tuple[Method, ...]

    @property
    def dataclasses(self) -> tuple[Record, ...]:
        """All records, in the order in which they are declared."""
        return self.records if self.state is None else (*self.records, self.state)
