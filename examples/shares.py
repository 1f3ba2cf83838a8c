"""A register of shares that lives on the chain: issued, passed on, and what is refused on the way.

python examples/shares.py

Each step is a transaction that spends the last one's first output, and hands the contract on with a changed register.
The contract holds hashes; the registrar and the holders keep what is behind them, here in one `HashedMap`.
"""

from dataclasses import dataclass, replace

import penstock
from penstock import PREIMAGE, HashedMap, OutPoint, PrivateKey, Spend
from penstock.contract.contract import Contract
from penstock.script.hashes import hash160

REGISTRAR, ALICE, BOB = (PrivateKey.generate() for _ in range(3))
NAMES = {hash160(key.public_key): name for name, key in (("Alice", ALICE), ("Bob", BOB))}
DEPOSIT = 1000
OWN_OUTPUT = "SINGLE|ANYONECANPAY"
"""What signatures cover, as the contract asks for it of the preimage: others may add what pays the fee."""


@dataclass(frozen=True, slots=True)
class Coin:
    """The output that the register lies in: the contract in its state, the shares issued so far, and where it is."""

    contract: Contract
    issued: int = 0
    outpoint: OutPoint | None = None

    def handed_on(self, holdings: HashedMap[bytes, int], issued: int) -> Spend:
        """Return the spend that hands the contract on with this register, to be signed and called."""
        following = self.contract.with_state(register=holdings, issued=issued)
        return Spend(self.contract, DEPOSIT, [(DEPOSIT, following.locking_script)], outpoint=self.outpoint)


def main() -> None:
    """Walk through the life of a register."""
    artifact = penstock.compile_file(penstock.bundled("shares"))
    holdings: HashedMap[bytes, int] = HashedMap()
    coin = Coin(artifact.instantiate(REGISTRAR.public_key, limit=100, term=900_000, register=holdings, issued=0))
    print(f"shares.scrypt: {len(coin.contract.code):,} bytes of code; nothing is issued yet")
    coin = issue(coin, holdings, ALICE, 60)
    coin = issue(coin, holdings, BOB, 30)
    coin = transfer(coin, holdings, ALICE, BOB, 60)
    refuse(coin, holdings)


def issue(coin: Coin, holdings: HashedMap[bytes, int], to: PrivateKey, number: int) -> Coin:
    """The registrar issues shares."""
    given = change(holdings, to, number)
    issued = coin.issued + number
    spend = coin.handed_on(holdings, issued)
    return settle(spend, issued, "issue", given, number, spend.sign(REGISTRAR, OWN_OUTPUT), PREIMAGE)


def transfer(coin: Coin, holdings: HashedMap[bytes, int], giver: PrivateKey, taker: PrivateKey, number: int) -> Coin:
    """A holder passes shares on."""
    giving = change(holdings, giver, -number)
    taking = change(holdings, taker, number)
    spend = coin.handed_on(holdings, coin.issued)
    signature = spend.sign(giver, OWN_OUTPUT)
    return settle(spend, coin.issued, "transfer", giving, taking, number, giver.public_key, signature, PREIMAGE)


def change(holdings: HashedMap[bytes, int], whose: PrivateKey, number: int) -> dict[str, object]:
    """Change what somebody holds; return the contract's `Holding`: what stood in the register before, and where."""
    holder = hash160(whose.public_key)
    before = {"holder": holdings.item(holder), "shares": holdings.get(holder, 0)}
    holdings[holder] = holdings.get(holder, 0) + number
    if not holdings[holder]:
        del holdings[holder]
    return before


def settle(spend: Spend, issued: int, function: str, *args: object) -> Coin:
    """Judge the call, and find the contract again in the transaction that it makes."""
    call = spend.call(function, *args)
    verdict = spend.judge(call)
    if not verdict:
        raise SystemExit(verdict.explain())
    following = spend.following(call)
    size, state = spend.transaction(call).size(), len(following.contract.data or b"")
    print(f"{function}: a transaction of {size:,} bytes; issued {issued}, register of {state} bytes")
    return Coin(following.contract, issued, following.outpoint)


def refuse(coin: Coin, holdings: HashedMap[bytes, int]) -> None:
    """Try what does not work, and show who said no."""
    print("holders:", ", ".join(f"{NAMES[holder]} {number}" for holder, number in holdings.items()))
    given = change(holdings, ALICE, 20)
    spend = coin.handed_on(holdings, 110)
    told = spend.verify("issue", given, 20, spend.sign(REGISTRAR, OWN_OUTPUT), PREIMAGE)
    print(f"20 more than there may be: {told.error} at {told.source_line}")
    spend = coin.handed_on(holdings, 100)
    told = spend.verify("issue", given, 10, spend.sign(REGISTRAR, OWN_OUTPUT), PREIMAGE)
    print(f"10 issued, and 20 written down: {told.error} at {told.source_line}")
    richer = replace(spend, value=2 * DEPOSIT)
    told = spend.verify("issue", given, 10, spend.sign(REGISTRAR, OWN_OUTPUT), richer.preimage(OWN_OUTPUT))
    print(f"a preimage with another value in it: {told.error} at {told.source_line}")


if __name__ == "__main__":
    main()
