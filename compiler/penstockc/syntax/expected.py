"""Expected and found tokens of a syntax error, in the user's words."""

from lark import Token

from penstockc.syntax.grammar import END, spelling

# Groups that have one name for the user: terminals by their spelling, or by their name where they have several.
_OPERANDS = frozenset(
    {"NUMBER", "NAME", "GENERIC", "GENERIC_VALUE", "BYTES", "OLD_BYTES", "STRING", "true", "false", "this", "new"}
    | {"(", "[", "{", "-", "!", "~", "++", "--"}
)
_OPERATORS = frozenset(
    {"+", "-", "*", "/", "%", "<<", ">>", "<", "<=", ">", ">=", "==", "!=", "&", "^", "|", "&&", "||"}
    | {"?", ".", "[", "++", "--", "=", "ASSIGN_OP"}
)
_ALL = None
# Where the terminals of the first column are acceptable, those of the third have one name. The first such row counts.
_PLACES: tuple[tuple[set[str], tuple[str, ...], frozenset[str] | None], ...] = (
    ({"REQUIRE", "RBRACE"}, ("a statement", "`}`"), _ALL),
    ({"REQUIRE"}, ("a statement",), _ALL),
    ({"FUNCTION", "RBRACE"}, ("a property", "a function", "`}`"), _ALL),
    ({"FUNCTION"}, ("a property", "a function"), _ALL),
    ({"CONTRACT", END}, ("a contract", "a library", "an import"), _ALL),
    ({"ASM_WORD", "RBRACE"}, ("an opcode", "`}`"), _ALL),
    ({"NEW"}, ("an expression",), _OPERANDS),
    ({"PLUS", "SEMICOLON"}, ("an operator", "`;`"), _ALL),
    ({"PLUS"}, (), _OPERATORS),
    ({"ASSIGN_OP"}, ("`=`", "`;`"), _ALL),
    ({"NAME", "GENERIC", "CONST"}, ("a type",), _ALL),
    ({"NAME", "GENERIC"}, ("a name",), _ALL),
    ({"NAME", "LSQB"}, ("a name",), _ALL),
)
_WORDS = {
    "NAME": "a name",
    "GENERIC": "a type",
    "GENERIC_VALUE": "a type",
    "STRING": "a string in double quotes",
    "ASM_WORD": "an opcode",
    END: "the end of the file",
}


def expected(accepted: frozenset[str]) -> tuple[str, ...]:
    """Name the terminals: a general name instead of the many that it covers."""
    for signs, names, covered in _PLACES:
        if signs <= accepted:
            if covered is _ALL:
                return names
            return (*names, *_words(frozenset(each for each in accepted if (spelling(each) or each) not in covered)))
    return _words(accepted)


def found(token: Token) -> str:
    """Name the found token."""
    return f"`{token}`"


def _words(terminals: frozenset[str]) -> tuple[str, ...]:
    """Return the name or spelling of each terminal, in alphabetical order."""
    return tuple(sorted(_WORDS.get(terminal) or f"`{spelling(terminal)}`" for terminal in terminals))
