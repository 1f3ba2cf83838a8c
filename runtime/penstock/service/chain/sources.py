"""Sources by their addresses: one row for each scheme."""

from collections.abc import Callable, Mapping
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.errors import hides_frames
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.source import ChainSource
from penstock.service.errors import SourceError

__tracebackhide__ = hides_frames

_ROWS: Final[Mapping[str, Callable[[str, bool], ChainSource]]] = {
    "esplora": lambda url, has_witness: EsploraSource(url, has_witness=has_witness),
    "core": lambda url, has_witness: BitcoinCoreSource(url, has_witness=has_witness),
}


def source_of(address: str, network: Network) -> ChainSource:
    """Return the source at an address, as `esplora+https://mempool.space/api`.

    Raises:
        SourceError: it is not the address of a source.
    """
    kind, plus, url = address.partition("+")
    made = _ROWS.get(kind) if plus else None
    if made is None:
        raise SourceError(f"--source: an address begins with one of {', '.join(f'{each}+http' for each in _ROWS)}")
    return made(url, network.rules.chain.has_witness)
