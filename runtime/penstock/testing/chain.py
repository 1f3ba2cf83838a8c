"""Chain: a ledger for tests, with coins of contracts and keys, and transactions that are signed when they are sent."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from penstock.artifact.artifact import Artifact
from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.wraps import Wrap
from penstock.errors import hides_frames
from penstock.ledger.fees import DEFAULT_FEE_RATE, FeeRate
from penstock.ledger.ledger import BLOCK_SECONDS, Ledger
from penstock.ledger.reasons import Reason, ScriptRefused
from penstock.project.cache import default_cache
from penstock.project.compiling import compile_path
from penstock.project.requests import Compiled
from penstock.script.chains import DEFAULT_CHAIN, chain_named
from penstock.script.chains import Chain as ChainRecord
from penstock.testing.arguments import constructor_arguments
from penstock.testing.checks import check_contract, check_count, check_key, check_rules, check_value, check_wrap
from penstock.testing.coins import ContractCoin, KeyCoin, KeyForm, check_form, key_script
from penstock.testing.failing.failures import Failure, failure_of
from penstock.testing.judging import JudgedCall, judge_call
from penstock.testing.keys import Key
from penstock.testing.last import LAST
from penstock.testing.observers import OBSERVERS, Sending, watch_for
from penstock.testing.results import RefusedError, Sent
from penstock.testing.transactions import Draft, Filled
from penstock.tx.address import script_for_address
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.vm.rules import RuleSet
from penstockc.output.warnings import show_warnings

__tracebackhide__ = hides_frames


class Chain:
    """A chain in the test's process: coins, a pool, blocks on request, and the rules of nodes.

    Args:
        target: `bsv` or `btc`.
        wrap: the form of outputs with contracts; None for the one that nodes relay.
        rules: the rules for scripts and relay, of this chain; None for those of relay.
        fee_rate: satoshis per 1,000 bytes that a transaction must pay.

    Raises:
        ChainError, RuleSetError, ArgumentError: no such chain, rules or form, or not of this chain.
    """

    def __init__(
        self,
        target: ChainRecord | str = DEFAULT_CHAIN,
        *,
        wrap: Wrap | str | None = None,
        rules: RuleSet | str | None = None,
        fee_rate: int | None = None,
    ) -> None:
        self.record = chain_named(target)
        self.wrap = check_wrap(wrap, self.record)
        self.fee_rate = DEFAULT_FEE_RATE if fee_rate is None else FeeRate(fee_rate)
        self.ledger = Ledger(check_rules(rules, self.record), self.fee_rate)
        self._keys: dict[bytes, tuple[Key, KeyForm]] = {}

    def __repr__(self) -> str:
        """Return one short line: pytest shows it where an assert fails."""
        return f"<Chain {self.target} {self.wrap}, height {self.height}>"

    @property
    def target(self) -> str:
        """The name of the chain."""
        return self.record.name

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return self.ledger.height

    @property
    def median_time(self) -> int:
        """The median time past of the next block, in seconds since 1970 (BIP113)."""
        return self.ledger.median_time_below(self.height + 1)

    @property
    def default_version(self) -> int:
        """The version of transactions: 2 where sequence numbers are relative locks (BIP68), else 1."""
        return 2 if self.record.newest.relative_locks else 1

    # Contracts --------------------------------------------------------------------------------------------------------

    def compile(self, path: "str | Path") -> Artifact:
        """Compile a contract for this chain by the settings of its project, once in a process while the file stays.

        A change of an imported file alone is noticed by the next process.

        Raises:
            CompileError, ProjectError, UnreadableSource: as `penstock.compile_in_project`.
        """
        file = Path(path).resolve()
        try:
            changed = file.stat().st_mtime_ns
        except OSError:
            changed = 0  # the compiler says what is wrong with it
        compiled = _compiled(file, changed, self.record)
        for observer in OBSERVERS:
            observer.compiled(compiled.sources, file.parent)
        return compiled.artifact

    # Annotated loosely because the types of a constructor's parameters are known at run time only.
    def contract(self, what: "str | Path | Artifact", /, *args: Any, **kwargs: Any) -> Contract:
        """Instantiate a contract: a file, which is compiled for this chain, or an artifact.

        Args:
            what: the file or the artifact.
            args: the constructor's arguments by position. A `Key` is what the type asks for.
            kwargs: the same by name.

        Raises:
            ArgumentError: the arguments do not fit, or the artifact is for another chain.
        """
        artifact = what if isinstance(what, Artifact) else self.compile(what)
        if artifact.chain != self.record:
            raise ArgumentError(artifact.contract, f"an artifact for {self.target}", f"one for {artifact.target}")
        return artifact.instantiate(*constructor_arguments(artifact, args, kwargs))

    # Coins ------------------------------------------------------------------------------------------------------------

    def fund(
        self, contract: Contract, value: int, *, wrap: Wrap | str | None = None, internal_key: Key | None = None
    ) -> ContractCoin:
        """Make a coin with a contract, which can be spent at once; mines blocks.

        Args:
            contract: the contract.
            value: satoshis.
            wrap: the form of the output; None for the chain's.
            internal_key: p2tr: the key that spends without the script.

        Raises:
            ArgumentError: not a contract, one for another chain, one that cannot have this form, or not satoshis.
            LedgerError: the value is more than a block creates.
        """
        check_contract(contract, self.record)
        form = self.wrap if wrap is None else check_wrap(wrap, self.record)
        inner = None if internal_key is None else check_key(internal_key).x_only
        coin = self.ledger.fund(contract.wrapped(form, internal_key=inner).locking_script, check_value(value))
        return ContractCoin(contract, coin.outpoint, value, form, inner)

    def coin(self, key: Key, value: int = 100_000, *, form: KeyForm | str | None = None) -> KeyCoin:
        """Make a coin of a key, which can be spent at once; mines blocks.

        Args:
            key: the key.
            value: satoshis.
            form: `p2pkh`, on btc also `p2wpkh` (the default there) or `p2tr`.

        Raises:
            ArgumentError: not a key, not satoshis, or a form that the chain does not have.
            LedgerError: the value is more than a block creates.
        """
        chosen = check_form(form, self.record)
        script = self._script_of_key(check_key(key), chosen)
        return KeyCoin(key, self.ledger.fund(script, check_value(value)).outpoint, value, chosen)

    def _coins(self, filled: Filled) -> tuple[ContractCoin | KeyCoin | None, ...]:
        """Return the coins in the outputs of a transaction, as far as they are known."""
        txid = filled.tx.txid
        outputs = enumerate(filled.tx.outputs)
        return tuple(self._coin_in(OutPoint(txid, index), output, filled) for index, output in outputs)

    def _coin_in(self, outpoint: OutPoint, output: TxOut, filled: Filled) -> ContractCoin | KeyCoin | None:
        if output.script in self._keys:
            key, form = self._keys[output.script]
            return KeyCoin(key, outpoint, output.value, form)
        for spend in filled.spends:
            if (found := spend.contract.artifact.match(output.script)) is not None:
                return ContractCoin(found, outpoint, output.value, Wrap.BARE)
            if spend.locking_script == output.script:
                wrap = Wrap(spend.wrap or Wrap.BARE)
                return ContractCoin(spend.contract, outpoint, output.value, wrap, spend.internal_key)
        return None

    # Time -------------------------------------------------------------------------------------------------------------

    def mine(self, blocks: int = 1, *, seconds: int = BLOCK_SECONDS) -> Self:
        """Mine the pool into a block, and so many blocks in all, with this time between two."""
        self.ledger.mine(check_count("blocks", blocks), seconds=check_count("seconds", seconds))
        return self

    def at(self, *, height: int | None = None, time: int | None = None) -> Self:
        """Mine until a transaction locked to this height, or this median time, may enter the next block.

        Args:
            height: a lock time in blocks.
            time: a lock time in seconds since 1970.

        Raises:
            ArgumentError: the chain is past it already: time does not run backwards; `reorg` takes blocks back.
        """
        if height is not None:
            if height < self.height:
                raise ArgumentError("height", f"{self.height:,} or more", f"{height:,}")
            self.mine(height - self.height)
        while time is not None and self.median_time <= time:
            self.mine(seconds=max(BLOCK_SECONDS, time - self.median_time))
        return self

    def reorg(self, depth: int, *, instead: Sequence[Draft] = ()) -> tuple[Reason, ...]:
        """Replace the newest blocks by a longer branch; transactions that are still valid go back to the pool.

        Args:
            depth: number of blocks to replace.
            instead: transactions of the branch: they win over those that spend the same coins.

        Returns:
            Why transactions are lost: one reason for each.

        Raises:
            LedgerError: there are not so many blocks, or a transaction of the branch is not valid.
        """
        receipts = self.ledger.reorganize(depth, [draft.filled().tx for draft in instead])
        return tuple(receipt.reason for receipt in receipts if receipt.reason is not None)

    # Transactions -----------------------------------------------------------------------------------------------------

    def tx(self) -> Draft:
        """Return an empty draft of a transaction."""
        return Draft(self)

    def spend(
        self, coin: ContractCoin | KeyCoin, function: str | None = None, /, *args: object, **kwargs: object
    ) -> Draft:
        """Return a draft that spends a coin; see `Draft.spend`."""
        return self.tx().spend(coin, function, *args, **kwargs)

    def try_send(self, draft: Draft) -> Sent:
        """Fill a draft and send it; the result is false if the chain refuses it.

        Raises:
            ArgumentError: an argument of a call does not fit, or there is not enough for the change.
            DisagreementError: script and meaning of a contract differ.
        """
        filled = draft.filled()
        verdicts = tuple(spend.judge_in(filled.tx, rules=self.ledger.rules) for spend in filled.spends)
        pairs = zip(filled.spends, filled.calls, verdicts, strict=True)
        calls = tuple(judge_call(*each, watch_for) for each in pairs)
        reason = self.ledger.submit(filled.tx).reason
        coins = self._coins(filled) if reason is None else ()
        sent = Sent(filled.tx, coins, calls, reason, _failure(reason, calls))
        sending = Sending(self, draft, filled, sent)
        LAST[:] = [sending]
        for observer in OBSERVERS:
            observer.sent(sending)
        return sent

    def send(self, draft: Draft) -> Sent:
        """Fill a draft and send it.

        Raises:
            RefusedError: the chain refuses it.
            ArgumentError, DisagreementError: as `try_send`.
        """
        sent = self.try_send(draft)
        if not sent:
            raise RefusedError(sent)
        return sent

    # Scripts ----------------------------------------------------------------------------------------------------------

    def script_of(self, destination: object) -> bytes:
        """Return the locking script of a key, a contract, an address or a script.

        Raises:
            ArgumentError: it is none of these.
            AddressError: it is text that is not an address of a test network or of the main network.
        """
        match destination:
            case Key():
                return self._script_of_key(destination, check_form(None, self.record))
            case Contract():
                return destination.wrapped(self.wrap).locking_script
            case bytes() | bytearray():
                return bytes(destination)
            case ContractCoin():
                raise ArgumentError("to", "coin.contract or coin.next()", "a coin")
            case str():
                return script_for_address(destination, "main")
            case _:
                raise ArgumentError("to", "a key, a contract, an address or a script", type(destination).__name__)

    def _script_of_key(self, key: Key, form: KeyForm) -> bytes:
        script = key_script(key, form)
        self._keys[script] = (key, form)
        return script

    def size_for_fees(self, tx: Transaction) -> int:
        """Return the bytes of a transaction that count for its fee."""
        return tx.virtual_size if self.record.has_witness else tx.size()

    def unspent(self, outpoint: OutPoint) -> TxOut | None:
        """Return an output if it exists and is not spent."""
        found = self.ledger.coin(outpoint)
        return None if found is None else found.output


@lru_cache(maxsize=256)
def _compiled(file: Path, _: int, chain: ChainRecord) -> Compiled:
    """Compile a file, and show its warnings; the number changes when it is written."""
    compiled = compile_path(file, chain, default_cache())
    show_warnings(compiled.artifact.warnings, file.parent)
    return compiled


def _failure(reason: Reason | None, calls: tuple[JudgedCall, ...]) -> Failure | None:
    """Return the failing call for which the ledger refuses a transaction."""
    if not isinstance(reason, ScriptRefused):
        return None
    return next((failure_of(each) for each in calls if each.spend.input_index == reason.input_index), None)
