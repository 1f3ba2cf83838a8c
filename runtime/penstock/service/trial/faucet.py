"""Faucet: the coins of a trial chain, at a key that is known to all. It pays any script that is asked for."""

from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import FIRST_SUBSIDY, Ledger
from penstock.script.consensus import COINBASE_MATURITY
from penstock.script.hashes import hash160, sha256
from penstock.script.pushes import push
from penstock.service.errors import TrialError
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

__tracebackhide__ = hides_frames

BLOCKS: Final = 20
"""Blocks whose rewards the faucet has, at the front of the chain."""
LEAST_HEIGHT: Final = 1 + BLOCKS + COINBASE_MATURITY
"""The height at which a trial chain begins: all of them can be spent, also if a hundred blocks are replaced."""
_KEY: Final = PrivateKey(sha256(b"the faucet of a trial chain"))
_INPUT_SIZE: Final = 149
"""Bytes of an input with a signature of full length."""


def endow(ledger: Ledger, network: Network, first: int) -> None:
    """Mine the first blocks of a chain; the faucet has rewards of them.

    Args:
        ledger: a new ledger.
        network: its network.
        first: seconds from the block at height 0 to the next one.
    """
    ledger.mine(1, seconds=first)
    for _ in range(BLOCKS):
        ledger.mine(1, reward=[TxOut(FIRST_SUBSIDY, _script(network))])
    ledger.mine(LEAST_HEIGHT - ledger.height)


def coins_of(ledger: Ledger, network: Network) -> list[Coin]:
    """Return the coins of the faucet, in the order in which they came: of blocks, then of the pool."""
    script = _script(network)
    rewards = [block.transactions[0] for block in ledger.blocks[2 : BLOCKS + 2]]
    outputs = (
        OutPoint(each.txid, index)
        for each in (*rewards, *ledger.transactions)
        for index, output in enumerate(each.outputs)
        if output.script == script
    )
    return [coin for each in outputs if (coin := ledger.coin(each)) is not None]


def payment_to(coins: list[Coin], script: bytes, satoshis: int, network: Network, rate: FeeRate) -> Transaction:
    """Return a transaction whose first output is the coin that was asked for.

    Args:
        coins: those of the faucet, from `coins_of`.
        script: the locking script.
        satoshis: the value of the coin.
        network: the network.
        rate: the fee rate.

    Raises:
        TrialError: the faucet has not so much.
    """
    taken: list[Coin] = []
    for coin in sorted(coins, key=lambda each: -each.value):
        taken.append(coin)
        fee = rate.fee(len(taken) * _INPUT_SIZE + len(script) + 100)
        change = sum(each.value for each in taken) - satoshis - fee
        if change >= 0:
            return _signed(taken, (TxOut(satoshis, script), TxOut(change, _script(network))), network)
    raise TrialError(f"the faucet has {sum(each.value for each in coins):,} satoshis, and {satoshis:,} are asked for")


def _signed(coins: list[Coin], outputs: tuple[TxOut, ...], network: Network) -> Transaction:
    chain, code = network.rules.chain, p2pkh_script(hash160(_KEY.public_key))
    version = SignatureVersion.SEGWIT_V0 if chain.has_witness else SignatureVersion.LEGACY
    spend = Transaction(network.rules.refund_version, tuple(TxIn(coin.outpoint) for coin in coins), outputs)
    for index, coin in enumerate(coins):
        signature = sign(spend, index, code, coin.value, _KEY, "ALL", chain, version)
        items = (signature, _KEY.public_key)
        if chain.has_witness:
            spend = spend.with_witness(index, items)
        else:
            spend = spend.with_input_script(index, b"".join(push(each) for each in items))
    return spend


def _script(network: Network) -> bytes:
    digest = hash160(_KEY.public_key)
    return witness_script(0, digest) if network.rules.chain.has_witness else p2pkh_script(digest)
