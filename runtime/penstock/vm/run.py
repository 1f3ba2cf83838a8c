"""The state of one run of one script, beside its stack, and the two things that it asks others for."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from penstock.script.consensus import NO_SEPARATOR
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item


class NeedsMeter(Exception):  # noqa: N818  # not an error: the quick driver hands over to the metered one
    """The opcode wants to make something large. Nothing has been changed: run it again, metered."""


class Meter(Protocol):
    """Who keeps count of what a script takes."""

    def reserve(self, size: int) -> None:
        """Agree to an item of `size` bytes, or raise `ScriptError`."""

    def count_keys(self, keys: int) -> None:
        """Count the public keys of a CHECKMULTISIG as opcodes, or raise `ScriptError`."""


class TransactionChecks(Protocol):
    """Who knows the transaction: asked by the opcodes that look at more than the stack."""

    @property
    def memory(self) -> int | None:
        """Bytes that the guard lets the stacks hold; None without a guard."""

    def spend(self, work: int) -> None:
        """Count bytes of work of all scripts that are run for one verdict.

        Raises:
            ScriptError: there has been more than the guard grants.
        """

    @property
    def version_bytes(self) -> bytes:
        """The transaction's version, 4 bytes, little endian."""

    def check_ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes) -> bool:
        """Tell whether a signature, which is not empty and has its hash type behind it, is good for this script code.

        Raises:
            ScriptError: there have been more signatures than the guard grants.
        """

    def check_tapscript(self, signature: bytes, key: bytes, separator: int) -> bool:
        """Tell whether a signature in a tapscript is good (the empty one is not).

        Raises:
            ScriptError: it is neither empty nor good, or there have been more than allowed.
        """

    def lock_time_reached(self, lock_time: int) -> bool:
        """Tell whether the transaction waits for `lock_time` (BIP65)."""

    def sequence_reached(self, sequence: int) -> bool:
        """Tell whether the input waits for `sequence` (BIP112)."""


class Run:
    """What opcodes can reach.

    Attributes:
        script: the script that is run.
        checker: who knows the transaction.
        meter: who keeps count; None on the quick driver.
        alt: the second stack.
        trail: the program's segments that were run, in order.
        separator: the index among the opcodes of the last CODESEPARATOR that was executed.
    """

    __slots__ = ("_code", "_code_start", "_suffix", "alt", "checker", "meter", "script", "separator", "trail")

    def __init__(self, script: bytes, checker: TransactionChecks, suffix: bytes = b"") -> None:
        """Start with empty hands.

        Args:
            script: the script.
            checker: who knows the transaction.
            suffix: what signatures cover beyond the end of the script.
        """
        self.script = script
        self.checker = checker
        self.meter: Meter | None = None
        self.alt: list[Item] = []
        self.trail: list[int] = []
        self.separator = NO_SEPARATOR
        self._code_start = 0
        self._suffix = suffix
        self._code: bytes | None = None if suffix else script

    def code(self) -> bytes:
        """Return the script code: the script from behind the last CODESEPARATOR that was executed.

        It is always the same object.
        """
        if self._code is None:
            self._code = self.script[self._code_start :] + self._suffix
        return self._code

    def separate(self, code_start: int, separator: int) -> None:
        """Let the script code begin at byte `code_start`, behind opcode number `separator`."""
        self._code_start = code_start
        self._code = None
        self.separator = separator

    def reserve(self, size: int) -> None:
        """Ask for room for an item above `Setting.large`, or for a number above `Setting.long_number`.

        Raises:
            NeedsMeter: nobody keeps count yet.
            ScriptError: it is too large.
        """
        if self.meter is None:
            raise NeedsMeter
        self.meter.reserve(size)


Handler: TypeAlias = Callable[[list[Item], Run], None]
"""Does what an opcode does. The driver has made sure that the stack holds what the opcode's row says it takes.

A handler that fails raises `ScriptError` and leaves the stack as it was."""

Decider: TypeAlias = Callable[[list[Item], Run], bool]
"""Says whether a branch is taken. It looks after its own operands."""
