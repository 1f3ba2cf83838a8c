"""The seed for trying out: what `penstock serve` has made with it, `penstock watch-chain` finds without being told."""

import json
from pathlib import Path

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.service.media.preparing import Maker
from penstock.service.media.sources import Pieces
from penstock.service.seed.trial_seed import trial_entropy
from penstock.service.seed.wallet import Wallet
from tests.support.chain_servers.trial import trial_at
from tests.support.films import prepared
from tests.support.provider.command import running
from tests.support.provider.remote_ledger import RemoteLedger
from tests.support.provider.viewer import watching


def test_a_watcher_closes_for_a_provider_with_the_same_seed(tmp_path: Path) -> None:
    wallet = Wallet(trial_entropy(tmp_path / "data" / "penstock"))
    (tmp_path / "file.bin").write_bytes(bytes(20_000))
    maker = Maker(wallet.publisher_key, wallet.film_secret)
    prepared(tmp_path / "title", Pieces(tmp_path / "file.bin", 5_000), maker=maker)
    state = tmp_path / "state"
    with trial_at(BSV_REGTEST) as trial:
        source = ("--source", f"esplora+{trial.url}")
        words = (tmp_path / "title", "--listen", "127.0.0.1:0", *source, "--state", state)
        with running("serve", *words, data=tmp_path / "data") as serve:
            with watching(serve.url, RemoteLedger(trial.url)) as viewer:
                viewer.open()
                viewer.buy(0)
            assert serve.end() == 0
        watched = ("--network", "bsv:regtest", *source, "--store", state / "channels.db", "--json")
        with running("watch-chain", *watched, "--side", "payee", data=tmp_path / "data") as watcher:
            told = json.loads(watcher.wait_for('.*"height".*'))
            assert told["left"] == 1
            trial.mine(viewer.state.terms.expiry - trial.height - 20)
            watcher.wait_for('"published"')
            assert "alarm" not in watcher.output
            watcher.end()
