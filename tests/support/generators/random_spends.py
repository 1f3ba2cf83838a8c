"""Random spends: a transaction, the output that one of its inputs spends, and the unlocking script and witness.

The locking script begins with checks of real signatures (good ones mostly, by every hash type, and damaged ones) and
goes on with a random script. On btc it is also wrapped: in P2SH, P2WSH, both, or as a leaf of a taproot tree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from penstock.script.hashes import hash160, sha256
from penstock.script.opcodes import Op
from penstock.script.pushes import push, push_data, push_number
from penstock.tx.digests import Digests
from penstock.tx.keys import PrivateKey, schnorr_sign
from penstock.tx.sighash import tapleaf_hash, uses_forkid_digest
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.generators.random_scripts import Chooser, Grammar, Writer, per_cent
from tests.support.generators.taproot_builder import SingleLeaf

KEYS = tuple(PrivateKey.from_bytes(bytes([number]) * 32) for number in (5, 6, 7))
PLAIN_TYPES = (0x01, 0x02, 0x03, 0x81, 0x82, 0x83)
ODD_TYPES = (0x00, 0x04, 0x41, 0x42, 0x43, 0xC1, 0xC3, 0x61, 0x62, 0x63, 0xE3, 0x21, 0xFF)


@dataclass(frozen=True, slots=True)
class RandomSpend:
    """A spend of one output.

    Attributes:
        tx: the transaction, everything filled in.
        input_index: which input.
        spent: the outputs that all inputs spend.
    """

    tx: Transaction
    input_index: int
    spent: tuple[TxOut, ...]

    @property
    def unlocking(self) -> bytes:
        """The unlocking script."""
        return self.tx.inputs[self.input_index].script

    @property
    def locking(self) -> bytes:
        """The locking script."""
        return self.spent[self.input_index].script

    @property
    def value(self) -> int:
        """Satoshis in the output."""
        return self.spent[self.input_index].value


@dataclass(frozen=True, slots=True)
class Draft:
    """A spend without its unlocking script and witness.

    Attributes:
        tx: the transaction with empty scripts.
        input_index: which input.
        value: satoshis in the output that it spends.
    """

    tx: Transaction
    input_index: int
    value: int

    def finish(self, locking: bytes, unlocking: bytes = b"", witness: tuple[bytes, ...] = ()) -> RandomSpend:
        """Fill in the unlocking script and witness."""
        tx = self.tx.with_input_script(self.input_index, unlocking)
        if witness:
            tx = tx.with_witness(self.input_index, witness)
        others = (TxOut(1000 + place, b"\x51") for place in range(len(tx.inputs)))
        spent = (TxOut(self.value, locking) if place == self.input_index else out for place, out in enumerate(others))
        return RandomSpend(tx, self.input_index, tuple(spent))


Sign = Callable[[bytes, int, PrivateKey], bytes]
"""From a script code, a hash type and a key to a signature with its hash type."""


def draft(choose: Chooser, versions: tuple[int, ...] = (1, 1, 2, 2, -1, 0)) -> Draft:
    """Make a transaction."""
    inputs = choose.integer(1, 3)
    sequences = (0xFFFF_FFFF, 0xFFFF_FFFE, 0, 1, 0x40_0001, 0x40_FFFF, 0xFFFF, 1 << 31)
    tx = Transaction(
        choose.pick(versions),
        tuple(TxIn(OutPoint(bytes([9 + place]) * 32, place), b"", choose.pick(sequences)) for place in range(inputs)),
        tuple(TxOut(900 + place, b"\x52" * place) for place in range(choose.integer(1, 3))),
        choose.pick((0, 0, 1, 16, 499_999_999, 500_000_000, 500_000_001, 2**32 - 1)),
    )
    return Draft(tx, choose.integer(0, inputs - 1), choose.pick((0, 1, 1000, 21 * 10**14)))


def plain_spend(choose: Chooser, grammar: Grammar, *, versions: tuple[int, ...] = (1, 2)) -> RandomSpend:
    """Make a spend of a bare script on bsv, with FORKID signatures mostly."""
    outline = draft(choose, versions)
    items, locking = contract(choose, grammar, bsv_sign(outline), tuple(each | 0x40 for each in PLAIN_TYPES))
    extra = Writer(choose, grammar)
    if per_cent(choose, 10):
        extra.number()
    return outline.finish(locking, extra.script() + b"".join(map(push, items)))


def btc_spend(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend on btc, in one of its forms."""
    form = choose.pick((bare, bare, p2sh, p2wsh, p2wsh, p2sh_p2wsh, p2wpkh, tapscript, tapscript))
    return form(choose, grammar)


