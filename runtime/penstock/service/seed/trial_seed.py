"""Seed for trying out: made once in a folder, without a passphrase. It is for networks whose coins have no value."""

import os
import secrets
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.errors import hides_frames
from penstock.service.errors import SeedError
from penstock.service.seed.words import new_entropy

__tracebackhide__ = hides_frames

FILE: Final = "trial-seed"
"""The name of the file in its folder."""
_FOR_TRIALS: Final = frozenset({BSV_REGTEST.name, BTC_REGTEST.name})
_SIZE: Final = 32


def trial_entropy(folder: Path) -> bytes:
    """Return the entropy of the seed for trying out; it is made if it is not there. Of two at once one makes it.

    Args:
        folder: the folder of the seed; it is made if it is not there, for its owner alone.

    Raises:
        SeedError: the file is not that of a seed for trying out.
        OSError: it cannot be read or written.
    """
    path = folder / FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(path, new_entropy())
    try:
        entropy = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        entropy = b""
    if len(entropy) != _SIZE:
        raise SeedError(f"{path}: not the file of a seed for trying out; move it away, and a new one is made")
    return entropy


def is_for_trials(network: Network) -> bool:
    """Return whether a network's coins have no value, so that a seed without a passphrase may hold them."""
    return network.name in _FOR_TRIALS


def check_for_trials(network: Network) -> None:
    """Check that a seed without a passphrase may be used on a network.

    Raises:
        SeedError: its coins have a value.
    """
    if not is_for_trials(network):
        raise SeedError(
            f"on {network} coins have a value: a seed with a passphrase is needed. "
            "Make it with `penstock channel new-seed FILE`, and name it with --seed FILE"
        )


def _write_new(path: Path, entropy: bytes) -> None:
    """Write the file whole, for its owner alone; leave one that has come in between."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(entropy.hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
