"""Chains on which a channel can be, with every fact in which a channel differs between them, and their networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from penstock.channel.agreement.terms import MAX_CHUNK_SIZE
from penstock.script.chains import BSV, BTC, Chain
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.tx.address import Network as Addresses


@dataclass(frozen=True, slots=True)
class ChannelChain:
    """A chain, for channels.

    Attributes:
        chain: the rules of its scripts.
        funding: the name of the contract in the funding output: that of the bundled source, as the next three.
        paid_key: the contract in a payment, with the hash of a key.
        paid_chunk: the same with the hash of a chunk; None where chunks are too large.
        delayed_change: the contract for the payer's change where nodes let her pin a payment by it; None elsewhere.
        payment_versions: the least and the largest version of the transactions that both sign.
        delayed_change_below: below this version of a payment its change is delayed; from it on nodes bound children.
        refund_version: the version of refunds.
        sequence: the sequence number of inputs that wait for nothing: final on bsv, where a transaction that is not
            may be parked in the nodes' pool and keep others out; one that allows a higher fee on btc.
        largest_chunk: bytes of the largest chunk that a payment may have the hash of; 0 where it is a key.
        least_fee_rate: satoshis per 1,000 bytes that nodes relay.
        usual_fee_rate: satoshis per 1,000 bytes that a provider offers, unless he is told another.
        most_child_size: virtual bytes of a claim of a payment of version 3 that is not mined (BIP431).
    """

    chain: Chain
    funding: str
    paid_key: str
    paid_chunk: str | None
    delayed_change: str | None
    payment_versions: tuple[int, int]
    delayed_change_below: int
    refund_version: int
    sequence: int
    largest_chunk: int
    least_fee_rate: int
    usual_fee_rate: int
    most_child_size: int | None


@dataclass(frozen=True, slots=True)
class Network:
    """A network.

    Attributes:
        name: its name in terms and messages: that of CAIP-2 where there is one.
        rules: the facts of its chain.
        addresses: its kind of addresses.
    """

    name: str
    rules: ChannelChain
    addresses: Addresses

    def __str__(self) -> str:
        return self.name


ON_BSV: Final = ChannelChain(
    chain=BSV,
    funding="channel_funding_bsv",
    paid_key="paid_key_bsv",
    paid_chunk="safe_streaming",
    delayed_change=None,
    payment_versions=(1, 1),  # anyone may change the ids of later ones
    delayed_change_below=0,
    refund_version=1,
    sequence=FINAL_SEQUENCE,
    largest_chunk=MAX_CHUNK_SIZE,
    least_fee_rate=1,
    usual_fee_rate=1,
    most_child_size=None,
)
ON_BTC: Final = ChannelChain(
    chain=BTC,
    funding="channel_funding_btc",
    paid_key="paid_key_btc",
    paid_chunk=None,
    delayed_change="delayed_change",
    payment_versions=(2, 3),
    delayed_change_below=3,
    refund_version=2,  # the least with relative locks (BIP68)
    sequence=FINAL_SEQUENCE - 2,
    largest_chunk=0,
    least_fee_rate=1_000,
    usual_fee_rate=5_000,
    most_child_size=1_000,
)

BTC_MAIN: Final = Network("bip122:000000000019d6689c085ae165831e93", ON_BTC, "main")
BTC_TEST: Final = Network("bip122:000000000933ea01ad0ee984209779ba", ON_BTC, "test")
BTC_REGTEST: Final = Network("bip122:0f9188f13cb7b2c71f2a335e3a4fc328", ON_BTC, "regtest")
BSV_MAIN: Final = Network("bsv:mainnet", ON_BSV, "main")
BSV_TEST: Final = Network("bsv:testnet", ON_BSV, "test")
BSV_REGTEST: Final = Network("bsv:regtest", ON_BSV, "regtest")

NETWORKS: Final[Mapping[str, Network]] = MappingProxyType(
    {each.name: each for each in (BTC_MAIN, BTC_TEST, BTC_REGTEST, BSV_MAIN, BSV_TEST, BSV_REGTEST)}
)
"""All networks by name. Those of btc have the hash of the first block; bsv shares that block, so not it (CAIP-2)."""
