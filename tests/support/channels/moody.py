"""A channel on a trial chain whose payee has a source that does what the test wants."""

from dataclasses import dataclass

from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.errors import NotTakenError, SourceError
from penstock.tx.transaction import OutPoint, Transaction
from tests.support.channels.looped import Looped


@dataclass
class Clock:
    """A clock of the test's."""

    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


class Moody(EsploraSource):
    """A real source that does what the test wants: it fails, refuses, or takes transactions and throws them away."""

    def __init__(self, url: str, *, has_witness: bool = True, timeout: float = 20) -> None:
        super().__init__(url, has_witness=has_witness, timeout=timeout)
        self.is_silent = self.finds_nothing = self.swallows = False
        self.refusal: str | None = None
        self.fault: Exception | None = None
        self.height_fault: Exception | None = None
        self.published: list[Transaction] = []

    async def height(self) -> int:
        if self.height_fault is not None:
            raise self.height_fault
        if self.is_silent:
            raise SourceError(f"{self.name} is silent")
        return await super().height()

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        if self.is_silent or self.finds_nothing:
            raise SourceError(f"{self.name} finds nothing")
        return await super().find(txid, since)

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        if self.fault is not None:
            raise self.fault
        if self.is_silent or self.finds_nothing:
            raise SourceError(f"{self.name} finds nothing")
        return await super().spend(outpoint, since)

    async def publish(self, transaction: Transaction) -> None:
        self.published.append(transaction)
        if self.is_silent:
            raise SourceError(f"{self.name} is silent")
        if self.refusal is not None:
            raise NotTakenError(f"{self.name}: {self.refusal}")
        if not self.swallows:
            await super().publish(transaction)


class MoodyLooped(Looped):
    """A channel whose payee has a moody source."""

    def source(self) -> Moody:
        made = Moody(self.trial.url, has_witness=self.network.rules.chain.has_witness)
        self.moody = made  # that of the payee is made last
        return made
