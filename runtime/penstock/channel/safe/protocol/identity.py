"""Identity of a channel: the hash of its terms, in which the network and the version of the protocol stand too."""

from typing import Final

from penstock.channel.canonical import Data, Fields, Number, Several, Text, encoded
from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.parties import PartyKeys
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Offer, Open
from penstock.errors import hides_frames
from penstock.script.hashes import tagged_hash

__tracebackhide__ = hides_frames

_KEYS: Final = Several(Data(33), most=4, least=4)
_NUMBERS: Final = (
    "capacity",
    "base",
    "expiry",
    "delay",
    "payment_version",
    "payment_rate",
    "claim_rate",
    "largest_chunk",
    "protocol",
)
_FIELDS: Final[Fields] = {
    "network": Text(64),
    "payer": _KEYS,
    "payee": _KEYS,
    **{name: Number() for name in _NUMBERS},
}


def channel_id(terms: ChannelTerms) -> bytes:
    """Return the id of a channel, 32 bytes."""
    values: dict[str, object] = {name: getattr(terms, name) for name in _NUMBERS}
    values |= {"network": terms.network.name, "payer": keys_of(terms.payer), "payee": keys_of(terms.payee)}
    return tagged_hash("penstock/channel/1", encoded(_FIELDS, values))


def keys_of(party: PartyKeys) -> tuple[bytes, ...]:
    """Return the keys of a party in the order of the messages."""
    return tuple(key for _, key in party.named())


def is_open_of(opened: Open, terms: ChannelTerms) -> bool:
    """Return whether an Open has the payer's part of these terms."""
    return (opened.keys, opened.capacity, opened.expiry) == (keys_of(terms.payer), terms.capacity, terms.expiry)


def terms_of(offer: Offer, opened: Open) -> ChannelTerms:
    """Return the terms of an offer and of the Open that takes it.

    Raises:
        ChannelTermsError: the network is not known, or a number or key is one that must not be signed for.
    """
    network = NETWORKS.get(offer.network)
    if network is None:
        raise ChannelTermsError("network", offer.network or "empty", f"one of {', '.join(NETWORKS)}")
    return ChannelTerms(
        network=network,
        payer=PartyKeys(*opened.keys),
        payee=PartyKeys(*offer.keys),
        capacity=opened.capacity,
        base=offer.base,
        expiry=opened.expiry,
        delay=offer.delay,
        payment_version=offer.payment_version,
        payment_rate=offer.payment_rate,
        claim_rate=offer.claim_rate,
        largest_chunk=offer.largest_chunk,
        protocol=offer.protocol,
    )
