"""A call: a public function with its arguments, as the data that unlocks a contract."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from penstock.contract.artifact import Function
from penstock.script.errors import hides_frames
from penstock.script.pushes import push, push_prefix

if TYPE_CHECKING:
    from penstock.contract.contract import Contract

__tracebackhide__ = hides_frames


class Demanded(Enum):
    """What stands for an argument that only the spend knows."""

    PREIMAGE = "PREIMAGE"

    def __repr__(self) -> str:
        return self.name


PREIMAGE: Final = Demanded.PREIMAGE
"""In the place of an argument: the preimage that the called function checks, of the spend that is made."""


@dataclass(frozen=True, slots=True)
class Call:
    """What `Contract.call` returns.

    Attributes:
        contract: the contract that is called.
        function: the public function.
        items: the stack that the locking script starts on, deepest first: the arguments, and on top the function's
            index if the contract has at least two public functions.
    """

    contract: "Contract" = field(repr=False)
    function: Function
    items: tuple[bytes, ...] = field(repr=False)

    @property
    def unlocking_script(self) -> bytes:
        """One minimal push per item. Built on each access: keep it when the items are large."""
        parts: list[bytes] = []
        for item in self.items:
            # the data of a long push is copied once only, into the result
            parts += (push(item),) if len(item) <= 1 else (push_prefix(len(item)), item)
        return b"".join(parts)

    @property
    def witness(self) -> tuple[bytes, ...]:
        """The witness of the wrapped form (P2WSH, BIP141): the items, then the script.

        Raises:
            ArgumentError: the contract was compiled for bsv, which has no witnesses.
        """
        self.contract.require_btc("witness")
        return (*self.items, self.contract.locking_script)
