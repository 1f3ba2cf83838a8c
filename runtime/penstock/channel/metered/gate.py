"""Gate of a metered service: a router, a charger. It grants units for passes, and knows the signed manifest alone.

A pass is valid if its leaf is in the manifest, its key has the hash of the leaf, and the leaf is that of a ticket for
this service. No secret, channel or chain is needed; each step is granted once. The state is a value, for the caller to
keep over a restart.
"""

from dataclasses import dataclass, replace

from penstock.channel.agreement.merkle import Proof
from penstock.channel.metered.service import Pass, service_id, ticket
from penstock.channel.metered.tariff import MeteredError, Tariff
from penstock.channel.sealed.manifest import Manifest
from penstock.errors import hides_frames
from penstock.script.hashes import sha256

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class GateState:
    """The state of a gate for one manifest.

    Attributes:
        used: the steps that were granted.
        left: units that are paid for and not used up.
    """

    used: frozenset[int] = frozenset()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one service.

    Attributes:
        name: the name of the service.
        tariff: its tariff, of which the units of a step count.
        manifest: the manifest of its steps, signed by the provider.
        publisher: the provider's x-only key, 32 bytes, which the gate was set up with.

    Raises:
        MeteredError: the manifest is not signed by the provider.
    """

    name: str
    tariff: Tariff
    manifest: Manifest
    publisher: bytes

    def __post_init__(self) -> None:
        if self.manifest.publisher != self.publisher or not self.manifest.is_signed:
            raise MeteredError(f"the manifest of {self.name} is not signed by the provider {self.publisher.hex()}")

    def grant(self, state: GateState, shown: Pass) -> GateState:
        """Return the state with the units of a pass.

        Raises:
            MeteredError: the pass is forged, for another service, or was used before. The state stays as it was.
        """
        leaf = shown.leaf
        if not self.manifest.has(leaf, Proof(leaf.index, self.manifest.chunks, shown.path)):
            raise MeteredError(f"the pass for step {leaf.index} is not in the manifest of {self.name}")
        if sha256(shown.key) != leaf.key:
            raise MeteredError(f"the key of the pass for step {leaf.index} is another one")
        if leaf.plaintext != sha256(ticket(service_id(self.name), leaf.index, self.tariff.step)):
            raise MeteredError(
                f"step {leaf.index} is not one of {self.tariff.counted(self.tariff.step)} of {self.name}"
            )
        if leaf.index in state.used:
            raise MeteredError(f"the pass for step {leaf.index} was used before")
        return GateState(state.used | {leaf.index}, state.left + self.tariff.step)

    def use(self, state: GateState, units: int) -> GateState:
        """Return the state after so many units were used.

        Raises:
            MeteredError: more than is paid for, or a negative number: the gate has to close before.
        """
        if not 0 <= units <= state.left:
            raise MeteredError(f"{self.tariff.counted(units)} cannot be used: {state.left:,} are paid for")
        return replace(state, left=state.left - units)
