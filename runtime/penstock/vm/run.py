"""State of one run of one script, except its stack, and the two protocols that opcodes call."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from penstock.script.consensus import NO_SEPARATOR
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item


class NeedsMeter(Exception):  # noqa: N818  # not an error: the metered driver takes over
    """The opcode makes a large item. Nothing has been changed: run it again on the metered driver."""


class Meter(Protocol):
    """Counts the resources that a script uses."""

    def reserve(self, size: int) -> None:
        """Allow an item of `size` bytes, or raise `ScriptError`."""

    def count_keys(self, keys: int) -> None:
        """Count the public keys of a CHECKMULTISIG as opcodes, or raise `ScriptError`."""


class TransactionChecks(Protocol):
    """The transaction, for opcodes that depend on more than the stack."""

    @property
    def memory(self) -> int | None:
        """Bytes that the guard allows on the stacks; None without a guard."""

    def spend(self, work: int) -> None:
        """Count bytes of work of all scripts of one verdict.

        Raises:
            ScriptError: the work exceeds the guard's limit.
        """

    @property
    def version_bytes(self) -> bytes:
        """The transaction's version, 4 bytes, little endian."""

    def check_ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes) -> bool:
        """Return whether a signature, not empty and with its hash type as the last byte, is valid for this script code.

        Raises:
            ScriptError: the number of signatures exceeds the guard's limit.
        """

    def check_tapscript(self, signature: bytes, key: bytes, separator: int) -> bool:
        """Return whether a signature in a tapscript is valid (False for the empty one).

        Raises:
            ScriptError: it is neither empty nor valid, or the number of signatures exceeds a limit.
        """

    def lock_time_reached(self, lock_time: int) -> bool:
        """Return whether the transaction satisfies `lock_time` (BIP65)."""

    def sequence_reached(self, sequence: int) -> bool:
        """Return whether the input satisfies `sequence` (BIP112)."""


class Run:
    """The state that opcodes can access.

    Attributes:
        script: the script that is run.
        checker: the checks that need the transaction.
        meter: the counter of resources; None on the quick driver.
        alt: the second stack.
        trail: the program's segments that were run, in order.
        separator: index among the opcodes of the last CODESEPARATOR that was executed.
    """

    __slots__ = ("_code", "_code_start", "_suffix", "alt", "checker", "meter", "script", "separator", "trail")

    def __init__(self, script: bytes, checker: TransactionChecks, suffix: bytes = b"") -> None:
        """Create the state before the first opcode.

        Args:
            script: the script.
            checker: the checks that need the transaction.
            suffix: bytes after the end of the script that signatures cover too.
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
        """Return the script code: the script after the last CODESEPARATOR that was executed.

        Between two CODESEPARATORs it is the same object.
        """
        if self._code is None:
            self._code = self.script[self._code_start :] + self._suffix
        return self._code

    def separate(self, code_start: int, separator: int) -> None:
        """Start the script code at byte `code_start`, after opcode number `separator`."""
        self._code_start = code_start
        self._code = None
        self.separator = separator

    def reserve(self, size: int) -> None:
        """Request room for an item above `Setting.large`, or for a number above `Setting.long_number`.

        Raises:
            NeedsMeter: this is the quick driver, which does not count.
            ScriptError: the item is too large.
        """
        if self.meter is None:
            raise NeedsMeter
        self.meter.reserve(size)


Handler: TypeAlias = Callable[[list[Item], Run], None]
"""Executes an opcode. The driver has checked that the stack has as many items as the opcode's row takes.

A handler that fails raises `ScriptError` and leaves the stack unchanged."""

Decider: TypeAlias = Callable[[list[Item], Run], bool]
"""Decides whether a branch is taken. It checks its own operands."""
