"""Examples of errors in the text of a file."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import syntax
from penstockc.habits.rows import SourceLevel

SYNTAX: Final = (
    Example(syntax.UnexpectedText, "x = (x + 1;", "x = (x + 1);"),
    Example(syntax.ForeignSyntax, "while (x > 3) { x--; }", "loop (3) { if (x > 3) { x--; } }"),
    Example(syntax.UnexpectedCharacter, "x = x # 1;", "x = x + 1;"),
    Example(syntax.MissingSemicolon, "x = 3\nx++;", "x = 3;\nx++;"),
    Example(
        syntax.UnclosedBrace,
        "library Fees {\n    static const int LEAST = 500;",
        "library Fees {\n    static const int LEAST = 500;\n}",
        place=SourceLevel.FILE,
    ),
    Example(syntax.KeywordAsName, "int loop = 3;", "int rounds = 3;"),
    Example(syntax.UnterminatedComment, "/* about x", "/* about x */"),
    Example(syntax.UnterminatedString, 'bytes word = "open;', 'bytes word = "open";'),
    Example(syntax.OddHexDigits, "bytes b = b'00f';", "bytes b = b'000f';"),
    Example(syntax.BadHexDigit, "bytes b = b'0g';", "bytes b = b'0a';"),
    Example(syntax.OldBytesLiteral, 'bytes b = b"00ff";', "bytes b = b'00ff';"),
    Example(syntax.BadNumber, "x = 12ab;", "x = 0x12ab;"),
    Example(syntax.NotAType, "x.y z = 3;", "int z = 3;"),
    Example(syntax.MissingIndex, "int[2] ys = [1, 2];\nx = ys[];", "int[2] ys = [1, 2];\nx = ys[0];"),
    Example(syntax.MissingInitialiser, "int y;", "int y = 0;"),
    Example(syntax.BadModifier, "public private int keys;", "private int keys;", place=SourceLevel.MEMBERS),
    Example(
        syntax.NestedTooDeeply,
        f"x = {'(' * 1000}x{')' * 1000};",
        "x = ((x));",
    ),
)
