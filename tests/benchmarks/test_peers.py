"""Whoever is timed judges rightly: every peer accepts each good spend and refuses each tampered one."""

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks lie in the checkout only")

from benchmarks.orders import order
from benchmarks.peers.all import FLOOR, KEYS_PARSED, OTHERS, PENSTOCK
from benchmarks.peers.peer import Peer
from benchmarks.spends import Form, Trial, one_way, script, two_way

PEERS = (FLOOR, KEYS_PARSED, PENSTOCK, *OTHERS)
IN_WORDS = {Form.FORKID: "forkid", Form.LEGACY: "legacy", Form.TAPSCRIPT: "tapscript"}
WHO_JUDGES_WHAT = [
    pytest.param(peer, form, id=f"{peer.name}-{IN_WORDS[form]}")
    for peer in PEERS
    for form in Form
    if form in peer.forms
]
BUILDERS = [pytest.param(peer, id=peer.name) for peer in PEERS if peer.builder is not None]


def trials(form: Form) -> list[Trial]:
    if form is Form.TAPSCRIPT:
        return [script(form, b"\x76\x75", b"\x51", b"\x00")]
    return [one_way(1, 400, form), two_way(2, form)]


@pytest.mark.parametrize(("peer", "form"), WHO_JUDGES_WHAT)
def test_a_good_spend_is_accepted(peer: Peer, form: Form) -> None:
    for trial in trials(form):
        assert peer.parsed(trial.good)()
        assert peer.raw(trial.good)()


@pytest.mark.parametrize(("peer", "form"), WHO_JUDGES_WHAT)
def test_every_tampered_spend_is_refused(peer: Peer, form: Form) -> None:
    for trial in trials(form):
        assert trial.tampered
        for spend in trial.tampered:
            assert not peer.parsed(spend)()
            assert not peer.raw(spend)()


@pytest.mark.parametrize(("peer", "form"), WHO_JUDGES_WHAT)
def test_a_judge_may_be_asked_again(peer: Peer, form: Form) -> None:
    for trial in trials(form):
        judge = peer.parsed(trial.good)
        assert [judge() for _ in range(3)] == [True] * 3


def test_tampering_changes_one_thing_each_time() -> None:
    one, two = trials(Form.FORKID)
    assert len({(spend.unlocking, spend.transaction) for spend in (one.good, *one.tampered)}) == 4  # chunk, bob, amount
    assert len({(spend.unlocking, spend.transaction) for spend in (two.good, *two.tampered)}) == 4  # alice, bob, amount


@pytest.mark.parametrize("peer", BUILDERS)
def test_what_is_built_is_what_was_ordered(peer: Peer) -> None:
    asked = order(1, Form.FORKID if Form.FORKID in peer.forms else Form.LEGACY)
    assert peer.builder is not None
    raw = peer.builder(asked)()
    assert asked.filled_by(raw)
    assert not order(2, asked.form).filled_by(raw)
    assert not any(asked.filled_by(other) for other in asked.tampered(raw))
