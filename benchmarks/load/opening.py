"""Channels of many viewers: all terms first, then transactions with many fundings each, then the channels.

The faucet of a chain for trying out mines a block for each coin, and channels live for about a thousand blocks. So it
pays one coin, to a key of the viewers, and that one is split.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from benchmarks.load.light import bought_lightly
from benchmarks.load.lines import FrameLine, Line
from benchmarks.serving.viewer import CAPACITY, Goods, Viewer, agreed_viewer
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.script.chains import BSV
from penstock.script.hashes import hash160
from penstock.script.pushes import push
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

_AT_ONCE: Final = 16
"""Channels that are opened at the same time."""
_IN_ONE: Final = 50
"""Fundings of one transaction: the provider asks for it once for each of them."""
_FEE: Final = 100_000
"""Satoshis of a transaction's fee, far above what any chain for trying out asks for."""
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True)
class Buying:
    """A viewer with her line for ciphertexts, which is made shortly before it is used: one that is idle is closed."""

    viewer: Viewer
    peer: str
    lines: list[Line] = field(default_factory=list)

    @property
    def line(self) -> Line:
        """Her line."""
        return self.lines[-1]

    async def bought(self) -> None:
        """Buy a chunk: the first by her machine, which checks and opens it, the others with what a provider sees alone.

        The viewers share the cores with the provider who is measured.
        """
        if self.viewer.bought_count:
            await bought_lightly(self.viewer, self.line)
        else:
            await self.viewer.bought(self.line)


def address_of(number: int) -> str:
    """Return the address of a viewer by her number."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def opened_viewers(url: str, chain: str, count: int, first: int = 0) -> list[Buying]:
    """Open channels with a provider and fund them.

    Args:
        url: the address of the provider.
        chain: the address of the chain for trying out.
        count: the number of viewers.
        first: the number of the first one.
    """
    faucet, asking = await Line.open(chain, "127.0.0.1"), await Line.open(url, address_of(first))
    goods = await Goods.at(asking)
    asking.close()
    height = int(await faucet.get("/blocks/tip/height"))

    async def agreed(number: int) -> Buying:
        peer = address_of(number)
        return Buying(await agreed_viewer(await FrameLine.open(url, peer), goods, height), peer)

    buyings = await _each(agreed, range(first, first + count))
    coins = await _fundings(faucet, [funding_output(each.viewer.state.terms) for each in buyings])

    async def funded(pair: tuple[Buying, OutPoint]) -> None:
        await pair[0].viewer.funded(pair[1])

    await _each(funded, list(zip(buyings, coins, strict=True)))
    faucet.close()
    return buyings


async def with_lines(url: str, buyings: Iterable[Buying]) -> None:
    """Connect viewers for ciphertexts."""

    async def connected(buying: Buying) -> None:
        buying.lines.append(await Line.open(url, buying.peer))

    await _each(connected, buyings)


async def _fundings(faucet: Line, outputs: Sequence[TxOut]) -> list[OutPoint]:
    """Publish transactions with all fundings, and return their outputs once they are mined."""
    key = PrivateKey.generate()
    script = p2pkh_script(hash160(key.public_key))
    parts = [outputs[start : start + _IN_ONE] for start in range(0, len(outputs), _IN_ONE)]
    values = [len(part) * CAPACITY + _FEE for part in parts]
    asked = {"script": script.hex(), "satoshis": sum(values) + _FEE}
    found = json.loads(await faucet.post("/coins", asked))
    coin = OutPoint(bytes.fromhex(found["txid"])[::-1], found["output"])
    split = _signed(coin, asked["satoshis"], [TxOut(value, script) for value in values], key, script)  # type: ignore[arg-type] # a number
    await _publish(faucet, split)
    places: list[OutPoint] = []
    for index, (part, value) in enumerate(zip(parts, values, strict=True)):
        funding = _signed(OutPoint(split.txid, index), value, part, key, script)
        await _publish(faucet, funding)
        places += [OutPoint(funding.txid, place) for place in range(len(part))]
    await faucet.post("/blocks", {"count": 1})
    return places


def _signed(coin: OutPoint, value: int, outputs: Iterable[TxOut], key: PrivateKey, script: bytes) -> Transaction:
    spend = Transaction(1, (TxIn(coin),), tuple(outputs))
    signature = sign(spend, 0, script, value, key, "ALL", BSV, SignatureVersion.LEGACY)
    return spend.with_input_script(0, push(signature) + push(key.public_key))


async def _publish(faucet: Line, transaction: Transaction) -> None:
    answer = await faucet.post("/tx", transaction.serialize().hex())
    assert answer.decode().strip() == transaction.txid_hex, answer


async def _each(work: Callable[[_In], Awaitable[_Out]], values: Iterable[_In]) -> list[_Out]:
    """Do a work for each value, few at the same time."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def done(value: _In) -> _Out:
        async with turn:
            return await work(value)

    return await asyncio.gather(*map(done, values))
