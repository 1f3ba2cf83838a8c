"""Changes with which an invalid signature would verify: another digest, hash type, script code or key.

In: the way in which it was checked, and the candidates: the scripts that ran, and keys on the stacks and in scripts.
Out: the way that fits with the fewest changes, as text. Each way is tried with the real digest and the real key, so the
text is true. The number of ways and the bytes that are hashed for them are bounded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations, islice, product
from typing import Any, Final, NamedTuple, TypeAlias

from penstock.script.consensus import NO_SEPARATOR
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.digests import Digests, SighashError
from penstock.tx.hash_type import SignedOutputs, Switch, hash_type_name
from penstock.tx.secp256k1 import backend
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.signatures import is_public_key, schnorr_verify
from penstock.vm.explaining.formatting import brief, shown
from penstock.vm.explaining.trace import EcdsaCheck, SchnorrCheck
from penstock.vm.items import Item, as_bytes, size_of
from penstock.vm.judging.case import Case, Phase

_TRIES: Final = {"coincurve": 4000}
_TRIES_IN_PYTHON: Final = 100
"""Limits on the signatures that are verified: with the library, and with Python's own implementation."""

_WORK: Final = 64 << 20
"""Limit on the bytes that are hashed for all digests."""

_MOST_CHANGES: Final = 3
_MOST_KEYS: Final = 20
_MOST_SEPARATORS: Final = 16
_MOST_PUSHES: Final = 1000
_KINDS: Final = (SignatureVersion.LEGACY, SignatureVersion.SEGWIT_V0)
_KEY_SIZES: Final = frozenset({33, 65})
_X_ONLY: Final = 32
_HASH_TYPES: Final = tuple(
    outputs | alone | switches
    for switches in (0, Switch.FORKID, Switch.FORKID | Switch.CHRONICLE)
    for alone in (0, Switch.ANYONECANPAY)
    for outputs in (SignedOutputs.ALL, SignedOutputs.NONE, SignedOutputs.SINGLE)
)
_TAPROOT_HASH_TYPES: Final = (0, 1, 2, 3, 0x81, 0x82, 0x83)

Way: TypeAlias = tuple[Any, ...]
"""One value for each part that can be changed."""


class ScriptCode(NamedTuple):
    """A script code, and its name."""

    name: str
    data: bytes


class Candidates(NamedTuple):
    """Candidates for the script code and the key of a signature.

    Attributes:
        codes: the scripts, whole and after each of their code separators.
        keys: public keys in their form for ECDSA.
        x_only: byte strings that may be keys of taproot.
        separators: for each code separator of the tapscript, the index of its opcode.
    """

    codes: tuple[ScriptCode, ...]
    keys: tuple[bytes, ...]
    x_only: tuple[bytes, ...]
    separators: tuple[int, ...]


def candidates_of(case: Case, scripts: dict[Phase, bytes], items: Iterable[Item]) -> Candidates:
    """Collect the candidates.

    Args:
        case: the case that was judged.
        scripts: the scripts that have run.
        items: the items on the stacks.
    """
    known = {Phase.LOCKING: case.locking, **scripts}
    locks = {phase: script for phase, script in known.items() if phase is not Phase.UNLOCKING}
    codes = {code.data: code for phase, script in reversed(locks.items()) for code in _codes(phase, script)}
    pushes = [push for script in (*locks.values(), case.unlocking) for push in _pushes(script)]
    control = case.witness[-1][1:33] if case.witness else b""
    small = [as_bytes(item) for item in items if size_of(item) in _KEY_SIZES or size_of(item) == _X_ONLY]
    found = list(dict.fromkeys((*small, *case.witness, *pushes, control)))
    tapscript = scripts.get(Phase.TAPSCRIPT, b"")
    return Candidates(
        tuple(codes.values()),
        tuple(islice((each for each in found if len(each) in _KEY_SIZES and is_public_key(each)), _MOST_KEYS)),
        tuple(islice((each for each in found if len(each) == _X_ONLY), _MOST_KEYS)),
        tuple(index for index, _ in _separators(tapscript)),
    )


def ecdsa_way(check: EcdsaCheck, case: Case, digests: Digests, candidates: Candidates, *, itself: bool = False) -> str:
    """Return the way in which an ECDSA signature would verify; empty if none was found.

    Args:
        check: the check that failed; for a signature that was refused for its encoding, the check it would have got.
        case: the case that was judged.
        digests: the digests of its transaction.
        candidates: the candidates.
        itself: whether to try the way of `check`, too.
    """
    actual = ScriptCode("", check.code)
    made: dict[tuple[SignatureVersion, int, bytes], bytes] = {}
    budget = _Budget(case)

    def fits(way: Way) -> bool:
        kind, hash_type, code, key = way
        place = (kind, hash_type, code.data)
        if place not in made:
            budget.hash(len(code.data))
            made[place] = _digest(digests, case, *place)
        budget.verify()
        return backend().verify(check.signature[:-1], key, made[place])

    way = _nearest(
        (check.kind, check.signature[-1], actual, check.key),
        (_KINDS, _HASH_TYPES, [code for code in candidates.codes if code.data != actual.data], candidates.keys),
        fits,
        itself=itself,
    )
    if way is None:
        return ""
    kind, hash_type, code, key = way
    parts = [
        f"the key is {shown(key)}" if key != check.key else "",
        f"the script code is {code.name}" if code is not actual else "",
        f"the digest is {_digest_name(kind, hash_type)}" if kind != check.kind else "",
        _hash_type_is(hash_type) if hash_type != check.signature[-1] else "",
    ]
    return " and ".join(filter(None, parts)) or "its encoding is corrected: digest and key are right"


