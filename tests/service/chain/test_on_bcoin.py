"""A real node as a source: npm's bcoin, by the calls that it shares with Bitcoin Core."""

import asyncio
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.script.chains import BTC
from penstock.script.hashes import hash160
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.errors import SourceError
from penstock.testing import key
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.engines.bcoin_node import ACTIVE_FROM, PASSWORD, running

pytestmark = pytest.mark.long

MINER = key("miner").private
SCRIPT = b"\x00\x14" + hash160(MINER.public_key)
SUBSIDY = 50 * 100_000_000


def paying(coin: OutPoint, value: int) -> Transaction:
    bare = Transaction(2, (TxIn(coin, b"", 0xFFFFFFFD),), (TxOut(value, SCRIPT),))
    code = p2pkh_script(hash160(MINER.public_key))
    signature = sign(bare, 0, code, SUBSIDY, MINER, "ALL", BTC, SignatureVersion.SEGWIT_V0)
    return bare.with_witness(0, (signature, MINER.public_key))


def test_a_real_node_is_followed(tmp_path: Path) -> None:
    with running(tmp_path) as node, asyncio.Runner() as runner:
        address = node.address(SCRIPT)
        first = node.mine(ACTIVE_FROM, address)[0]
        coin = OutPoint(bytes.fromhex(first["tx"][0])[::-1], 0)
        source = BitcoinCoreSource(f"http://x:{PASSWORD}@127.0.0.1:{node.port}")
        chain = FollowedChain(BTC_REGTEST, [source], since=0)
        look = runner.run(chain.look())
        assert (look.height, look.faults) == (ACTIVE_FROM, ())
        spend = paying(coin, SUBSIDY - 1_000)
        assert runner.run(chain.publish(spend)) == ()
        assert runner.run(chain.find(spend.txid, 0)) is None, "it waits in the pool"
        node.mine(1, address)
        runner.run(chain.look())
        mined = runner.run(chain.spend(coin, ACTIVE_FROM - 10))
        assert mined is not None
        assert (mined.transaction, mined.height) == (spend, ACTIVE_FROM + 1)
        assert runner.run(chain.find(spend.txid, ACTIVE_FROM - 10)) == mined
        wrong = BitcoinCoreSource(f"http://x:wrong@127.0.0.1:{node.port}")
        with pytest.raises(SourceError, match="user and password"):
            runner.run(wrong.height())
        double = paying(coin, SUBSIDY - 2_000)
        assert runner.run(chain.publish(double)) == (), "it answers with the id of one that it refuses"
        node.mine(1, address)
        runner.run(chain.look())
        spends = runner.run(chain.spend(coin, ACTIVE_FROM - 10))
        assert spends is not None
        assert spends.transaction == spend, "so only a block counts"
        node.undo(1)
        node.mine(3, address)
        look = runner.run(chain.look())
        assert (look.height, look.faults) == (ACTIVE_FROM + 4, ())
        runner.run(wrong.close())
        runner.run(source.close())
