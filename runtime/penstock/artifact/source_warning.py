"""What the compiler warns of: a value that the artifact carries, and the category under which Python shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something in a contract's source that compiles and deserves a look.

    Attributes:
        code: which kind it is, such as `preimage-without-check`; what `// allow(code): reason` names.
        message: what is wrong, one line.
        hint: what to do about it; empty if there is nothing to say.
        file: the source file, as in the artifact: relative to the folder of the compiled one.
        line: the line where it begins, from 1.
        column: the column, from 1.
        end_line: the line where it ends.
        end_column: the column behind its last character.
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
        warning: what it is about.
    """

    def __init__(self, warning: SourceWarning) -> None:
        super().__init__(str(warning))
        self.warning = warning
