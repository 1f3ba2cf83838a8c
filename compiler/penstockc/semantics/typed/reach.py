"""The statics that a contract uses, in an order in which they can be evaluated.

A static is used when the constructor or a public function of the main contract reaches it through any chain of
calls, executed or not. Nothing else of an imported file counts.
"""

from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_of, operands_of


def statics_in_use(program: typed.Program) -> tuple[typed.MemberKey, ...]:
    """Return the statics in use, each after those that its initial value needs."""
    search = _Reach(program)
    search.block(program.contract.constructor.body)
    for function in program.entry_points:
        search.function(function.key)
    return tuple(search.statics)


class _Reach:
    """Walks everything reachable once; a static is added after all that it needs."""

    def __init__(self, program: typed.Program) -> None:
        self.program = program
        self.seen: set[typed.MemberKey | str] = set()
        self.statics: list[typed.MemberKey] = []

    def function(self, key: typed.MemberKey) -> None:
        if key not in self.seen:
            self.seen.add(key)
            body = self.program.functions[key].body
            if isinstance(body, typed.Block):
                self.block(body)

    def constructor(self, owner: str) -> None:
        if owner not in self.seen:
            self.seen.add(owner)
            self.block(self.program.classes[owner].constructor.body)

    def static(self, key: typed.MemberKey) -> None:
        if key not in self.seen:
            self.seen.add(key)
            self.expression(self.program.statics[key].initial)
            self.statics.append(key)

    def block(self, block: typed.Block) -> None:
        for statement in block.statements:
            match statement:
                case typed.Block():
                    self.block(statement)
                case typed.If(then=then, otherwise=otherwise):
                    self.expression(statement.condition)
                    self.block(then)
                    self.block(otherwise)
                case typed.Loop(iterations=iterations):
                    for iteration in {id(each): each for each in iterations}.values():  # mostly the same block
                        self.block(iteration)
                case _:
                    for expression in expressions_of(statement):
                        self.expression(expression)

    def expression(self, expression: typed.Expression) -> None:
        match expression:
            case typed.StaticValue(key=key):
                self.static(key)
            case typed.Invoke(function=key):
                self.function(key)
            case typed.Construct(type=library):
                self.constructor(library.name)
            case _:
                pass
        for operand in operands_of(expression):
            self.expression(operand)
