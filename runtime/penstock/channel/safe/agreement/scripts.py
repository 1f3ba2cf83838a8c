"""Scripts of a protocol version: compiled once and shipped, so that open channels outlive changes of the compiler.

Both parties need the same bytes, for as long as a channel is open. The folder `scripts_1` has the artifacts of version
1; their sources are among the bundled contracts, and a test proves that they do what these say.
"""

from functools import cache
from importlib.resources import files
from typing import Final

from penstock.artifact.artifact import Artifact

PROTOCOL: Final = 1
"""The newest version of the protocol."""


@cache
def artifact_of(name: str, protocol: int = PROTOCOL) -> Artifact:
    """Return the compiled contract with the name of a bundled source, such as `paid_key_bsv`."""
    folder = files("penstock.channel.safe.agreement") / f"scripts_{protocol}"
    return Artifact.from_json((folder / f"{name}.json").read_text("utf-8"))
