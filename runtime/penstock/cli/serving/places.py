"""Options of the commands that run until they are ended: networks by their names, addresses to listen at."""

import socket
from pathlib import Path
from typing import Final

import platformdirs

from penstock.channel.safe.agreement.chains import BTC_MAIN, BTC_REGTEST, BTC_TEST, NETWORKS, Network
from penstock.cli.failure import Failure

_OTHER_NAMES: Final = {"btc:mainnet": BTC_MAIN, "btc:testnet": BTC_TEST, "btc:regtest": BTC_REGTEST}
"""Names of btc's networks that are easier to write than those of CAIP-2."""


def network_named(name: str) -> Network:
    """Return a network by its name.

    Raises:
        Failure: the network is not known.
    """
    found = NETWORKS.get(name) or _OTHER_NAMES.get(name)
    if found is None:
        named = [each.name for each in NETWORKS.values() if each not in _OTHER_NAMES.values()]
        names = [*named, *_OTHER_NAMES]
        raise Failure(f"error: --network: {name!r} is not a network: {', '.join(names)}")
    return found


def host_and_port(text: str, option: str = "--listen") -> tuple[str, int]:
    """Return the parts of an address, as `127.0.0.1:3001` or `[::1]:3001`.

    Args:
        text: the address.
        option: the option that it was given with.

    Raises:
        Failure: it is not one.
    """
    host, _, port = text.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise Failure(f"error: {option}: {text!r} is not an address and a port, as 127.0.0.1:3001")
    return host, int(port)


def url_of(host: str, listening: socket.socket) -> str:
    """Return the address of a server whose socket listens at a host; the port may have been chosen by the system."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"


def data_folder() -> Path:
    """Return the folder in which the commands keep what is not named by an option; it may not be there."""
    return platformdirs.user_data_path("penstock", appauthor=False)
