"""Measures: for each threat a change of the source that takes its measure away. Its tests have to fail then.

A change is a text that stands exactly once in its file, and another in its place. Of a contract the shipped script is
compiled anew.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAYEE = "runtime/penstock/channel/safe/protocol/payee.py"
PAYER = "runtime/penstock/channel/safe/protocol/payer.py"
STATES = "runtime/penstock/channel/safe/protocol/states.py"
RESUMING = "runtime/penstock/channel/safe/protocol/resuming.py"
MARGINS = "runtime/penstock/channel/safe/agreement/margins.py"
PARTIES = "runtime/penstock/channel/safe/agreement/parties.py"
RANGES = "runtime/penstock/channel/safe/agreement/ranges.py"
TRANSACTIONS = "runtime/penstock/channel/safe/transactions"
SIGNATURES = f"{TRANSACTIONS}/signatures.py"
PAYMENT = f"{TRANSACTIONS}/payment.py"
REFUNDS = f"{TRANSACTIONS}/refunds.py"
CLAIM = f"{TRANSACTIONS}/claim.py"
OPENING = "runtime/penstock/channel/sealed/opening.py"
STORE = "runtime/penstock/service/store"
DRIVER = "runtime/penstock/service/driver/driver.py"
RESERVE = "runtime/penstock/service/driver/reserve.py"
CIPHER = "runtime/penstock/channel/sealed/cipher.py"
CANONICAL = "runtime/penstock/channel/canonical.py"
IN_RANGE = "or not isinstance(number, int) or not least <= number <= most:"


@dataclass(frozen=True, slots=True)
class Removal:
    """A change that takes a measure away.

    Attributes:
        number: the number of the threat.
        file: the file, from the repository's root.
        old: the text that is the measure.
        new: the text without it.
        needs: a program without which the tests are skipped.
        also: another text and its replacement, where two measures keep the threat off.
    """

    number: int
    file: str
    old: str
    new: str = ""
    also: tuple[str, str] | None = None
    needs: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether the tests can run here."""
        return not self.needs or any(Path("/").glob(self.needs))


