"""Purse: the coins that fund a viewer's channels, at one key of her seed for each network, and the funding transaction.

On a trial chain a coin is asked for. On other networks the user pays in to the purse's address, and the coins are found
through sources of the chain that can tell them. So are those that came back from channels, each at a key of its own.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.funding import funding_transaction
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin, pay_to_key
from penstock.script.hashes import hash160
from penstock.service.chain.source import CoinSource, coins_at
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.errors import FundsError, ProviderError
from penstock.service.viewer.remote.web import Web
from penstock.tx.address import address_of_script, witness_script
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxOut

__tracebackhide__ = hides_frames

_INPUT: Final = 160
"""Bytes of an input and of the rest of a funding transaction, for the fee of a coin that is asked for."""
_MOST_ANSWER: Final = 1_500
_IS_ID: Final = re.compile("[0-9a-f]{64}").fullmatch


@dataclass(frozen=True, slots=True)
class Purse:
    """The purse of one network.

    Attributes:
        network: the network.
        key: the key of its coins.
    """

    network: Network
    key: PrivateKey

    @classmethod
    def of(cls, wallet: Wallet, network: Network) -> "Purse":
        """Return the purse of a seed."""
        return cls(network, wallet.purse_key(network.name))

    @property
    def script(self) -> bytes:
        """The locking script of its coins."""
        key = self.key.public_key
        return witness_script(0, hash160(key)) if self.network.rules.chain.has_witness else pay_to_key(key)

    @property
    def address(self) -> str:
        """Its address, to pay in."""
        return address_of_script(self.script, self.network.addresses) or ""

    async def coins(self, sources: Sequence[object], others: Iterable[bytes] = ()) -> list[Coin]:
        """Return the coins that the sources tell of: all that any of them names.

        Args:
            sources: the sources; those that cannot tell coins are left out.
            others: locking scripts whose coins are meant besides those of the purse.

        Raises:
            FundsError: no source can tell coins.
            SourceError: none of those that can has answered.
        """
        able = [source for source in sources if isinstance(source, CoinSource)]
        if not able:
            raise FundsError("no source of the chain can tell coins", "give one of Esplora, or a node, with --source")
        return await coins_at([self.script, *others], able)

    def funding(
        self, terms: ChannelTerms, coins: Sequence[Coin], keys: Mapping[bytes, PrivateKey] | None = None
    ) -> Transaction:
        """Return the funding transaction of a channel: with as few coins as it takes, the largest first.

        Args:
            terms: the terms.
            coins: the coins.
            keys: the keys of those that are not the purse's, by their scripts.

        Raises:
            FundsError: the coins are not enough.
        """
        ordered = sorted(coins, key=lambda coin: -coin.value)
        for count in range(1, len(ordered) + 1):
            try:
                return funding_transaction(terms, ordered[:count], self.key, keys)
            except ChannelTermsError:
                continue
        needed = terms.capacity + terms.payment_fees.fee(_INPUT * max(1, len(ordered)) + _INPUT)
        raise FundsError(
            f"the wallet has {sum(coin.value for coin in coins):,} satoshis, and the channel takes {needed:,}",
            f"pay in to {self.address}, or choose a smaller --budget",
        )


async def trial_coin(chain: str, purse: Purse, terms: ChannelTerms) -> Coin:
    """Return a coin of a trial chain that pays for a channel.

    Args:
        chain: the address of the trial chain.
        purse: the purse that gets it.
        terms: the terms of the channel.

    Raises:
        ViewerError: the chain does not answer, or not with a coin.
    """
    value = terms.capacity + terms.payment_fees.fee(4 * _INPUT) + 1_000
    web = Web(chain)
    try:
        answer = await web.post("/coins", _MOST_ANSWER, {"script": purse.script.hex(), "satoshis": value})
    finally:
        await web.close()
    return Coin(_outpoint(chain, answer), TxOut(value, purse.script))


def _outpoint(chain: str, answer: bytes) -> OutPoint:
    """Return the output that a trial chain names in its answer."""
    match _value(answer):
        case {"txid": str(txid), "output": int(output)} if _IS_ID(txid) and 0 <= output < 1 << 32:
            return OutPoint(bytes.fromhex(txid)[::-1], output)
        case _:
            raise ProviderError(f"{chain} answers something other than a coin")


def _value(answer: bytes) -> object:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def spent_by(transactions: Sequence[Transaction]) -> frozenset[OutPoint]:
    """Return the outputs that these transactions spend: coins that are taken already."""
    return frozenset(each.outpoint for transaction in transactions for each in transaction.inputs)


def locked(folder: Path) -> FileLock:
    """Return the lock of the purse in a state folder: of two processes one chooses coins at a time."""
    return FileLock(folder / "purse.lock", timeout=60)
