"""Seed of the commands that sell and watch: the one that is named, or one for trying out."""

from pathlib import Path

from penstock.channel.safe.agreement.chains import Network
from penstock.cli.channels.options import passphrase
from penstock.cli.serving.places import data_folder
from penstock.service.seed.seed_file import read_seed
from penstock.service.seed.trial_seed import check_for_trials, trial_entropy


def entropy_of(seed: Path | None, passphrase_file: Path | None, network: Network | None) -> bytes:
    """Return the entropy of a seed.

    Args:
        seed: its file; None for the seed for trying out, which is made if it is not there.
        passphrase_file: the file with its passphrase; None for that of the environment, or the one that is typed.
        network: the network that it is used on; None if it is used on none.

    Raises:
        SeedError: the file is not that of a seed, the passphrase is another, or coins of the network have a value.
        OSError: a file cannot be read or written.
    """
    if seed is not None:
        return read_seed(seed, passphrase(passphrase_file))
    if network is not None:
        check_for_trials(network)
    return trial_entropy(data_folder())