REMOVALS: Final = (
    Removal(1, PAYEE, "state.confirmations >= self.depth and not state.is_stalled", "not state.is_stalled"),
    Removal(
        2,
        "contracts/channel_funding_btc.scrypt",
        "require(checkSig(payeeSig, this.payee));",
        "require(len(payeeSig) > 0);",
    ),
    Removal(3, PAYEE, "self.margins.must_close(state.terms, state.height)", "False"),
    Removal(4, SIGNATURES, "if hash_type != wanted:", "if False:"),
    Removal(5, PAYEE, "new, message.signature)) is None:", "new, message.signature)) is not ...:"),
    Removal(6, PAYEE, "if (item, message.signature) == (state.best.item, state.best.signature):", "if True:"),
    Removal(
        7,
        PAYEE,
        "if message.state != state.newest:",
        "if False:",
        ("state.terms.payer.funding, message.signature)) is not None:", "b'', message.signature)) is ...:"),
    ),
    Removal(
        8,
        PAYEE,
        "if state.phase is not Phase.OPEN or not self._may_sell(state) or state.funding is None:",
        "if not self._may_sell(state) or state.funding is None:",
    ),
    Removal(9, PAYEE, "if state.ahead not in (None, item):", "if False:"),
    Removal(10, MARGINS, "return terms.expiry - height > self.margin + self.alarm", "return True"),
    Removal(
        11, "contracts/channel_funding_btc.scrypt", "require(checkLockTime(this.expiry));", "require(this.expiry > 0);"
    ),
    Removal(12, RANGES, IN_RANGE, "or not isinstance(number, int):"),
    Removal(13, PARTIES, "if (other := seen.setdefault(key[1:], name)) != name:", "if (other := name) != name:"),
    Removal(14, PAYMENT, "if terms.base < (least := least_base(terms)):", "if (least := 0):"),
    Removal(15, "contracts/delayed_change.scrypt", "require(checkSequence(MINED));", ""),
    Removal(16, PAYEE, "best=best, ahead=None, is_bought=is_bought)", "best=best, ahead=None, is_bought=True)"),
    Removal(17, PAYEE, "if state.phase is Phase.CLOSING and state.best is not None:", "if False:"),
    Removal(18, PAYER, "if state.height + 1 >= payment_refund_from(terms, state.mined.height):", "if False:"),
    Removal(19, PAYER, "state.phase is not Phase.CLOSED and state.height >= terms.expiry:", "False:"),
    Removal(20, RANGES, IN_RANGE, "or not isinstance(number, int):"),
    Removal(21, OPENING, "if sha256(ciphertext) != leaf.ciphertext:", "if False:"),
    Removal(22, OPENING, "if sha256(plaintext) != self.leaf.plaintext:", "if False:"),
    Removal(23, PAYER, "if state.held < state.newest:", "if False:"),
    Removal(24, PAYER, "if leaf.key in state.digests:", "if False:"),
    Removal(25, PAYER, "if message.state <= state.held:", "if False:"),
    Removal(26, PAYER, "if price > wanted.price:", "if False:"),
    Removal(27, RESUMING, "if fault is not None:", "if False:"),
    Removal(28, MARGINS, "if terms.base > self.most_base:", "if False:"),
    Removal(29, PAYMENT, "earned = ((amount, key_script", "earned = ((amount - terms.base, key_script"),
    Removal(30, SIGNATURES, 'HASH_TYPE: Final = "ALL"', 'HASH_TYPE: Final = "NONE"'),
    Removal(31, PAYER, "(*newest, *reversed(state.before))", "newest"),
    Removal(32, f"{TRANSACTIONS}/outputs.py", "default_wrap(contract.artifact.chain)", '"bare"'),
    Removal(
        33, STATES, "Mined(payment_output(transaction),", "Mined(payment_output(transaction)._replace(txid=bytes(32)),"
    ),
    Removal(34, REFUNDS, "terms.expiry, _NOT_FINAL", "terms.expiry - 1, _NOT_FINAL"),
    Removal(35, MARGINS, "return (self.reorganisations + 1) * (self.waiting + 1)", "return self.waiting + 1"),
    Removal(36, MARGINS, "return height < terms.expiry", "return True"),
    Removal(
        37,
        f"{TRANSACTIONS}/claim.py",
        "total = state.amount + sum(coin.value for coin in coins)",
        "total = state.amount",
    ),
    Removal(38, PAYMENT, "if value >= least_output(terms, script) else ()", "if value > 0 else ()"),
    Removal(
        39,
        "contracts/paid_key_open.scrypt",
        "require(hash256(payment) == SigHash.hashOutputs(preimage));",
        "require(len(payment) > 0);",
    ),
    Removal(
        40,
        PAYEE,
        "return state, (Save(), Send(self._key(state, state.best)))  # the same again, once that is sure",
        "return state, ()",
    ),
    Removal(41, PAYEE, "if message.channel != state.channel:", "if False:"),
    Removal(42, CANONICAL, "if cbor2.dumps(values, canonical=True) != data:", "if False:"),
    Removal(43, CIPHER, 'return movie + index.to_bytes(8, "big")', 'return b""'),
    Removal(
        44,
        "runtime/penstock/tx/signatures.py",
        "return backend().sign(secret, digest, extra_entropy)",
        "return backend().sign(secret, digest, extra_entropy or bytes(32))",
    ),
    Removal(45, PAYER, "return signed, (Save(), Send(update))", "return signed, (Send(update),)"),
    Removal(46, PAYER, "if message.state <= state.newest or state.funding is None:", "if True:"),
    Removal(
        47,
        PAYEE,
        "return after, (Save(), Send(self._key(state, best)))",
        "return after, (Send(self._key(state, best)),)",
    ),
    Removal(
        48,
        PAYEE,
        "if message.state <= state.newest or state.funding is None or state.phase is Phase.CLOSED:",
        "if True:",
    ),
    Removal(
        49,
        PAYEE,
        "phase=Phase.CLOSING, settling=settling, ahead=None), (Save(),)",
        "phase=Phase.CLOSING, settling=settling, ahead=None), ()",
    ),
    Removal(
        50,
        PAYEE,
        "return after, (Save(), Send(self._key(state, best)))",
        "return after, (Send(self._key(state, best)),)",
    ),
    Removal(51, f"{STORE}/writing.py", "_write_parcels(connection, fit)", "pass"),
    Removal(52, f"{STORE}/encoding.py", "if check != _check(channel, role, field, content):", "if False:"),
    Removal(53, DRIVER, "if held.close_only:", "if False:"),
    Removal(54, f"{STORE}/writing.py", "if versions.get(each.held.number) != each.held.version", "if False"),
    Removal(
        55,
        f"{STORE}/transactions.py",
        "update(STORE)\n    .where(STORE.c.epoch == ",
        "update(STORE)\n    .where(STORE.c.epoch >= ",
    ),
    Removal(
        56,
        f"{STORE}/transactions.py",
        'self.stop(f"it is not known whether a commit has reached the disk',
        'str(f"it is not known whether a commit has reached the disk',
    ),
    Removal(57, f"{STORE}/writing.py", 'set_={"next": COUNTER.c.next + count}', 'set_={"next": COUNTER.c.next}'),
    Removal(
        58,
        "runtime/penstock/service/recovery/exporting.py",
        "funding_refund(terms, state.funding, rate), keys.funding)",
        "funding_refund(terms, state.funding, rate), keys.claim)",
    ),
    Removal(59, f"{STORE}/writing.py", "if more > 0 and used + more > budget.most:", "if False:"),
    Removal(60, f"{STORE}/transactions.py", "if self._warnings:", "if False:", needs="usr/lib/postgresql/*/bin/initdb"),
    Removal(
        61, PAYEE, "state.confirmations >= self.depth and not state.is_stalled", "state.confirmations >= self.depth"
    ),
    Removal(62, RESERVE, "if not missing:", "if missing is not None:"),
)
"""One removal for each threat."""
