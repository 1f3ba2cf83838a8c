"""Methods that change their instance, and calls of them on something const.

A method changes its instance by assigning a property of `this`, or by calling such a method on `this` or on a property
of it. Bodies are recorded here while they are checked; the result is known after all of them.
"""

from penstock.records import Record
from penstockc.errors.names import ChangingCallOnConst
from penstockc.semantics.declarations.findings import Findings
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span


class ConstCall(Record, frozen=True):
    """A call of a method on something const; `name` is its name in the source."""

    span: Span
    name: str
    method: MemberKey


class Mutations:
    """Collects changes of instances in the bodies of a compilation."""

    def __init__(self) -> None:
        self._changing = set[MemberKey]()
        self._callers = dict[MemberKey, set[MemberKey]]()
        self._const_calls = list[ConstCall]()

    def assigns_this(self, method: MemberKey) -> None:
        """Note that `method` assigns a property of its instance."""
        self._changing.add(method)

    def calls_on_this(self, caller: MemberKey, method: MemberKey) -> None:
        """Note that `caller` calls `method` on its own instance or a part of it."""
        self._callers.setdefault(method, set()).add(caller)

    def calls_on_const(self, call: ConstCall) -> None:
        """Note a call on something const."""
        self._const_calls.append(call)

    def check(self, findings: Findings) -> None:
        """Report the calls that change something const."""
        waiting = list(self._changing)
        while waiting:
            found = self._callers.get(waiting.pop(), set()) - self._changing
            self._changing |= found
            waiting.extend(found)
        for call in self._const_calls:
            if call.method in self._changing:
                findings.report(ChangingCallOnConst(call.span, call.name, call.method.name))
