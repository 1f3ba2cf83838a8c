"""Cases of warnings, and the contracts that they are put into."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Case:
    """A warning's code, the subject of the case, a contract with the warning, and one without it."""

    code: str
    name: str
    failing: str
    mended: str


def in_function(statements: str, parameters: str = "", members: str = "") -> str:
    """A contract with these statements in a public function, after the demand of a signature."""
    more = f", {parameters}" if parameters else ""
    return f"""contract Sample {{
    PubKey owner;
{members}
    public function unlock(Sig sig{more}) {{
        require(checkSig(sig, this.owner));
        {statements}
        require(true);
    }}
}}
"""


def with_preimage(
    statements: str, parameters: str = "SigHashPreimage preimage, bool b, int x", members: str = ""
) -> str:
    """The same, with a preimage, `b` and `x`, which are read."""
    return in_function(f"require(b || x > 0); {statements}", parameters, members)


READ = "require(SigHash.value(preimage) > 5);"
CHECK = "require(Tx.checkPreimage(preimage));"


def counter(statements: str, parameters: str = "SigHashPreimage preimage, bool b", members: str = "") -> str:
    """A contract with state and these statements in a public function."""
    return f"""contract Counter {{
    @state int count;
{members}
    public function increment({parameters}) {{
        {statements}
    }}
}}
"""


def plain(  # noqa: PLR0917 - the columns of the table
    code: str, name: str, failing: str, mended: str, parameters: str = "int x", members: str = ""
) -> Case:
    return Case(code, name, in_function(failing, parameters, members), in_function(mended, parameters, members))


SAME_STATE: Final = "require(this.updateState(preimage, 1000));"
"""State that goes on as it is."""
