"""`export-watch` of a channel that sells chunks, and `export-fraud`: on real stores, with files that are read again."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.manifest import signed_manifest
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.testing import key
from tests.support.channels.safe_machines import FILM
from tests.support.channels.seeded_stage import PASSPHRASE, Seeded, seeded
from tests.support.channels.stored_stage import StoredStage, streaming
from tests.support.command_line import Run


@pytest.fixture
def sells_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    found = seeded(BSV_REGTEST, tmp_path, monkeypatch, largest_chunk=100)
    found.stage.close()
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", PASSPHRASE)
    (tmp_path / "film").write_bytes(FILM)
    return found


def test_a_claim_that_shows_a_chunk(invoke: Run, sells_chunks: Seeded) -> None:
    command = ("channel", "export-watch", sells_chunks.where("payee"), sells_chunks.front)
    seed = ("--seed", str(sells_chunks.seeds["payee"]))
    shown = invoke(*command, *seed, "--movie", "film")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "claim with the chunk" in shown.stdout
    assert FILM[200:300].hex() in shown.stdout
    assert invoke(*command, *seed, "--movie", "film", "--chunk-size", "100").stdout == shown.stdout
    without = invoke(*command, *seed)
    assert (without.exit_code, without.stdout) == (1, "")
    assert "its claim shows chunk 2 of the movie, and other bytes, or none, were given" in without.stderr
    assert invoke(*command, *seed, "--movie", "film", "--chunk-size", "64").exit_code == 1
    assert invoke(*command, *seed, "--movie", "film", "--chunk-size", "-1").exit_code == 2


def test_a_movie_for_a_channel_in_which_nothing_is_owed(
    invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = seeded(BSV_REGTEST, tmp_path, monkeypatch, chunks=0, largest_chunk=100)
    opened.stage.close()
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", PASSPHRASE)
    (tmp_path / "film").write_bytes(FILM)
    command = ("channel", "export-watch", opened.where("payee"), opened.front, "--movie", "film")
    told = invoke(*command, "--seed", str(opened.seeds["payee"]))
    assert (told.exit_code, "nothing was sold in it" in told.stderr) == (1, True)


# Frauds ---------------------------------------------------------------------------------------------------------------


def lying(movie: SealedMovie) -> SealedMovie:
    """The movie of a publisher who has signed for another plain text of chunk 1 than its key opens."""
    leaves = list(movie.leaves)
    leaves[1] = replace(leaves[1], plaintext=bytes(32))
    manifest, tree = signed_manifest(key("publisher").private, movie.manifest.movie, leaves)
    return replace(movie, leaves=tuple(leaves), manifest=manifest, tree=tree)


def cheated(folder: Path) -> StoredStage:
    """A stage on which the payer has paid for a chunk that is not what was promised."""
    stage = streaming(BSV_REGTEST, folder, 0)
    stage.movie = lying(stage.movie)
    stage.payee = replace(stage.payee, shelf=MovieShelf.of(stage.movie))
    for chunk in (0, 1):
        stage.buy(chunk)
    assert len(stage.accused) == 1
    return stage


def test_the_proof_is_written_and_judged(invoke: Run, tmp_path: Path) -> None:
    stage = cheated(tmp_path)
    stage.close()
    front = stage.a.channel.hex()[:8]
    written = invoke("channel", "export-fraud", str(stage.file("payer")), front, "fraud.cbor")
    movie = stage.movie.manifest.movie.hex()
    assert (written.exit_code, written.stdout) == (0, f"fraud.cbor: chunk 1 of movie {movie}\n")
    assert FraudProof.from_bytes((tmp_path / "fraud.cbor").read_bytes()) == stage.accused[0].proof
    judged = invoke("channel", "check-fraud", "fraud.cbor")
    assert judged.exit_code == 0
    assert judged.stdout.startswith(
        "fraud: chunk 1 opens to other bytes than those that its publisher has signed for\n"
    )
    again = invoke("channel", "export-fraud", str(stage.file("payer")), front, "fraud.cbor")
    assert (again.exit_code, again.stderr) == (2, "error: fraud.cbor is there already: it is not written over\n")


def test_there_is_none_in_an_honest_channel_or_once_it_was_taken(invoke: Run, tmp_path: Path) -> None:
    stage = cheated(tmp_path)
    stage.drivers["payer"].took(stage.a.channel, stage.accused[0])
    stage.mine()
    stage.tell_payer(Finish())
    stage.close()
    front = stage.a.channel.hex()[:8]
    told = invoke("channel", "export-fraud", str(stage.file("payer")), front, "fraud.cbor")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.endswith("has met no fraud, or its proof was taken already\n")
    assert not (tmp_path / "fraud.cbor").exists()
    strange = invoke("channel", "export-fraud", str(stage.file("payee")), front, "fraud.cbor")
    assert strange.exit_code == 2
