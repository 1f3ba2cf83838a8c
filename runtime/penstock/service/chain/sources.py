"""Sources by their addresses: one row for each kind, as `core+http://user:password@127.0.0.1:8332`.

An address begins with the kind of its server, and goes on with an address of http or https.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from penstock.channel.safe.agreement.chains import Network
from penstock.errors import hides_frames
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.source import ChainSource, TransactionPublisher
from penstock.service.errors import SourceError

__tracebackhide__ = hides_frames

_TIMEOUT: Final = 20.0
"""Seconds for an answer: a server that hangs holds up the others for so long."""


class WebPublisher(TransactionPublisher, Protocol):
    """A service that is asked by HTTP."""

    async def close(self) -> None:
        """Close the connections."""
        ...


class WebSource(ChainSource, WebPublisher, Protocol):
    """A source that is asked by HTTP."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A kind of source.

    Attributes:
        kind: the front of its addresses.
        example: an address.
        make: returns the source at an address of http, for transactions that may have witnesses or have none.
    """

    kind: str
    example: str
    make: Callable[[str, bool], WebSource]


ROWS: Final = (
    SourceRow(
        "core",
        "core+http://user:password@127.0.0.1:8332",
        lambda url, has_witness: BitcoinCoreSource(url, has_witness=has_witness, timeout=_TIMEOUT),
    ),
    SourceRow(
        "esplora",
        "esplora+https://blockstream.info/api",
        lambda url, has_witness: EsploraSource(url, has_witness=has_witness, timeout=_TIMEOUT),
    ),
)
"""All kinds of sources."""


def source_of(url: str, network: Network) -> WebSource:
    """Return the source at an address.

    Args:
        url: the address, with the kind of its server in front.
        network: the network that it is asked about.

    Raises:
        SourceError: an unknown kind, or an address that is not one of http or https.
    """
    kind, plus, address = url.partition("+")
    row = next((each for each in ROWS if each.kind == kind), None)
    if row is None or not plus:
        examples = ", ".join(each.example for each in ROWS)
        raise SourceError(f"the address of a source begins with its kind, as one of these: {examples}")
    return row.make(address, network.rules.chain.has_witness)


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of a chain; to be closed.

    Attributes:
        sources: those that blocks are asked of.
    """

    sources: tuple[WebSource, ...]

    def chain(self, network: Network) -> FollowedChain:
        """Return a chain that is followed through them. Each loop needs one of its own."""
        return FollowedChain(network, self.sources)

    async def close(self) -> None:
        """Close all connections."""
        for each in self.sources:
            await each.close()


def servers_of(urls: Sequence[str], network: Network) -> Servers:
    """Return the servers at addresses. Use this for a whole list.

    Raises:
        SourceError: an address as in `source_of`, or none at all.
    """
    if not urls:
        raise SourceError("no source of the chain is named")
    return Servers(tuple(source_of(url, network) for url in urls))
