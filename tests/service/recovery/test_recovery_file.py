"""Recovery files: with the seed they give channels back, and with another, or if they have changed, nothing."""

from dataclasses import replace
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Received
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import key_script
from penstock.service.errors import DamagedError, LostRaceError, SeedError, UnknownVersionError
from penstock.service.recovery.recovery_file import read_recovery_file, recovery_file, restore
from penstock.service.seed.wallet import Wallet
from penstock.service.store.encoding import ciphertext_of
from penstock.service.store.store import Store
from tests.support.channels.seeded_stage import Seeded, seeded
from tests.support.channels.stored_stage import SIDES

NETWORKS = [BSV_REGTEST, BTC_REGTEST]


@pytest.fixture(params=NETWORKS, ids=lambda network: network.name)
def streamed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    network: Network = request.param
    return seeded(network, tmp_path, monkeypatch)


@pytest.mark.parametrize("role", SIDES)
def test_a_channel_comes_back(streamed: Seeded, role: str, tmp_path: Path) -> None:
    held, wallet = streamed.stage.held(role), streamed.wallets[role]
    file = recovery_file(held, wallet)
    assert held.state.terms.payee.payout not in file
    with Store.open(tmp_path / "new.db", create=True) as store:
        (restored,) = restore(store, wallet, [file])
        assert restored == replace(held, number=1, version=1, close_only=role == "payee")
        assert store.load(held.channel, role) == restored
        assert wallet.keys_of(restored).public in {held.state.terms.payer, held.state.terms.payee}
        assert store.claim(held.state.terms.network.name).device != held.path.device
        with pytest.raises(LostRaceError, match="in the store already"):
            restore(store, wallet, [file])


def test_a_chunk_that_waits_for_its_key_comes_back_with_its_ciphertext(streamed: Seeded, tmp_path: Path) -> None:
    stage, wallet = streamed.stage, streamed.wallets["payer"]
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    file = recovery_file(stage.held("payer"), wallet)
    with Store.open(tmp_path / "new.db", create=True) as store:
        (restored,) = restore(store, wallet, [file])
        assert restored.state == stage.a
        assert ciphertext_of(store.load(stage.a.channel, "payer").state) == stage.movie.ciphertext(3)


def test_a_payer_goes_on_from_the_file_of_the_first_state(streamed: Seeded) -> None:
    """She has lost all since the channel was opened, and gets it back from the payee."""
    stage, wallet = streamed.stage, streamed.wallets["payer"]
    first = replace(stage.held("payer"), state=stage.alice.saved[0])
    file = recovery_file(first, wallet)
    stage.stores.pop("payer").close()
    for each in stage.folder.glob("payer.db*"):
        each.unlink()
    with Store.open(stage.file("payer"), create=True) as store:
        (restored,) = restore(store, wallet, [file])
        assert restored.state.phase is Phase.OPENING
    stage.restart("payer")


def test_she_takes_over_what_she_has_signed(streamed: Seeded) -> None:
    stage, wallet = streamed.stage, streamed.wallets["payer"]
    file = recovery_file(stage.held("payer"), wallet)
    stage.buy(3)
    stage.stores.pop("payer").close()
    for each in stage.folder.glob("payer.db*"):
        each.unlink()
    with Store.open(stage.file("payer"), create=True) as store:
        restore(store, wallet, [file])
    stage.restart("payer")
    assert stage.a.newest == 3
    stage.connect(1)
    stage.run()
    assert stage.on_disk("payer").newest == 4
    stage.buy(4)
    assert stage.b.newest == 5


def test_a_payee_closes_with_what_the_file_has(streamed: Seeded) -> None:
    stage, wallet = streamed.stage, streamed.wallets["payee"]
    file = recovery_file(stage.held("payee"), wallet)
    stage.stores.pop("payee").close()
    for each in stage.folder.glob("payee.db*"):
        each.unlink()
    with Store.open(stage.file("payee"), create=True) as store:
        restore(store, wallet, [file])
        assert store.force_close() == 1
    stage.restart("payee")
    for _ in range(3):
        stage.mine()
        assert stage.publish() == []
    stage.mine()
    assert stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout)) > 0


