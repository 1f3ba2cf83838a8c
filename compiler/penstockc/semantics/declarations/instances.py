"""Instances of functions with `static const` parameters: one for each tuple of constants."""

from penstock.records import replace
from penstockc.semantics.declarations.headers import FunctionHeader
from penstockc.semantics.typed import MemberKey


class Instances:
    """The headers of all instances, and the definition that first needed each of them."""

    def __init__(self) -> None:
        self._headers = dict[MemberKey, FunctionHeader]()
        self._callers = dict[MemberKey, MemberKey]()
        self._functions = set[MemberKey]()

    def find(self, key: MemberKey) -> FunctionHeader | None:
        """Return the header of an instance, if it was added."""
        return self._headers.get(key)

    def add(self, caller: MemberKey, header: FunctionHeader) -> None:
        """Keep the header of an instance that `caller` needs."""
        self._headers[header.key] = header
        self._callers[header.key] = caller
        self._functions.add(_function(header.key))

    def has_any_of(self, function: MemberKey) -> bool:
        """Return whether the function has an instance already."""
        return _function(function) in self._functions

    def ring(self, caller: MemberKey, wanted: MemberKey) -> tuple[MemberKey, ...]:
        """Return the calls from an instance of the wanted function to `caller`, and on to the wanted one; or ().

        Every endless sequence of instances has such a ring.
        """
        path = [wanted, caller]
        while _function(path[-1]) != _function(wanted):
            above = self._callers.get(path[-1])
            if above is None:
                return ()
            path.append(above)
        return tuple(reversed(path))


def _function(key: MemberKey) -> MemberKey:
    return replace(key, constants=())
