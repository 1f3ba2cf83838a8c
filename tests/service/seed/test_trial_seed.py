"""The seed for trying out: made once, for its owner alone, refused where coins have a value."""

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.service.errors import SeedError
from penstock.service.seed.trial_seed import FILE, check_for_trials, is_for_trials, trial_entropy


def test_it_is_made_once_and_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    made = trial_entropy(folder)
    assert len(made) == 32
    assert trial_entropy(folder) == made
    assert trial_entropy(tmp_path / "other") != made
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_processes_that_start_together_have_one_seed(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        assert len(set(processes.map(trial_entropy, [tmp_path] * 6))) == 1


@pytest.mark.parametrize("content", ["", "00", "not hex", "00" * 31, "00" * 33])
def test_another_file_is_refused_and_stays(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(SeedError, match="not the file of a seed"):
        trial_entropy(tmp_path)
    assert (tmp_path / FILE).read_text() == content


@pytest.mark.parametrize("network", NETWORKS.values(), ids=str)
def test_it_is_for_networks_of_tests_alone(network: Network) -> None:
    if network.addresses == "regtest":
        check_for_trials(network)
        assert is_for_trials(network)
    else:
        with pytest.raises(SeedError, match="new-seed"):
            check_for_trials(network)