def test_another_seed_reads_nothing(streamed: Seeded, tmp_path: Path) -> None:
    held = streamed.stage.held("payer")
    with pytest.raises(SeedError, match="has keys of another seed"):
        recovery_file(held, streamed.wallets["payee"])
    file = recovery_file(held, streamed.wallets["payer"])
    with pytest.raises(SeedError, match="a recovery file of another seed"):
        read_recovery_file(file, streamed.wallets["payee"])


def test_a_bad_file_among_several_restores_none(streamed: Seeded, tmp_path: Path) -> None:
    wallet = streamed.wallets["payer"]
    file = recovery_file(streamed.stage.held("payer"), wallet)
    with Store.open(tmp_path / "new.db", create=True) as store:
        with pytest.raises(SeedError):
            restore(store, wallet, [file, file[:-1]])
        assert not store.channels()


WALLET = Wallet(bytes(16))


@given(st.binary(max_size=200), st.booleans())
def test_any_other_bytes(data: bytes, has_front: bool) -> None:
    with pytest.raises(penstock.PenstockError):
        read_recovery_file(b"penstock recovery 1\n" * has_front + data, WALLET)


def encrypted(content: object) -> bytes:
    front = b"penstock recovery 1\n"
    sealed = ChaCha20Poly1305(WALLET.recovery_key).encrypt(bytes(12), cbor2.dumps(content), front)
    return front + bytes(12) + sealed


def test_content_of_another_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streamed = seeded(BSV_REGTEST, tmp_path, monkeypatch)
    plain = ChaCha20Poly1305(WALLET.recovery_key).decrypt(
        (file := recovery_file(streamed.stage.held("payer"), WALLET))[20:32], file[32:], file[:20]
    )
    content = cbor2.loads(plain)
    assert read_recovery_file(encrypted(content), WALLET).channel == streamed.stage.a.channel
    others: list[object] = [None, 5, [], {}, content[:-1], [*content[:-1], 7], ["1", *content[1:]]]
    for wrong in others:
        with pytest.raises(DamagedError, match="not a recovery file of this version"):
            read_recovery_file(encrypted(wrong), WALLET)
    with pytest.raises(UnknownVersionError, match="version 2 of the protocol"):
        read_recovery_file(encrypted([2, *content[1:]]), WALLET)
    with pytest.raises(DamagedError, match="those of another channel"):
        read_recovery_file(encrypted([*content[:5], bytes(32), *content[6:]]), WALLET)
    with pytest.raises(DamagedError):
        read_recovery_file(encrypted([*content[:7], {"items": [b""]}, *content[8:]]), WALLET)
    with pytest.raises(SeedError, match="keys of another seed"):
        read_recovery_file(encrypted([*content[:3], content[3] + 1, *content[4:]]), WALLET)
    for place, number in ((2, -1), (2, 1 << 31), (3, 1 << 31), (0, 1 << 20_000)):
        with pytest.raises(DamagedError, match="not a recovery file of this version"):
            read_recovery_file(encrypted([*content[:place], number, *content[place + 1 :]]), WALLET)
    for members in ({"items": 5}, {"items": [b"", 5]}):
        with pytest.raises(DamagedError, match="not a recovery file of this version"):
            read_recovery_file(encrypted([*content[:7], members, *content[8:]]), WALLET)


@pytest.mark.parametrize("plain", [b"", b"\x89\x01", b"\x9f", b"\xc1\x80", b"\xa1\x80\x01", b"\xff", b"\x81" * 5_000])
def test_content_that_is_not_cbor(plain: bytes) -> None:
    front = b"penstock recovery 1\n"
    sealed = ChaCha20Poly1305(WALLET.recovery_key).encrypt(bytes(12), plain, front)
    with pytest.raises(DamagedError, match="not a recovery file of this version"):
        read_recovery_file(front + bytes(12) + sealed, WALLET)