def bare(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a bare script."""
    outline = draft(choose)
    items, locking = contract(choose, grammar, legacy_sign(outline), PLAIN_TYPES)
    return outline.finish(locking, b"".join(map(push, items)))


def p2sh(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a script by its hash (BIP16)."""
    outline = draft(choose)
    items, redeem = contract(choose, grammar, legacy_sign(outline), PLAIN_TYPES)
    return outline.finish(p2sh_script(redeem), b"".join(map(push, items)) + push_data(redeem))


def p2wsh(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a witness script (BIP141)."""
    outline = draft(choose)
    items, script = contract(choose, grammar, segwit_sign(outline), PLAIN_TYPES)
    return outline.finish(b"\x00\x20" + sha256(script), witness=(*items, script))


def p2sh_p2wsh(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a witness script inside P2SH."""
    outline = draft(choose)
    items, script = contract(choose, grammar, segwit_sign(outline), PLAIN_TYPES)
    program = b"\x00\x20" + sha256(script)
    return outline.finish(p2sh_script(program), push_data(program), (*items, script))


def p2wpkh(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a hashed key (BIP141)."""
    outline = draft(choose)
    key = choose.pick(KEYS)
    code = b"\x76\xa9" + push(hash160(key.public_key)) + b"\x88\xac"
    signature = damaged(choose, segwit_sign(outline)(code, hash_type(choose, PLAIN_TYPES), key))
    program = b"\x00\x14" + hash160(key.public_key)
    witness = (signature, key.public_key) + ((b"",) if per_cent(choose, 5) else ())
    if per_cent(choose, 30):
        return outline.finish(p2sh_script(program), push_data(program), witness)
    return outline.finish(program, witness=witness)


def tapscript(choose: Chooser, grammar: Grammar) -> RandomSpend:
    """Make a spend of a tapscript (BIP342), or of the key of its output now and then (BIP341)."""
    outline = draft(choose)
    writer = Writer(choose, grammar)
    key = choose.pick(KEYS)
    check = choose.pick((Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY, Op.OP_CHECKSIGADD))
    prefix = push_number(choose.integer(-1, 3)) if check is Op.OP_CHECKSIGADD else b""
    separator = bytes((Op.OP_CODESEPARATOR,)) if per_cent(choose, 20) else b""
    writer.parts.append(separator + prefix + push(key.public_key[1:]) + bytes((check,)))
    writer.depth = check.gives
    writer.write(choose.integer(0, 12))
    writer.finish()
    leaf = SingleLeaf(writer.script())
    annex = (b"\x50" + bytes(choose.integer(0, 3)),) if per_cent(choose, 15) else ()
    unsigned = outline.finish(leaf.locking)
    kind = choose.pick((0x00, *PLAIN_TYPES, choose.integer(0, 255)))
    position = choose.pick((0, 1)) if per_cent(choose, 5) else 0 if separator else 0xFFFF_FFFF
    digests = Digests(unsigned.tx, unsigned.spent)
    try:
        digest = digests.taproot(
            outline.input_index,
            kind,
            annex=annex[0] if annex else None,
            leaf_hash=tapleaf_hash(leaf.script),
            codeseparator_position=position,
        )
    except ValueError:
        digest = bytes(32)
    signature = schnorr_sign(key.to_bytes(), digest) + (bytes((kind,)) if kind else b"")
    items = (damaged(choose, signature), leaf.script, leaf.control_block, *annex)
    return outline.finish(leaf.locking, witness=items)


def p2sh_script(script: bytes) -> bytes:
    """Return the locking script with the hash of a script."""
    return bytes((Op.OP_HASH160,)) + push(hash160(script)) + bytes((Op.OP_EQUAL,))


def contract(choose: Chooser, grammar: Grammar, sign: Sign, hash_types: tuple[int, ...]) -> tuple[list[bytes], bytes]:
    """Make a script, and the items that satisfy its checks of signatures, bottom first."""
    writer = Writer(choose, grammar)
    signers: list[PrivateKey] = []
    separators = 0
    dummies = 0
    for _ in range(choose.integer(0, 2)):
        if per_cent(choose, 15):
            writer.byte(Op.OP_CODESEPARATOR)
            separators = len(writer.script())
        if per_cent(choose, 30):
            keys = sorted(range(len(KEYS)), key=lambda _: choose.integer(0, 9))[: choose.integer(1, 3)]
            needed = choose.integer(1, len(keys)) if per_cent(choose, 90) else choose.integer(0, 3)
            writer.parts.append(push_number(needed))
            writer.parts.extend(push(public_key(choose, KEYS[key])) for key in keys)
            writer.parts.append(push_number(len(keys)) + bytes((Op.OP_CHECKMULTISIGVERIFY,)))
            signers = [*([KEYS[key] for key in keys][:needed]), *signers]
            dummies += 1
            break
        key = choose.pick(KEYS)
        writer.parts.append(push(public_key(choose, key)) + bytes((Op.OP_CHECKSIGVERIFY,)))
        signers = [key, *signers]
    writer.write(choose.integer(0, 14))
    writer.finish()
    code = writer.script()[separators:]
    signatures = [damaged(choose, sign(code, hash_type(choose, hash_types), key)) for key in signers]
    dummy = b"\x01" if per_cent(choose, 5) else b""
    return [dummy] * dummies + signatures, writer.script()


def hash_type(choose: Chooser, usual: tuple[int, ...]) -> int:
    """Choose a hash type, mostly a usual one."""
    return choose.pick(usual) if per_cent(choose, 90) else choose.pick(ODD_TYPES)


def public_key(choose: Chooser, key: PrivateKey) -> bytes:
    """Return a public key, mostly as it should be written."""
    form = choose.integer(1, 30)
    if form > 3:
        return key.public_key
    whole = replace(key, compressed=False).public_key
    if form == 1:
        return whole
    return bytes((6 + (whole[-1] & 1),)) + whole[1:] if form == 2 else key.public_key[:-1]


def damaged(choose: Chooser, signature: bytes) -> bytes:
    """Return a signature, now and then with a flaw."""
    flaw = choose.integer(1, 40)
    if flaw == 1:
        return b""
    if flaw == 2:
        place = choose.integer(0, len(signature) - 1)
        return signature[:place] + bytes((signature[place] ^ 1,)) + signature[place + 1 :]
    if flaw == 3:
        return signature[:-1]
    return signature + b"\x01" if flaw == 4 else signature


def legacy_sign(outline: Draft) -> Sign:
    """Return the signer of the original digest."""
    digests = Digests(outline.tx)

    def sign(code: bytes, kind: int, key: PrivateKey) -> bytes:
        return key.sign_digest(digests.legacy(outline.input_index, code, kind)) + bytes((kind,))

    return sign


def segwit_sign(outline: Draft) -> Sign:
    """Return the signer of segwit version 0."""
    digests = Digests(outline.tx)

    def sign(code: bytes, kind: int, key: PrivateKey) -> bytes:
        return key.sign_digest(digests.bip143(outline.input_index, code, outline.value, kind)) + bytes((kind,))

    return sign


def bsv_sign(outline: Draft) -> Sign:
    """Return the signer of bsv: the hash type decides the digest."""
    legacy, forkid = legacy_sign(outline), segwit_sign(outline)

    def sign(code: bytes, kind: int, key: PrivateKey) -> bytes:
        return (forkid if uses_forkid_digest(kind) else legacy)(code, kind, key)

    return sign
