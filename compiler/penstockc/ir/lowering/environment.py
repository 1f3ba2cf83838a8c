"""Environment: the values of the variables of the running function.

Variables are read and written as tuples of leaves. An assignment writes no code: it binds a variable to other
values.
"""

from collections.abc import Iterator

from penstock.records import Record, field
from penstockc.ir import nodes
from penstockc.semantics import typed

Leaves = tuple[nodes.Value, ...]
Variable = tuple[str, int] | typed.MemberKey | None
"""A local by name and number, a static by its key, or (None) `this`."""


class Variables(Record):
    """Variables and their values; `written` are those assigned since it was made, in order."""

    held: dict[Variable, Leaves] = field(default_factory=dict)
    written: dict[Variable, None] = field(default_factory=dict)

    def copy(self) -> "Variables":
        """Return an independent copy."""
        return Variables(dict(self.held))

    def __setitem__(self, variable: Variable, value: Leaves) -> None:
        self.held[variable] = value
        self.written[variable] = None


class Environment(Record, frozen=True):
    """The variables of one function while it is being lowered, and the statics, which are shared with its callers."""

    own: Variables = field(default_factory=Variables)
    statics: Variables = field(default_factory=Variables)

    def copy(self) -> "Environment":
        """Return an independent copy."""
        return Environment(self.own.copy(), self.statics.copy())

    def for_call(self, this: Leaves | None, parameters: tuple[typed.Local, ...], values: list[Leaves]) -> "Environment":
        """Return the initial environment of a called function; its changes of the statics are visible here."""
        callee = Environment(Variables({} if this is None else {None: this}), self.statics)
        for parameter, value in zip(parameters, values, strict=True):
            callee[parameter.name, parameter.number] = value
        return callee

    def written(self) -> Iterator[Variable]:
        """Yield the variables that were written since this was copied."""
        yield from self.own.written
        yield from self.statics.written

    def __contains__(self, variable: Variable) -> bool:
        """Return whether the variable has a value."""
        return variable in self._home(variable).held

    def __getitem__(self, variable: Variable) -> Leaves:
        """Return the value of the variable."""
        return self._home(variable).held[variable]

    def __setitem__(self, variable: Variable, value: Leaves) -> None:
        """Bind the variable to a value."""
        self._home(variable)[variable] = value

    def _home(self, variable: Variable) -> Variables:
        return self.statics if isinstance(variable, typed.MemberKey) else self.own
