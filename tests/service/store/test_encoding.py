"""States as rows: the same state comes back from any state, and nothing from bytes that have changed."""

from dataclasses import fields, replace
from typing import Any, get_args

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import penstock
from penstock.channel.agreement.merkle import Proof
from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, NETWORKS, Network
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Quote
from penstock.channel.safe.protocol.append_only import AppendOnly
from penstock.channel.safe.protocol.prices import Prices
from penstock.channel.safe.protocol.states import Mined, Paid, PayeeState, PayerState, Settling, Wanted
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.channel.sealed.opening import Offered
from penstock.script.hashes import sha256
from penstock.service.errors import DamagedError, UnknownVersionError
from penstock.service.store import encoding
from penstock.service.store.encoding import (
    ChannelState,
    Record,
    decode,
    encode,
    head_of,
    role_of,
    terms_from_bytes,
    terms_to_bytes,
)
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_machines import Stage

TERMS = {network: Stage(network).a.terms for network in (BSV_REGTEST, BTC_REGTEST)}
st.register_type_strategy(ChannelTerms, st.sampled_from(list(TERMS.values())))
st.register_type_strategy(Network, st.sampled_from(list(NETWORKS.values())))
st.register_type_strategy(
    State, st.builds(State, st.integers(1, 1 << 32), st.integers(), st.binary(min_size=32, max_size=32))
)
st.register_type_strategy(
    AppendOnly, lambda hint: st.lists(st.from_type(get_args(hint)[0]), max_size=5).map(AppendOnly)
)
for kind in (Leaf, Manifest, Mined, Offered, OutPoint, Paid, Prices, Proof, Quote, Settling, Wanted):
    names = getattr(kind, "_fields", None) or [each.name for each in fields(kind) if each.init]  # type: ignore[arg-type] # or a tuple
    st.register_type_strategy(kind, st.builds(kind, **dict.fromkeys(names, ...)))
st.register_type_strategy(
    Offered,
    st.builds(
        lambda leaf, ciphertext: Offered(replace(leaf, ciphertext=sha256(ciphertext)), ciphertext),
        st.from_type(Leaf),
        st.binary(),
    ),
)


def any_state(kind: type[ChannelState]) -> st.SearchStrategy[Any]:
    """States with any values in all of their fields, also in those that are added later."""
    inferred: dict[str, Any] = {each.name: ... for each in fields(kind)}
    return st.builds(kind, **inferred | {"channel": st.binary(min_size=32, max_size=32)})


ANY = st.one_of(any_state(PayerState), any_state(PayeeState))


def read(state: ChannelState, record: Record) -> ChannelState:
    return decode(role_of(state), state.terms, state.channel, record)


@given(ANY)
def test_a_state_comes_back(state: ChannelState) -> None:
    record = encode(state)
    assert read(state, record) == state
    assert encode(read(state, record)) == record


@given(ANY)
def test_it_is_canonical(state: ChannelState) -> None:
    record = encode(state)
    for content in (record.head, *(row for rows in record.members.values() for row in rows)):
        assert cbor2.dumps(cbor2.loads(content[:-8]), canonical=True) == content[:-8]
    assert cbor2.dumps(cbor2.loads(terms_to_bytes(state.terms)), canonical=True) == terms_to_bytes(state.terms)


@given(ANY)
def test_a_state_of_the_version_before_comes_back(state: ChannelState) -> None:
    """It has the ciphertext in its head, as recovery files may."""
    before = Record(head_of(state, version=1), encode(state).members)
    assert read(state, before) == state


@given(any_state(PayerState).filter(lambda state: bool(encode(state).ciphertext)))
def test_another_ciphertext_is_refused(state: PayerState) -> None:
    record = encode(state)
    assert record.ciphertext not in record.head[:-8] or len(record.ciphertext) < 40
    for other in (b"", record.ciphertext + b"x", record.ciphertext[:-1]):
        with pytest.raises(DamagedError, match=state.channel.hex()):
            read(state, replace(record, ciphertext=other))


@given(ANY, st.data())
def test_rows_that_have_changed_are_refused(state: ChannelState, data: st.DataObject) -> None:
    record = encode(state)
    place = data.draw(st.integers(0, len(record.head) - 1))
    changed = bytearray(record.head)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError, match=state.channel.hex()):
        read(state, replace(record, head=bytes(changed)))
    for field, rows in record.members.items():
        if rows:
            with pytest.raises(DamagedError):
                read(state, replace(record, members=record.members | {field: rows[:-1]}))
            with pytest.raises(DamagedError):
                read(
                    state, replace(record, members=record.members | {field: (*rows[:-1], rows[-1][:-1] + b"\x00\x01")})
                )
            if rows[0] != rows[-1]:
                with pytest.raises(DamagedError):
                    read(state, replace(record, members=record.members | {field: (*rows[:-1], rows[0])}))


