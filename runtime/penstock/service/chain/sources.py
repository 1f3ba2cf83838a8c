"""Sources by their addresses: one row for each kind, as `core+http://user:password@127.0.0.1:8332`.

An address begins with the kind of its server, and goes on with an address of http or https.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol, cast

from penstock.channel.safe.agreement.chains import Network
from penstock.errors import hides_frames
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.miners.arc import ArcPublisher
from penstock.service.chain.miners.whats_on_chain import FREE, WhatsOnChainSource
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
class Kind:
    """A kind of server.

    Attributes:
        example: an address.
        with_witness: whether there are such servers of chains with witnesses.
        make: returns the source, or the publisher, at an address of http for a network.
        has_blocks: whether blocks can be asked for; else it publishes alone.
    """

    example: str
    with_witness: bool
    make: Callable[[str, Network], WebPublisher]
    has_blocks: bool = True


def _core(url: str, network: Network) -> WebPublisher:
    return BitcoinCoreSource(url, has_witness=network.rules.chain.has_witness, timeout=_TIMEOUT)


def _esplora(url: str, network: Network) -> WebPublisher:
    return EsploraSource(url, has_witness=network.rules.chain.has_witness, timeout=_TIMEOUT)


def _whats_on_chain(url: str, network: Network) -> WebPublisher:
    return WhatsOnChainSource(url, chain=network.addresses, timeout=_TIMEOUT, per_second=20 if "@" in url else FREE)


def _arc(url: str, _: Network) -> WebPublisher:
    return ArcPublisher(url, timeout=_TIMEOUT)


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "core": Kind("core+http://user:password@127.0.0.1:8332", with_witness=True, make=_core),
        "esplora": Kind("esplora+https://blockstream.info/api", with_witness=True, make=_esplora),
        "woc": Kind("woc+https://api.whatsonchain.com/v1/bsv/main", with_witness=False, make=_whats_on_chain),
        "arc": Kind("arc+https://arc.taal.com", with_witness=False, make=_arc, has_blocks=False),
    }
)
"""All kinds of servers, by the fronts of their addresses."""


def source_of(url: str, network: Network) -> WebSource:
    """Return the source at an address. For a list, which may have services that publish alone, use `servers_of`.

    Args:
        url: the address, with the kind of its server in front.
        network: the network that it is asked about.

    Raises:
        SourceError: an unknown kind, one that is not for this network or has no blocks, or an address that is not one
            of http or https.
    """
    kind, made = _made(url, network)
    if not kind.has_blocks:
        raise SourceError(f"{made.name} publishes and has no blocks to ask for: name another source as well")
    return cast("WebSource", made)


def _made(url: str, network: Network) -> tuple[Kind, WebPublisher]:
    front, plus, address = url.partition("+")
    kind = KINDS.get(front)
    if kind is None or not plus:
        examples = ", ".join(each.example for each in KINDS.values())
        raise SourceError(f"the address of a source begins with its kind, as one of these: {examples}")
    if network.rules.chain.has_witness and not kind.with_witness:
        raise SourceError(f"a source of the kind {front!r} is not one of {network.name}")
    return kind, kind.make(address, network)


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of a chain; to be closed.

    Attributes:
        sources: those that blocks are asked of.
        publishers: those that publish alone.
    """

    sources: tuple[WebSource, ...]
    publishers: tuple[WebPublisher, ...] = ()

    def chain(self, network: Network) -> FollowedChain:
        """Return a chain that is followed through them. Each loop needs one of its own."""
        return FollowedChain(network, self.sources, publishers=self.publishers)

    async def close(self) -> None:
        """Close all connections."""
        for each in (*self.sources, *self.publishers):
            await each.close()


def servers_of(urls: Sequence[str], network: Network) -> Servers:
    """Return the servers at addresses.

    Raises:
        SourceError: an address as in `source_of`, or none of a source that has blocks.
    """
    made = [_made(url, network) for url in urls]
    sources = tuple(cast("WebSource", each) for kind, each in made if kind.has_blocks)
    if not sources:
        raise SourceError("no source of blocks is named: one that publishes alone needs another beside it")
    return Servers(sources, tuple(each for kind, each in made if not kind.has_blocks))
