"""Opening: an offer costs no row, a channel is kept once its funding is mined, and no other funding counts."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.messages.kinds import Accept, Open
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.service.connection.frames import Code, Enquire, Fault, Offered, OpenWith, to_bytes
from penstock.service.provider.limits import Rate
from penstock.tx.transaction import OutPoint
from tests.support.provider.shop import UNLIMITED, Running, selling
from tests.support.provider.viewer import watching


def code_of(frame: object) -> Code:
    assert isinstance(frame, Fault), frame
    return Code(frame.code)


def rows(shop: Running) -> int:
    return len(shop.provider.store.channels())


def commits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "payee.db")) as connection:
        (found,) = connection.execute("select commits from store").fetchone()
    return int(found)


def test_offers_and_accepts_write_nothing(tmp_path: Path) -> None:
    """Once a supply of paths is claimed, hundreds of offers cost no commit and no row."""
    with selling(tmp_path, BSV_REGTEST) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        before = commits(tmp_path)
        for _ in range(100):
            viewer.agree()
        assert commits(tmp_path) == before
        assert rows(shop) == 0


def test_no_two_offers_have_the_same_keys(tmp_path: Path) -> None:
    keys: set[bytes] = set()
    ledger = None
    for _ in range(2):  # after a restart too
        with selling(tmp_path, BSV_REGTEST, ledger=ledger) as shop, watching(shop.url, shop.ledger) as viewer:
            for _ in range(20):
                viewer.agree()
                keys.update(key for _, key in viewer.state.terms.payee.named())
            ledger = shop.ledger
    assert len(keys) == 2 * 20 * 4


def test_a_peer_gets_so_many_offers_and_no_more(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, offers=Rate(3, 0))
    with selling(tmp_path, BSV_REGTEST, limits) as shop, watching(shop.url, shop.ledger) as viewer:
        enquire = Enquire(BSV_REGTEST.name, viewer.title.root)
        answers = [viewer.asked(enquire) for _ in range(5)]
        assert [isinstance(each, Offered) for each in answers] == [True] * 3 + [False] * 2
        assert code_of(answers[-1]) is Code.TOO_MANY


def test_another_title_and_another_network_are_refused(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        assert code_of(viewer.asked(Enquire(viewer.facts["network"], bytes(32)))) is Code.UNKNOWN_TITLE
        assert code_of(viewer.asked(Enquire("bsv:mainnet", viewer.title.root))) is Code.TERMS


def test_a_token_of_another_provider_is_refused(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        forged = bytes(reversed(viewer.token))
        assert code_of(viewer.asked(OpenWith(forged, to_bytes(viewer.opened)))) is Code.TERMS
        assert code_of(viewer.asked(OpenWith(b"", to_bytes(viewer.opened)))) is Code.TERMS


def test_numbers_outside_of_the_margins_are_refused(shop: Running) -> None:
    """T too near: he would sell into his own margin. T too far, too little capacity, keys that are his own."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        opened, height = viewer.opened, shop.ledger.height
        margins = shop.provider.selling.margins
        changes: tuple[Open, ...] = (
            replace(opened, expiry=height + margins.least_life - 1),
            replace(opened, expiry=height + margins.longest_life + 1),
            replace(opened, capacity=1),
            replace(opened, keys=tuple(key for _, key in viewer.state.terms.payee.named())),
            replace(opened, offer=bytes(32)),
        )
        for changed in changes:
            assert code_of(viewer.asked(OpenWith(viewer.token, to_bytes(changed)))) is Code.TERMS
        assert isinstance(viewer.asked(OpenWith(viewer.token, to_bytes(opened))), Accept)