@given(st.binary(max_size=64))
@example(b"\xa1\x01\x02")  # a map with a number for a key
def test_any_bytes_are_no_state(data: bytes) -> None:
    with pytest.raises(penstock.PenstockError):
        decode("payee", TERMS[BSV_REGTEST], bytes(32), Record(data, {}))
    with pytest.raises(penstock.PenstockError):
        terms_from_bytes(data)


def sealed(state: ChannelState, content: object) -> Record:
    """A record of any content, with the right hash."""
    raw = cbor2.dumps(content, canonical=True)
    return Record(raw + encoding._check(state.channel, role_of(state), "", raw), {})


def content_of(state: ChannelState) -> list[Any]:
    content = cbor2.loads(encode(state).head[:-8])
    assert isinstance(content, list)
    return content


@pytest.fixture(params=TERMS, ids=lambda network: network.name)
def stage(request: pytest.FixtureRequest) -> Stage:
    return Stage(request.param)


def test_content_of_another_form_is_refused_also_with_the_right_hash(stage: Stage) -> None:
    state = stage.b
    _, values, counts = content_of(state)
    for version in (1, 2):
        assert read(state, sealed(state, [version, values, counts])) == state
    wrong: list[object] = [
        None,
        [],
        [2, values],
        [2, [], counts],
        [2, values | {"more": 1}, counts],
        [2, values | {"terms": 1}, counts],
        [2, values | {"height": "100"}, counts],
        [2, values | {"height": True}, counts],
        [2, values | {"phase": "SLEEPING"}, counts],
        [2, values | {"shown": False}, counts],  # the default is left out
        [2, values | {"funding": [bytes(32), 0, 0]}, counts],
        [2, values, {"items": 1}],
        [2, {}, counts],
        [1, values | {"shown": False}, counts],
        [1 << 20_000, values, counts],  # Python refuses to write out such numbers
    ]
    for content in wrong:
        with pytest.raises(DamagedError):
            read(state, sealed(state, content))


@pytest.mark.parametrize("version", [0, 3, 99, "1", True, None])
def test_another_version_is_named(stage: Stage, version: object) -> None:
    _, values, counts = content_of(stage.a)
    with pytest.raises(
        UnknownVersionError, match=rf"of version {version}, and this program knows 2: open the store with"
    ):
        read(stage.a, sealed(stage.a, [version, values, counts]))


def test_a_row_of_another_channel_or_side_is_refused(stage: Stage) -> None:
    record = encode(stage.b)
    for role, channel in (("payee", bytes(32)), ("payer", stage.b.channel)):
        with pytest.raises(DamagedError, match="a row has changed"):
            decode(role, stage.b.terms, channel, record)


def test_a_state_that_breaks_its_own_rules_is_refused(stage: Stage) -> None:
    _, values, counts = content_of(stage.b)
    best = {"state": {"index": 0, "amount": 1, "digest": bytes(32)}, "item": [bytes(32), 0], "signature": b""}
    with pytest.raises(DamagedError):
        read(stage.b, sealed(stage.b, [2, values | {"best": best}, counts]))


def test_terms_come_back_and_others_are_refused(stage: Stage) -> None:
    data = terms_to_bytes(stage.a.terms)
    assert terms_from_bytes(data) == stage.a.terms
    values = cbor2.loads(data)
    for wrong in (values | {"delay": 0}, values | {"network": "moon"}, values | {"more": 1}, list(values)):
        with pytest.raises(DamagedError, match="the terms of a channel are damaged"):
            terms_from_bytes(cbor2.dumps(wrong, canonical=True))
    with pytest.raises(DamagedError, match="not their one form"):
        terms_from_bytes(cbor2.dumps(dict(reversed(values.items()))))


def test_a_field_with_its_default_is_left_out_so_that_one_may_be_added(stage: Stage) -> None:
    """A row from before a field was added is one in which it has its default."""
    _, values, counts = content_of(stage.b)
    different = {each.name for each in fields(PayeeState) if getattr(stage.b, each.name) != each.default}
    assert values.keys() | counts.keys() == different - {"terms", "channel"}
    assert read(stage.b, sealed(stage.b, [2, values | {"shown": True}, counts])) == replace(stage.b, shown=True)


def test_the_size_of_the_head_does_not_grow_with_what_was_bought(stage: Stage) -> None:
    few, many = (
        replace(stage.a, digests=AppendOnly(number.to_bytes(32, "big") for number in range(count)))
        for count in (1, 2_000)
    )
    assert len(head_of(many)) - len(head_of(few)) < 4
    assert len(encode(many).members["digests"]) == 2_000
