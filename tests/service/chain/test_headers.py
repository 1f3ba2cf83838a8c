"""Headers: those of the real chains, work, the order of blocks, and branches that replace one another."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.safe.agreement.chains import BTC_MAIN, BTC_REGTEST
from penstock.ledger.ledger import Ledger
from penstock.service.chain.headers import Branch, Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from penstock.service.chain.local import LEAST_WORK, LocalSource
from penstock.service.errors import ChainError
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

kernel = pytest.importorskip("tests.support.engines.kernel_chain", reason="py-bitcoinkernel is not installed")

GENESIS_ROOT = bytes.fromhex("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")[::-1]
MAIN = Header(1, bytes(32), GENESIS_ROOT, 1_231_006_505, 0x1D00FFFF, 2_083_236_893)
REGTEST = Header(1, bytes(32), GENESIS_ROOT, 1_296_688_602, 0x207FFFFF, 2)
LIMIT = REGTEST.target


def headers(ledger: Ledger) -> list[Header]:
    return list(asyncio.run(LocalSource(ledger).headers(0, ledger.height + 1)))


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger("btc")
    made.mine(12)
    return made


@pytest.mark.parametrize(("header", "network"), [(MAIN, BTC_MAIN), (REGTEST, BTC_REGTEST)], ids=["main", "regtest"])
def test_the_first_block_gives_the_network_its_name(header: Header, network: object) -> None:
    shown = header.hash[::-1].hex()
    assert str(network) == f"bip122:{shown[:32]}"
    assert header.has_work
    assert Header.from_bytes(header.to_bytes()) == header


def test_work_is_that_of_the_target() -> None:
    assert MAIN.target == 0xFFFF << 208
    assert MAIN.work == 0x1_0001_0001, "as nodes count it"
    assert REGTEST.work == 2


@pytest.mark.parametrize("bits", [0, 0x1D80FFFF, 0xFF7FFFFF, 0x01000000, 0x2300FFFF])
def test_a_target_that_no_block_has(bits: int) -> None:
    header = replace(MAIN, bits=bits)
    assert header.target == 0
    assert not header.has_work


@pytest.mark.parametrize(("bits", "target"), [(0x01120000, 0x12), (0x02123400, 0x1234), (0x03123456, 0x123456)])
def test_small_targets(bits: int, target: int) -> None:
    assert replace(MAIN, bits=bits).target == target


@given(place=st.integers(0, 79), bit=st.integers(0, 7))
def test_no_bit_may_change(place: int, bit: int) -> None:
    raw = bytearray(MAIN.to_bytes())
    raw[place] ^= 1 << bit
    changed = Header.from_bytes(bytes(raw))
    assert changed.to_bytes() == raw
    assert not changed.has_work


@pytest.mark.parametrize("size", [0, 79, 81])
def test_a_header_has_80_bytes(size: int) -> None:
    with pytest.raises(ChainError, match="80 bytes"):
        Header.from_bytes(bytes(size))


def test_a_branch_grows_and_is_cut(ledger: Ledger) -> None:
    all_of_them = headers(ledger)
    branch = Branch(0, (all_of_them[0],), LIMIT).with_headers(1, all_of_them[1:])
    assert (branch.height, branch.at(12), branch.at(13), branch.at(-1)) == (12, all_of_them[12], None, None)
    short = branch.shortened(5)
    assert (short.first, short.height, short.at(8), short.at(7)) == (8, 12, all_of_them[8], None)
    assert branch.shortened(100) == branch


def test_headers_that_do_not_follow_are_refused(ledger: Ledger) -> None:
    known = headers(ledger)
    branch = Branch(3, tuple(known[3:7]), LIMIT)
    for height, new in [(3, known[3:]), (8, known[8:]), (7, []), (7, known[8:]), (7, [known[7], known[9]])]:
        with pytest.raises(ChainError, match="follow"):
            branch.with_headers(height, new)
    assert branch.with_headers(7, known[7:]).height == 12


def test_a_header_needs_work_and_the_work_of_the_network(ledger: Ledger) -> None:
    known = headers(ledger)
    branch = Branch(0, tuple(known[:12]), LIMIT)
    nonce = next(nonce for nonce in range(100) if not replace(known[12], nonce=nonce).has_work)
    with pytest.raises(ChainError, match="work of a block"):
        branch.with_headers(12, [replace(known[12], nonce=nonce)])
    with pytest.raises(ChainError, match="work of a block"):
        Branch(0, tuple(known[:12]), LIMIT - 1).with_headers(12, known[12:])


def test_only_more_work_replaces(ledger: Ledger) -> None:
    branch = Branch(0, tuple(headers(ledger)), LIMIT)
    twin = ledger.fork()
    twin.reorganize(3)
    other = headers(twin)
    with pytest.raises(ChainError, match="no more work"):
        branch.with_headers(10, other[10:13])
    replaced = branch.with_headers(10, other[10:])
    assert (replaced.height, replaced.at(12)) == (13, other[12])


@given(count=st.integers(1, 40), data=st.data())
def test_every_transaction_is_in_its_block_and_no_other(count: int, data: st.DataObject) -> None:
    txids = [number.to_bytes(32, "big") for number in range(count)]
    index = data.draw(st.integers(0, count - 1))
    root = Inclusion.among(txids, 0).root(txids[0])
    place = Inclusion.among(txids, index)
    assert place.root(txids[index]) == root
    assert place.root(bytes([1]) * 32) != root
    for beside in range(len(place.path)):
        hashes = [each if number != beside else bytes([2]) * 32 for number, each in enumerate(place.path)]
        assert replace(place, path=tuple(hashes)).root(txids[index]) != root


def test_a_path_has_a_place_for_its_index() -> None:
    with pytest.raises(ChainError, match="no place"):
        Inclusion(2, (bytes(32),)).root(bytes(32))
    with pytest.raises(ChainError, match="no place"):
        Inclusion(0, (bytes(32),) * 33).root(bytes(32))
    with pytest.raises(ChainError, match="32 bytes"):
        Inclusion(0, (bytes(31),)).root(bytes(32))


def test_a_transaction_as_long_as_a_node_is_refused(ledger: Ledger) -> None:
    """Its 64 bytes could be two hashes of the tree."""
    small = Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), (TxOut(1, b"\x51" * 4),))
    assert small.size(witness=False) == 64
    header = replace(headers(ledger)[1], merkle_root=small.txid)
    branch = Branch(0, (headers(ledger)[0], header), LIMIT)
    with pytest.raises(ChainError, match="as a node"):
        MinedTransaction(small, 1, Inclusion(0, ())).check(branch)


def test_a_transaction_is_in_the_block_that_it_names(ledger: Ledger) -> None:
    branch = Branch(0, tuple(headers(ledger)), LIMIT)
    coinbase = ledger.blocks[5].transactions[0]
    mined = asyncio.run(LocalSource(ledger).find(coinbase.txid, 0))
    assert mined is not None
    assert mined.height == 5
    mined.check(branch)
    with pytest.raises(ChainError, match="is not in block 6"):
        replace(mined, height=6).check(branch)
    with pytest.raises(ChainError, match="not among the headers"):
        replace(mined, height=13).check(branch)


def test_blocks_of_cores_engine_have_these_headers(tmp_path: Path) -> None:
    """Their work and their order are what a real engine takes."""
    chain = kernel.KernelChain(tmp_path)
    chain.mine(3)
    raw = [Header.from_bytes(chain.block(height)[:80]) for height in range(1, 4)]
    branch = Branch(0, (REGTEST,), LIMIT).with_headers(1, raw)
    assert branch.height == 3
    assert all(each.bits == LEAST_WORK for each in raw)


def test_headers_below_the_anchor_are_proved_by_it(ledger: Ledger) -> None:
    all_of = tuple(headers(ledger))
    branch = Branch(8, all_of[8:], LIMIT)
    assert branch.with_lower(3, all_of[3:8]) == Branch(3, all_of[3:], LIMIT)
    assert branch.with_lower(0, all_of[:8]).with_headers(13, _next(ledger)).height == 13


def _next(ledger: Ledger) -> list[Header]:
    ledger.mine()
    return headers(ledger)[-1:]


def test_other_headers_below_the_anchor_are_not_believed(ledger: Ledger) -> None:
    all_of = headers(ledger)
    branch = Branch(8, tuple(all_of[8:]), LIMIT)
    other = ledger.fork()
    other.reorganize(8)
    for first, wrong in (
        (3, headers(other)[3:8]),
        (3, all_of[3:7]),
        (2, all_of[3:8]),
        (8, []),
        (-1, [all_of[0], *all_of[:8]]),
        (3, [*all_of[3:6], replace(all_of[6], time=1), all_of[7]]),
        (3, [replace(all_of[3], bits=0x1D00FFFF), *all_of[4:8]]),
    ):
        with pytest.raises(ChainError):
            branch.with_lower(first, wrong)
