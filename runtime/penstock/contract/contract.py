"""Contract: an artifact with its constructor arguments, which can be paid to; and a call of one of its functions."""

from dataclasses import dataclass, field, replace
from typing import Any

from penstock.artifact.artifact import Artifact, BasicType, Function, Parameter
from penstock.contract.errors import ArgumentError
from penstock.contract.tapscript import KEY_SIZE
from penstock.contract.values.arguments import Argument, LeafValue, Lengths, Value, arguments, bind, nested
from penstock.contract.values.shape import Shape, leaves, shape_of, state_leaves
from penstock.contract.values.state import RETURN, decode_state, encode_state
from penstock.contract.wraps import ContractScript, Wrap, Wrapped, wrapped
from penstock.errors import hides_frames
from penstock.script.chains import CHAINS
from penstock.script.numbers import encode_number
from penstock.script.pushes import push, push_prefix
from penstock.tx.address import Network

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Contract:
    """Result of `Artifact.instantiate` and `Artifact.match`: an instance of a contract, in one state.

    Attributes:
        artifact: its artifact.
        arguments: the constructor's values, one per placeholder.
        locking_script: the template with every placeholder filled, in bytes, followed by an OP_RETURN and the data, if
            there is any. It is also the script code that a signature for this contract commits to, and the witness
            script of the wrapped form.
        data: the bytes after the code and the OP_RETURN: its state, if it has one; None without an OP_RETURN.
        assembly: the values of the variables of inline assembly.
    """

    artifact: Artifact = field(repr=False)
    arguments: tuple[Argument, ...]
    locking_script: bytes = field(repr=False)
    data: bytes | None = field(default=None, repr=False)
    assembly: tuple[Argument, ...] = ()

    @property
    def values(self) -> dict[str, LeafValue]:
        """The constructor's values by placeholder name."""
        return {argument.path: argument.value for argument in self.arguments}

    @property
    def code(self) -> bytes:
        """The locking script without the OP_RETURN and the data after it."""
        return self.locking_script if self.data is None else self.locking_script[: -len(RETURN) - len(self.data)]

    @property
    def is_genesis(self) -> bool:
        """Whether no transaction has changed the state yet: it is that of the constructor.

        Raises:
            StateError: the data is not a state of this contract.
        """
        if self.data is None or not self._keeps_state:
            return False
        return decode_state(state_leaves(self.artifact), self.data) is None

    @property
    def state(self) -> dict[str, Value]:
        """The state by property: ints, bools and bytes, lists for arrays, dicts for structs and libraries.

        Raises:
            ArgumentError: the first state is unknown, because an explicit constructor computes it in the script.
            StateError: the data is not a state of this contract.
        """
        found = self._state_leaves()
        if found is None:
            raise ArgumentError(
                f"{self.artifact.contract} state",
                "an instance after its first transition, or a constructor that only takes the properties",
                "a first state that the constructor computes in the script",
            )
        values = iter([argument.value for argument in found])
        return {parameter.name: nested(self._shape(parameter), values) for parameter in self.artifact.state_properties}

    # Annotated loosely because the type of a property is known at run time only.
    def with_state(self, /, **values: Any) -> "Contract":
        """Return the instance with another state, for the output of a transaction: the same code, this state.

        Lengths are checked as in `instantiate`. Empty bytes are allowed for every type, since a contract may store
        `Sha256(b'')` for "none".

        Args:
            values: state properties by name; the others are unchanged.

        Raises:
            ArgumentError: a value does not fit its property, there is no such property, or one is missing and its
                current value is unknown.
        """
        properties = self.artifact.state_properties
        current = {} if values.keys() >= {parameter.name for parameter in properties} else self.state
        bound = bind(f"{self.artifact.contract} state", properties, (), {**current, **values})
        leaves: list[Argument] = []
        for parameter, value in bound:
            # a script may have set an unchanged value, of any length
            lengths = Lengths.EXACT_OR_EMPTY if parameter.name in values else Lengths.ANY
            leaves += arguments([(parameter, value)], self.artifact, constructing=False, lengths=lengths)
        return self._with_data(encode_state(leaves))

    def with_data(self, data: bytes) -> "Contract":
        """Return the same contract with other data after its code, for a contract that reads the data itself.

        Raises:
            ArgumentError: the contract has `@state` properties, which `with_state` sets; or `data` is not bytes.
        """
        if self._keeps_state:
            raise ArgumentError("data", "a contract without @state properties", "one that has with_state(…)")
        if not isinstance(data, bytes | bytearray):
            raise ArgumentError("data", "bytes", type(data).__name__)
        return self._with_data(bytes(data))

    def _with_data(self, data: bytes) -> "Contract":
        return replace(self, locking_script=self.code + RETURN + data, data=data)

    @property
    def _keeps_state(self) -> bool:
        return bool(self.artifact.state_properties)

    def _state_leaves(self) -> tuple[Argument, ...] | None:
        """Return the leaves of the state; None if only the script can compute them."""
        if not self._keeps_state or self.data is None:
            return ()
        leaves = list(state_leaves(self.artifact))
        handed_on = decode_state(leaves, self.data)
        if handed_on is not None:
            return handed_on
        given = {argument.path: argument for argument in self.arguments}
        if not self.artifact.implicit_constructor or any(leaf.path not in given for leaf in leaves):
            return None
        return tuple(given[leaf.path] for leaf in leaves)

    def _shape(self, parameter: Parameter) -> Shape:
        return shape_of(parameter, self.artifact, constructing=False)

    # Annotated loosely because the types of a function's parameters are known at run time only.
    def call(self, function: str, /, *args: Any, **kwargs: Any) -> "Call":
        """Call a public function with arguments, positional or by name.

        Types and their number are checked, lengths are not: arguments that the script refuses must be possible.

        Raises:
            ArgumentError: no such function, or arguments that do not fit it.
        """
        found = self.function(function)
        bound = bind(f"{self.artifact.contract}.{function}", found.params, args, kwargs)
        given = arguments(bound, self.artifact, constructing=False, lengths=Lengths.ANY)
        items = [argument.item for argument in given]
        if len(self.artifact.functions) > 1:
            items.append(encode_number(found.index))
        return Call(self, found, tuple(items))

    def function(self, name: str) -> Function:
        """Return the public function `name`.

        Raises:
            ArgumentError: there is no such function; the message lists the known ones.
        """
        functions = self.artifact.functions
        found = next((function for function in functions if function.name == name), None)
        if found is None:
            names = ", ".join(function.name for function in functions)
            raise ArgumentError(self.artifact.contract, f"a public function ({names})", repr(name))
        return found

    def wrapped(self, wrap: Wrap | str, *, internal_key: bytes | None = None) -> Wrapped:
        """Return the script in an output of a form: its locking script, its address, how it gets to the machine.

        Args:
            wrap: `bare`, or on btc `p2sh`, `p2wsh`, `p2sh-p2wsh` (BIP16, BIP141), `p2tr` (BIP341: the output key of a
                tree with the script as its only leaf).
            internal_key: p2tr: the x-only key, 32 bytes, whose owner can spend without the script; None for one
                without a known secret.

        Raises:
            ArgumentError: the contract's chain has no such form, or the script could not be spent in it or would be
                open to anyone; the internal key is not the x of a point.
        """
        return wrapped(ContractScript(self.locking_script, self.artifact.chain, self._tapscript), wrap, internal_key)

    def address(
        self, wrap: Wrap | str | None = None, network: Network = "main", *, internal_key: bytes | None = None
    ) -> str:
        """Return the address of an output with this contract.

        Args:
            wrap: the form of the output; None for p2wsh.
            network: `main`, `test` (also `testnet`, `signet`) or `regtest`.
            internal_key: as for `wrapped`.

        Raises:
            ArgumentError: as `wrapped`; and a bare script has no address.
            AddressError: no network has this name.
        """
        return self.wrapped(Wrap.P2WSH if wrap is None else wrap, internal_key=internal_key).address(network)

    def p2wsh(self) -> bytes:
        """Return the locking script of the form `p2wsh`, 34 bytes: `OP_0` and the SHA-256 of the script (BIP141).

        Raises:
            ArgumentError: the contract was compiled for a chain without witnesses, such as bsv.
        """
        self.require_witnesses("p2wsh")
        return self.wrapped(Wrap.P2WSH).locking_script

    def _tapscript(self) -> bytes:
        """Return the script with every public key of the constructor as 32 bytes, its x (BIP342)."""
        keys = {
            leaf.path
            for parameter in self.artifact.constructor.params
            for leaf in leaves(parameter.name, shape_of(parameter, self.artifact, constructing=True))
            if leaf.type is BasicType.PUB_KEY
        }
        pushed = self.artifact.template.match(self.code) or {}
        code = self.artifact.template.fill(
            {name: push(item[1 : 1 + KEY_SIZE] if name in keys else item) for name, item in pushed.items()}
        )
        return code + self.locking_script[len(self.code) :]

    def require_witnesses(self, what: str) -> None:
        """Raise an error for `what`, which exists only on chains with witnesses, if the contract's chain has none.

        Raises:
            ArgumentError: the contract was compiled for a chain without witnesses.
        """
        chain = self.artifact.chain
        if not chain.has_witness:
            targets = " or ".join(f'target="{each.name}"' for each in CHAINS.values() if each.has_witness)
            raise ArgumentError(what, f"a contract compiled with {targets}", f"one for {chain}, without witnesses")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a contract, the result of `Contract.call`.

    Attributes:
        contract: the contract that is called.
        function: the public function.
        items: the initial stack of the locking script, deepest first: the arguments, and on top the function's index if
            the contract has at least two public functions.
    """

    contract: Contract = field(repr=False)
    function: Function
    items: tuple[bytes, ...] = field(repr=False)

    @property
    def unlocking_script(self) -> bytes:
        """One minimal push per item. Built on each access: keep it if the items are large."""
        parts: list[bytes] = []
        for item in self.items:
            # the data of a long push is copied only once, into the result
            parts += (push(item),) if len(item) <= 1 else (push_prefix(len(item)), item)
        return b"".join(parts)

    @property
    def witness(self) -> tuple[bytes, ...]:
        """The witness of the wrapped form (P2WSH, BIP141): the items, then the script.

        Raises:
            ArgumentError: the contract was compiled for bsv, which has no witnesses.
        """
        self.contract.require_witnesses("witness")
        return (*self.items, self.contract.locking_script)
