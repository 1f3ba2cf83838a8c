"""A contract: an artifact with its constructor arguments, ready to be paid to and called."""

from dataclasses import dataclass, field
from typing import Any, Final

from penstock.contract.abi import Argument, LeafValue, arguments, bind
from penstock.contract.artifact import Artifact, Function
from penstock.contract.call import Call
from penstock.contract.errors import ArgumentError
from penstock.script.numbers import encode_number
from penstock.script.opcodes import Op

_WITNESS_HASH_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Contract:
    """What `Artifact.instantiate` and `Artifact.match` return.

    Attributes:
        artifact: what it was made from.
        arguments: the constructor's values, one per placeholder.
        locking_script: the template with every placeholder filled, in bytes. It is also the script code that a
            signature for this contract commits to, and the witness script of the wrapped form.
    """

    artifact: Artifact = field(repr=False)
    arguments: tuple[Argument, ...]
    locking_script: bytes = field(repr=False)

    @property
    def values(self) -> dict[str, LeafValue]:
        """The constructor's values by placeholder name."""
        return {argument.path: argument.value for argument in self.arguments}

    # Annotated loosely because a function takes whatever its parameters' types say.
    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Call:
        """Call a public function with arguments, positional or by name.

        Types and their number are checked, lengths are not: what a script is to refuse must be callable.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        found = self.function(function)
        bound = bind(f"{self.artifact.contract}.{function}", found.params, args, kwargs)
        items = [argument.item for argument in arguments(bound, self.artifact, constructing=False)]
        if len(self.artifact.functions) > 1:
            items.append(encode_number(found.index))
        return Call(self, found, tuple(items))

    def function(self, name: str) -> Function:
        """Return the public function `name`.

        Raises:
            ArgumentError: there is none of that name; the message lists those there are.
        """
        functions = self.artifact.functions
        found = next((function for function in functions if function.name == name), None)
        if found is None:
            names = ", ".join(function.name for function in functions)
            raise ArgumentError(self.artifact.contract, f"a public function ({names})", repr(name))
        return found

    def p2wsh(self) -> bytes:
        """Return the locking script of the wrapped form, 34 bytes: `OP_0` and the SHA-256 of the script (BIP141).

        Raises:
            ArgumentError: the contract was compiled for bsv, which has no witnesses.
        """
        from penstock.tx.hashes import sha256  # noqa: PLC0415

        self.require_btc("p2wsh")
        return bytes((Op.OP_0, _WITNESS_HASH_SIZE)) + sha256(self.locking_script)

    def require_btc(self, what: str) -> None:
        """Refuse `what`, which exists on btc only.

        Raises:
            ArgumentError: the contract was compiled for another target.
        """
        target = self.artifact.target
        if target != "btc":
            raise ArgumentError(what, 'a contract compiled with target="btc"', f"one for {target}, without witnesses")