def schnorr_way(check: SchnorrCheck, case: Case, digests: Digests, candidates: Candidates) -> str:
    """Return the way in which a Schnorr signature would verify; empty if none was found."""
    budget = _Budget(case)
    leaves = (check.leaf.leaf_hash,) if check.leaf.leaf_hash is None else (check.leaf.leaf_hash, None)

    def fits(way: Way) -> bool:
        hash_type, leaf_hash, separator, key = way
        if leaf_hash is None and separator != check.separator:
            return False  # the key path has no separators
        budget.hash(0)
        budget.verify()
        with suppress(SighashError):
            digest = digests.taproot(
                case.input_index,
                hash_type,
                annex=check.leaf.annex,
                leaf_hash=leaf_hash,
                codeseparator_position=separator,
            )
            return schnorr_verify(check.signature[:64], key, digest)
        return False

    separators = (NO_SEPARATOR, *candidates.separators) if check.leaf.leaf_hash is not None else ()
    way = _nearest(
        (check.hash_type, check.leaf.leaf_hash, check.separator, check.key),
        (_TAPROOT_HASH_TYPES, leaves, separators, candidates.x_only),
        fits,
    )
    if way is None:
        return ""
    hash_type, leaf_hash, separator, key = way
    last = "no CODESEPARATOR has run" if separator == NO_SEPARATOR else f"the last CODESEPARATOR is opcode {separator}"
    parts = [
        f"the key is {shown(key)}" if key != check.key else "",
        "it is used for the key path, without a script" if leaf_hash != check.leaf.leaf_hash else "",
        last if separator != check.separator else "",
        _hash_type_is(hash_type) if hash_type != check.hash_type else "",
    ]
    return " and ".join(filter(None, parts))


class _SpentError(Exception):
    """The budget is used up."""


class _Budget:
    """Remaining numbers of signatures to verify and of bytes to hash."""

    def __init__(self, case: Case) -> None:
        self._tries = _TRIES.get(backend().NAME, _TRIES_IN_PYTHON)
        self._work = _WORK
        self._size = len(case.tx.serialize())

    def verify(self) -> None:
        self._tries -= 1
        if self._tries < 0:
            raise _SpentError

    def hash(self, size: int) -> None:
        self._work -= size + self._size
        if self._work < 0:
            raise _SpentError


def _nearest(
    actual: Way, options: Sequence[Sequence[Any]], fits: Callable[[Way], bool], *, itself: bool = False
) -> Way | None:
    """Return the first way that fits, in the order of the number of changes; None without one."""
    with suppress(_SpentError):
        if itself and fits(actual):
            return actual
        for way in _ways(actual, options):
            if fits(way):
                return way
    return None


def _ways(actual: Way, options: Sequence[Sequence[Any]]) -> Iterator[Way]:
    others = [[each for each in several if each != own] for own, several in zip(actual, options, strict=True)]
    for count in range(1, _MOST_CHANGES + 1):
        for places in combinations(range(len(actual)), count):
            for values in product(*(others[place] for place in places)):
                changed = dict(zip(places, values, strict=True))
                yield tuple(changed.get(place, own) for place, own in enumerate(actual))


def _codes(phase: Phase, script: bytes) -> Iterator[ScriptCode]:
    for index, end in _separators(script):
        yield ScriptCode(f"the code after opcode {index}, an OP_CODESEPARATOR, in the {phase.value}", script[end:])
    yield ScriptCode(f"the whole {phase.value} {brief(script)}", script)


def _separators(script: bytes) -> Iterator[tuple[int, int]]:
    """Yield the index and the end of each code separator."""
    if bytes((Op.OP_CODESEPARATOR,)) not in script:
        return
    with suppress(ScriptParseError):
        found = (
            (index, instruction.offset + 1)
            for index, instruction in enumerate(instructions(script))
            if instruction.opcode == Op.OP_CODESEPARATOR
        )
        yield from islice(found, _MOST_SEPARATORS)


def _pushes(script: bytes) -> Iterator[bytes]:
    """Yield the pushes of a script that have the size of a key."""
    uncopied: bytes = memoryview(script)  # type: ignore[assignment]  # same interface; pushes may have gigabytes
    with suppress(ScriptParseError):
        for instruction in islice(instructions(uncopied), _MOST_PUSHES):
            if instruction.data and (len(instruction.data) in _KEY_SIZES or len(instruction.data) == _X_ONLY):
                yield bytes(instruction.data)


def _digest(digests: Digests, case: Case, kind: SignatureVersion, hash_type: int, code: bytes) -> bytes:
    if kind is SignatureVersion.SEGWIT_V0:
        return digests.bip143(case.input_index, code, case.value, hash_type)
    return digests.legacy(case.input_index, code, hash_type)


def _digest_name(kind: SignatureVersion, hash_type: int) -> str:
    if kind is SignatureVersion.LEGACY:
        return "the original one"
    return "that of FORKID" if hash_type & Switch.FORKID else "that of segwit v0"


def _hash_type_is(hash_type: int) -> str:
    return f"its hash type is {hash_type:#04x} {hash_type_name(hash_type)}"
