"""Keys of channels below one seed (BIP32): a path for each network, side, device, channel and purpose, all hardened.

    m / 1885695603' / network' / side' / device' / counter' / purpose'

The device is a number by chance that a store has, and the counter is claimed in a transaction before a key is used. So
no key is used twice, neither by two devices with one seed nor after a restore.

A publisher's two keys have their own numbers in the place of the network, and no device: they stay the same.

    m / 1885695603' / 2147483646' / 0'     signs titles and manifests
    m / 1885695603' / 2147483646' / 1'     the secret that the keys of all chunks come from

So has the key of the coins that a payer funds her channels with, one for each network:

    m / 1885695603' / 2147483645' / network'

and the key of the coins that a provider holds back for closes:

    m / 1885695603' / 2147483644' / network'
"""

from collections.abc import Mapping
from typing import Final

from bip32 import BIP32, HARDENED_INDEX

from penstock.channel.safe.agreement.chains import (
    BSV_MAIN,
    BSV_REGTEST,
    BSV_TEST,
    BTC_MAIN,
    BTC_REGTEST,
    BTC_TEST,
)
from penstock.channel.safe.protocol.states import OwnKeys
from penstock.errors import hides_frames
from penstock.script.consensus import INT32_MAX
from penstock.script.hashes import tagged_hash
from penstock.service.errors import SeedError
from penstock.service.seed.words import seed_of
from penstock.service.store.held import Held, KeyPath
from penstock.tx.keys import PrivateKey

__tracebackhide__ = hides_frames

_PURPOSE: Final = int.from_bytes(b"pens", "big")
_NETWORKS: Final[Mapping[str, int]] = {
    network.name: number
    for number, network in enumerate((BTC_MAIN, BTC_TEST, BTC_REGTEST, BSV_MAIN, BSV_TEST, BSV_REGTEST))
}
"""Numbers of the networks in paths; they never change."""
_SIDES: Final[Mapping[str, int]] = {"payer": 0, "payee": 1}
_RECOVERY: Final = INT32_MAX
"""Number in the place of a network, of the key for recovery."""
_PUBLISHING: Final = INT32_MAX - 1
"""Number in the place of a network, of the two keys of a publisher."""
_SIGNING, _FILMS = 0, 1
_PURSE: Final = INT32_MAX - 2
"""Number in the place of a network, of the keys of coins for fundings."""
_RESERVE: Final = INT32_MAX - 3
"""Number in the place of a network, of the keys of coins that a provider holds back for closes."""
_MOST_DEVICES: Final = 64
"""Nodes of devices that are kept."""


class Wallet:
    """The keys below a seed.

    Args:
        entropy: that of the seed's words.
    """

    def __init__(self, entropy: bytes) -> None:
        self._root = BIP32.from_seed(seed_of(entropy))
        self._devices: dict[tuple[int, ...], BIP32] = {}

    def keys(self, network: str, role: str, path: KeyPath) -> OwnKeys:
        """Return the keys of a channel.

        Args:
            network: the name of its network.
            role: the side, `payer` or `payee`.
            path: the device and the counter, as `Store.claim` returns them.
        """
        device = self._device(_NETWORKS[network], _SIDES[role], path.device)
        channel = _below(device, path.counter)
        return OwnKeys(*(PrivateKey(_secret_of(channel, purpose)) for purpose in range(4)))

    def keys_of(self, held: Held) -> OwnKeys:
        """Return the keys of a channel in a store.

        Raises:
            SeedError: the channel has keys of another seed.
        """
        terms = held.state.terms
        keys = self.keys(terms.network.name, held.role, held.path)
        if keys.public != (terms.payer if held.role == "payer" else terms.payee):
            raise SeedError(f"channel {held.channel.hex()} has keys of another seed")
        return keys

    @property
    def recovery_key(self) -> bytes:
        """The key of recovery files, 32 bytes."""
        return tagged_hash("penstock/recovery key/1", self._secret(_RECOVERY))

    @property
    def publisher_key(self) -> PrivateKey:
        """The key that signs titles and manifests."""
        return PrivateKey(self._secret(_PUBLISHING, _SIGNING))

    @property
    def film_secret(self) -> bytes:
        """The secret that the keys of all chunks come from, 32 bytes."""
        return tagged_hash("penstock/film secret/1", self._secret(_PUBLISHING, _FILMS))

    def purse_key(self, network: str) -> PrivateKey:
        """Return the key of the coins that fund a payer's channels on a network."""
        return PrivateKey(self._secret(_PURSE, _NETWORKS[network]))

    def reserve_key(self, network: str) -> PrivateKey:
        """Return the key of the coins that a provider holds back for closes on a network."""
        return PrivateKey(self._secret(_RESERVE, _NETWORKS[network]))

    @property
    def token_secret(self) -> bytes:
        """The secret by which a provider knows his offers again, 32 bytes."""
        return tagged_hash("penstock/provider tokens/1", self._secret(_PUBLISHING, _FILMS))

    def _device(self, *path: int) -> BIP32:
        """Return the node of a device. It is kept: a store has one, and each step of a path costs as much as a key."""
        found = self._devices.get(path)
        if found is None:
            if len(self._devices) >= _MOST_DEVICES:
                self._devices.clear()
            found = self._devices[path] = _below(self._root, _PURPOSE, *path)
        return found

    def _secret(self, *path: int) -> bytes:
        return _secret_of(self._root, _PURPOSE, *path)


def _below(node: BIP32, *path: int) -> BIP32:
    """Return the node at a path of hardened numbers."""
    chain_code, secret = node.get_extended_privkey_from_path([HARDENED_INDEX + number for number in path])
    return BIP32(chain_code, privkey=secret)


def _secret_of(node: BIP32, *path: int) -> bytes:
    return bytes(node.get_privkey_from_path([HARDENED_INDEX + number for number in path]))
