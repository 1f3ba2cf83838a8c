"""Wraps: the forms in which an output holds a contract's script, one row for each.

In: the script of a contract. Out: the locking script of the output, and how its script gets to the stack machine: in
the unlocking script (BIP16), or in the witness (BIP141, BIP342).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from penstock.contract.errors import ArgumentError
from penstock.contract.tapscript import tapscript_fault
from penstock.errors import hides_frames
from penstock.script.chain_parts import UNLIMITED
from penstock.script.chains import CHAINS, Chain
from penstock.script.hashes import hash160, sha256
from penstock.script.parse import instructions
from penstock.script.pushes import push_data
from penstock.tx.address import Network, address_of_script, p2sh_script, witness_script
from penstock.tx.secp256k1.interface import KeyFormatError
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.taproot import UNSPENDABLE_KEY, TaprootOutput
from penstock.wording import counted

__tracebackhide__ = hides_frames


class Wrap(StrEnum):
    """The form of the contract's output: the script itself, or a hash of it."""

    BARE = "bare"
    P2SH = "p2sh"
    P2WSH = "p2wsh"
    P2SH_P2WSH = "p2sh-p2wsh"
    P2TR = "p2tr"


class Wrapped(NamedTuple):
    """A script in an output.

    Attributes:
        locking_script: the locking script of the output.
        script: the script that runs and that signatures commit to.
        version: the digest by which its signatures are made.
        redeem: the last push of the unlocking script: redeem script or witness program; None if there is none.
        witness_end: the last items of the witness (p2tr: script and control block); None if the arguments are in the
            unlocking script.
    """

    locking_script: bytes
    script: bytes
    version: SignatureVersion
    redeem: bytes | None = None
    witness_end: tuple[bytes, ...] | None = None

    def unlocking_script(self, pushes: bytes) -> bytes:
        """Return the unlocking script for arguments, given as a script that pushes them."""
        before = pushes if self.witness_end is None else b""
        return before if self.redeem is None else before + push_data(self.redeem)

    def witness(self, items: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Return the witness for arguments; empty if they are in the unlocking script."""
        return () if self.witness_end is None else (*items, *self.witness_end)

    def address(self, network: Network = "main") -> str:
        """Return the address of the output.

        Raises:
            ArgumentError: a bare script has no address.
            AddressError: no network has this name.
        """
        found = address_of_script(self.locking_script, network)
        if found is None:
            raise ArgumentError("wrap", "a form with an address, such as p2wsh", f"{Wrap.BARE}, which has none")
        return found


class ContractScript(NamedTuple):
    """The script to wrap.

    Attributes:
        script: the locking script of the contract.
        chain: the chain that it was compiled for.
        tapscript: returns its script with x-only public keys, for p2tr.
    """

    script: bytes
    chain: Chain
    tapscript: Callable[[], bytes]


def default_wrap(chain: Chain) -> Wrap:
    """Return the form that nodes of a chain relay: the script itself, or its hash on a chain with witnesses."""
    return Wrap.P2WSH if chain.has_witness else Wrap.BARE


def forms_of(chain: Chain) -> tuple[Wrap, ...]:
    """Return the forms that a chain has."""
    return tuple(wrap for wrap in Wrap if _NEEDS[wrap][0](chain))


def wrapped(contract: ContractScript, wrap: Wrap | str, internal_key: bytes | None = None) -> Wrapped:
    """Return a contract's script in an output of this form.

    Args:
        contract: the contract's script.
        wrap: the form.
        internal_key: p2tr: the x-only key that can spend without the script; None for one without a known secret.

    Raises:
        ArgumentError: no such form, one that the contract's chain does not have or in which the script could not be
            spent or would be open, or an internal key where there is none or that is not the x of a point.
    """
    if wrap not in tuple(Wrap):
        raise ArgumentError("wrap", " or ".join(Wrap), repr(wrap))
    if internal_key is not None and wrap != Wrap.P2TR:
        raise ArgumentError("internal_key", f"wrap='{Wrap.P2TR}'", f"wrap='{wrap}'")
    has, lack = _NEEDS[Wrap(wrap)]
    if not has(contract.chain):
        targets = " or ".join(f'target="{each.name}"' for each in CHAINS.values() if has(each))
        raise ArgumentError("wrap", f"a contract compiled with {targets}", f"one for {contract.chain}, without {lack}")
    made = _p2tr(contract, internal_key) if wrap == Wrap.P2TR else _MAKERS[Wrap(wrap)](contract.script)
    if wrap != Wrap.BARE:  # what is paid to a hash is not seen before it is spent
        _check_limits(made.script, contract.chain, Wrap(wrap))
    return made


def _check_limits(script: bytes, chain: Chain, wrap: Wrap) -> None:
    """Raise ArgumentError for a script that could never be spent: it, or data that it pushes, is too long."""
    limits = chain.newest.limits
    most = {Wrap.P2SH: limits.element_size, Wrap.P2TR: UNLIMITED}.get(wrap, limits.script_size)
    if len(script) > most:
        raise ArgumentError("wrap", f"a script of at most {most} bytes for {wrap}", counted(len(script), "byte"))
    longest = max((len(each.data or b"") for each in instructions(script)), default=0)
    if longest > limits.element_size:
        expected = f"a script that pushes at most {limits.element_size} bytes at once on {chain}"
        raise ArgumentError("wrap", expected, f"a push of {counted(longest, 'byte')}")


def _bare(script: bytes) -> Wrapped:
    return Wrapped(script, script, SignatureVersion.LEGACY)


def _p2sh(script: bytes) -> Wrapped:
    return Wrapped(p2sh_script(hash160(script)), script, SignatureVersion.LEGACY, redeem=script)


def _p2wsh(script: bytes) -> Wrapped:
    return Wrapped(witness_script(0, sha256(script)), script, SignatureVersion.SEGWIT_V0, witness_end=(script,))


def _p2sh_p2wsh(script: bytes) -> Wrapped:
    inner = _p2wsh(script)
    return inner._replace(locking_script=p2sh_script(hash160(inner.locking_script)), redeem=inner.locking_script)


def _p2tr(contract: ContractScript, internal_key: bytes | None) -> Wrapped:
    script = contract.tapscript()
    if fault := tapscript_fault(script, contract.chain):
        raise ArgumentError("wrap", "a contract that is safe as a tapscript for p2tr", fault)
    try:
        output = TaprootOutput(script, UNSPENDABLE_KEY if internal_key is None else internal_key)
    except KeyFormatError as error:
        raise ArgumentError("internal_key", "the x of a point, 32 bytes (key.x_only)", str(error)) from None
    end = (script, output.control_block)
    return Wrapped(output.locking_script, script, SignatureVersion.TAPROOT, witness_end=end)


_MAKERS: Final[Mapping[Wrap, Callable[[bytes], Wrapped]]] = MappingProxyType(
    {Wrap.BARE: _bare, Wrap.P2SH: _p2sh, Wrap.P2WSH: _p2wsh, Wrap.P2SH_P2WSH: _p2sh_p2wsh}
)
_NEEDS: Final[Mapping[Wrap, tuple[Callable[[Chain], bool], str]]] = MappingProxyType(
    {
        Wrap.BARE: (lambda _: True, ""),
        Wrap.P2SH: (lambda chain: chain.newest.p2sh, "P2SH"),
        Wrap.P2WSH: (lambda chain: chain.has_witness, "witnesses"),
        Wrap.P2SH_P2WSH: (lambda chain: chain.has_witness and chain.newest.p2sh, "witnesses"),
        Wrap.P2TR: (lambda chain: chain.has_taproot, "taproot"),
    }
)
"""Condition on the chain for each form, and its name for a message about a chain that lacks it."""
