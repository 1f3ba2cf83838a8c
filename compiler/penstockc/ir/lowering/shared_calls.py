"""Shared calls: calls of functions whose results depend on their arguments alone.

When such a function is called again with the same values, on the same path, its results are reused. This
keeps nested calls such as `f(x) + f(x)` from doubling the code at each level.
"""

from penstockc.language.operations import Operation
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, statements_in


class SharedCalls:
    """Analysis of which functions of a program can be shared.

    Functions with assembly, code separators or `exit` cannot; nor those that check signatures, which sign less after a
    separator, or that read statics, which may have been assigned in between.
    """

    def __init__(self, program: typed.Program) -> None:
        self._program = program
        self._known: dict[typed.MemberKey, bool] = {}

    def can_share(self, key: typed.MemberKey) -> bool:
        """Return whether calls of a function can be shared."""
        if key not in self._known:
            body = self._program.functions[key].body
            self._known[key] = isinstance(body, typed.Block) and self._is_plain(body)
        return self._known[key]

    def _is_plain(self, body: typed.Block) -> bool:
        return not any(
            isinstance(statement, typed.Exit | typed.CodeSeparator)
            or not all(map(self._keeps_plain, expressions_in(statement)))
            for statement in statements_in(body)
        )

    def _keeps_plain(self, expression: typed.Expression) -> bool:
        match expression:
            case typed.StaticValue() | typed.CheckMultiSig() | typed.Construct():
                return False
            case typed.Apply(operation=operation):
                return operation is not Operation.CHECK_SIG
            case typed.Invoke(function=key):
                return self.can_share(key)
            case _:
                return True