def test_a_funding_that_is_not_mined_opens_nothing(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        answer = viewer.asked(OpenWith(viewer.token, to_bytes(viewer.opened), bytes(32), 0))
        assert code_of(answer) is Code.NOT_MINED
        assert rows(shop) == 0


def test_a_mined_transaction_with_another_output_opens_nothing(shop: Running) -> None:
    """The change of the funding, an output that there is not, and the funding of another channel."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        transaction = viewer.fund()
        assert viewer.funding is not None
        real = viewer.funding
        for index in (1 - real.index, 7):
            viewer.funding = OutPoint(transaction.txid, index)
            assert code_of(viewer.name_funding()) is Code.TERMS
        viewer.agree()  # other terms, the old funding
        viewer.funding = real
        assert code_of(viewer.name_funding()) is Code.TERMS
        assert rows(shop) == 0


def test_a_funding_that_is_not_deep_enough_waits(tmp_path: Path) -> None:
    """The channel is kept, and nothing is sold in it; the answer is an Accept once three blocks are there."""
    with (
        selling(tmp_path, BSV_REGTEST, numbers=lambda usual: replace(usual, depth=3)) as shop,
        watching(shop.url, shop.ledger) as viewer,
    ):
        viewer.agree()
        viewer.fund()
        for _ in range(2):
            shop.wait_for_height()
            assert viewer.funding is not None
            frame = OpenWith(viewer.token, to_bytes(viewer.opened), viewer.funding.txid, viewer.funding.index)
            assert code_of(viewer.asked(frame)) is Code.NOT_MINED
            assert shop.provider.store.load(viewer.state.channel, "payee").state.phase is Phase.FUNDING
            shop.ledger.mine()
        shop.wait_for_height()
        assert isinstance(viewer.name_funding(), Accept)
        assert shop.provider.store.load(viewer.state.channel, "payee").state.phase is Phase.OPEN


def test_the_same_funding_again_does_no_harm(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.buy(0)
        for _ in range(3):
            assert isinstance(viewer.name_funding(), Accept)
        viewer.buy(1)
        assert rows(shop) == 1
        assert shop.provider.store.load(viewer.state.channel, "payee").state.newest == 2


def test_a_closed_channel_is_not_opened_again_by_its_funding(shop: Running) -> None:
    """The funding is mined still, and its spend too."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.buy(0)
        viewer.close()
        shop.wait_for(viewer.state.channel, Phase.CLOSED)
        assert isinstance(viewer.name_funding(), Accept)
        assert shop.provider.store.load(viewer.state.channel, "payee").state.phase is Phase.CLOSED


def test_a_refunded_channel_sells_nothing(tmp_path: Path) -> None:
    """She names her funding only after T, when she has taken it back: the provider must not sell on it."""
    with selling(tmp_path, BTC_REGTEST) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        viewer.fund()
        shop.ledger.mine(viewer.state.terms.expiry - shop.ledger.height + 1)
        shop.wait_for_height()
        answer = viewer.name_funding()
        assert code_of(answer) is Code.NOT_MINED
        viewer.attach()
        for _ in range(rows(shop)):
            state = shop.provider.store.load(viewer.state.channel, "payee").state
            assert state.phase is not Phase.OPEN


def test_one_offer_makes_one_channel(shop: Running) -> None:
    """Another Open for the same token would have the same keys of the provider."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        token, height = viewer.token, shop.ledger.height
        with watching(shop.url, shop.ledger) as other:
            other.agree()
            opened = replace(other.opened, offer=viewer.opened.offer)
            assert isinstance(viewer.asked(OpenWith(token, to_bytes(opened))), Accept)  # nothing is kept of it
            terms = replace(viewer.state.terms, payer=other.payer.keys.public, expiry=opened.expiry)
            assert height <= shop.ledger.height
            coin = shop.ledger.fund(funding_output(terms).script, terms.capacity)
            shop.ledger.mine()
            viewer.token, viewer.opened, viewer.funding = token, opened, coin.outpoint
            answer = viewer.name_funding()
            assert code_of(answer) is Code.TERMS
            assert "another channel" in answer.text  # type: ignore[union-attr] # a fault
        assert rows(shop) == 1


def test_an_offer_of_the_time_before_a_restore_is_refused(tmp_path: Path) -> None:
    with selling(tmp_path, BSV_REGTEST) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        viewer.fund()
        shop.provider.store.restrict("a test")
        answer = viewer.name_funding()
        assert code_of(answer) is Code.TERMS
        assert "restored" in answer.text  # type: ignore[union-attr] # a fault
        assert rows(shop) == 0


def test_an_offer_that_is_over_counts_while_its_funding_was_in_time(tmp_path: Path) -> None:
    """She has funded on his Accept; blocks have come faster than she was back."""
    with selling(tmp_path, BSV_REGTEST) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        viewer.fund()
        shop.ledger.mine(200)
        assert isinstance(viewer.name_funding(), Accept)
        viewer.attach()
        viewer.price()
        assert rows(shop) == 1
