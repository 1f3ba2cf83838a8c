"""Warning of the compiler: a value in the artifact, and its category in Python's warnings."""

from penstock.records import Record


class SourceWarning(Record, frozen=True):
    """A warning about a contract's source, which compiles.

    Attributes:
        code: the kind, such as `preimage-without-check`, which is the name in `// allow(code): reason`.
        message: the problem, one line.
        hint: the remedy; empty without one.
        file: the source file, as in the artifact: relative to the folder of the compiled one.
        line: the line where it starts, from 1.
        column: the column, from 1.
        end_line: the line where it ends.
        end_column: the column after its last character.
    """

    code: str
    message: str
    hint: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.message} [{self.code}]{hint}"


class CompileWarning(UserWarning):
    """The category of warnings about a contract's source.

    Attributes:
        warning: the warning.
    """

    def __init__(self, warning: SourceWarning) -> None:
        super().__init__(str(warning))
        self.warning = warning
