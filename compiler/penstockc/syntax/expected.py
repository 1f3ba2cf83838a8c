"""What the parser may take next and what it found, in the user's words."""

from lark import Token

from penstockc.syntax.grammar import END, spelling

# Sets of terminals that have one name for the user: where the first is acceptable, all of them stand for that name.
_OPERANDS = frozenset(
    {
        "NUMBER",
        "NAME",
        "GENERIC",
        "BYTES",
        "OLD_BYTES",
        "STRING",
        "TRUE",
        "FALSE",
        "THIS",
        "NEW",
        "LPAR",
        "LSQB",
        "LBRACE",
        "MINUS",
        "BANG",
        "TILDE",
        "INCREMENT",
        "DECREMENT",
    }
)
_OPERATORS = frozenset(
    {
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "PERCENT",
        "AND_OP",
        "OR_OP",
        "VBAR",
        "CIRCUMFLEX",
        "AMPERSAND",
        "LESSTHAN",
        "MORETHAN",
        "QMARK",
        "DOT",
        "LSQB",
        "INCREMENT",
        "DECREMENT",
        "ASSIGN_OP",
    }
)
_WORDS = {
    "NAME": "a name",
    "GENERIC": "a type",
    "STRING": "a string in double quotes",
    "ASM_WORD": "an opcode",
    END: "the end of the file",
}


def expected(accepted: frozenset[str]) -> tuple[str, ...]:
    """Name the terminals, the general ones instead of the many that they cover."""
    if {"REQUIRE", "RBRACE"} <= accepted:
        return ("a statement", "`}`")
    if {"FUNCTION", "RBRACE"} <= accepted:
        return ("a property", "a function", "`}`")
    if {"CONTRACT", END} <= accepted:
        return ("a contract", "a library", "an import")
    if "FUNCTION" in accepted:
        return ("a property", "a function")
    names, rest = list[str](), accepted
    if "NEW" in accepted:
        names.append("an expression")
        rest -= _OPERANDS
    elif "PLUS" in accepted:
        names.append("an operator")
        rest = frozenset(terminal for terminal in rest - _OPERATORS if not _is_operator(terminal))
    elif {"NAME", "GENERIC"} <= accepted:
        names.append("a type")
        rest -= {"NAME", "GENERIC", "CONST", "STATIC", "PUBLIC", "PRIVATE", "DEFAULT", "DECORATOR"}
    names += sorted(_word(terminal) for terminal in rest)
    return tuple(names[1:] if len(names) > 1 and names[0] == "an operator" else names)


def found(token: Token) -> str:
    """Name what stands there."""
    return f"`{token}`"


def _word(terminal: str) -> str:
    text = spelling(terminal)
    return _WORDS.get(terminal) or (f"`{text}`" if text else terminal.lower().replace("_", " "))


def _is_operator(terminal: str) -> bool:
    text = spelling(terminal)
    return text is not None and text in {"==", "!=", "<=", ">=", "<<", ">>", "="}
