"""`Tx`: each form takes the preimage of the transaction that spends and no other; outside judges agree."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from penstock import PREIMAGE, PrivateKey, Spend
from penstock.tx.der import ORDER
from penstock.tx.hash_type import hash_type_number
from penstock.tx.sighash import preimage_fields
from tests.support.engines.state_judges import judged
from tests.support.spending.preimage_contracts import checking

HASH_TYPES = [f"{outputs}{more}" for outputs in ("ALL", "NONE", "SINGLE") for more in ("", "|ANYONECANPAY")]
STATICS = "p, Tx.privKey, Tx.pubKey, Tx.invK, Tx.r, Tx.rBigEndian"
PLAIN = {
    "plain": "Tx.checkPreimage(p)",
    "with a hash type": "Tx.checkPreimageSigHashType(p, SigHash.ALL | SigHash.FORKID)",
    "advanced": f"Tx.checkPreimageAdvanced({STATICS}, SigHash.ALL | SigHash.FORKID)",
    "short": "Tx.checkPreimageOpt(p)",
    "short, with a variable": "Tx.checkPreimageOpt_(p)",
}
SEPARATED = {
    "plain, separated": "Tx.checkPreimageOCS(p)",
    "with a hash type, separated": "Tx.checkPreimageSigHashTypeOCS(p, SigHash.ALL | SigHash.FORKID)",
    "advanced, separated": f"Tx.checkPreimageAdvancedOCS({STATICS}, SigHash.ALL | SigHash.FORKID)",
    "short, separated": "Tx.checkPreimageOptOCS(p)",
    "short, with a variable, separated": "Tx.checkPreimageOptOCS_(p)",
}
FORMS = PLAIN | SEPARATED


def spend_of(name: str, hash_type: int = 0x41, **asm: bytes) -> Spend:
    condition = FORMS[name].replace("SigHash.ALL | SigHash.FORKID", f"SigHashType(b'{hash_type:02x}')")
    artifact = checking(condition)
    if "_(" in condition:
        function = condition.partition("(")[0].removeprefix("Tx.")
        asm = {f"Tx.{function}.sigHashType": bytes((hash_type,))}
    spend = Spend(artifact.instantiate(asm=asm) if asm else artifact.instantiate(), outputs=[(900, b"\x51"), (50, b"")])
    spend = spend.add_input(500, b"\x51", sequence=3)
    return spend.grind("unlock", PREIMAGE) if name.startswith("short") else spend


def preimages(spend: Spend, good: bytes, hash_type: int, code: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the preimage with each of its fields changed: by a bit, and to that of another transaction."""
    fields = preimage_fields(spend.transaction(), 0, code, spend.value, hash_type)
    assert b"".join(field.data for field in fields) == good
    for place, field in enumerate(fields):
        before, after = (b"".join(each.data for each in part) for part in (fields[:place], fields[place + 1 :]))
        for index in {0, len(field.data) // 2, len(field.data) - 1}:
            forged = bytearray(field.data)
            forged[index] ^= 0x01
            yield field.name, before + bytes(forged) + after


@pytest.mark.parametrize("name", FORMS)
def test_it_takes_its_own_preimage_and_no_other(name: str) -> None:
    spend = spend_of(name)
    good = spend.preimage("ALL", separator=0 if name in SEPARATED else None)
    assert spend.call("unlock", PREIMAGE).items == (good,)
    assert judged(spend, spend.call("unlock", good))
    code = spend.script_code(0)[0] if name in SEPARATED else spend.contract.locking_script
    forged = list(preimages(spend, good, 0x41, code))
    assert {field for field, _ in forged} >= {"version", "hash of outputs", "value", "lock time", "hash type"}
    for field, preimage in [*forged, ("length", good[:-1]), ("length", good + b"\x00"), ("length", b"")]:
        verdict = judged(spend, spend.call("unlock", preimage))
        assert not verdict, field


@pytest.mark.parametrize("name", FORMS)
def test_it_refuses_the_preimage_of_another_transaction(name: str) -> None:
    spend = spend_of(name)
    separator = 0 if name in SEPARATED else None
    for other in (
        replace(spend, lock_time=spend.lock_time + 1),
        replace(spend, version=2),
        replace(spend, value=1001),
        replace(spend, sequence=5),
        replace(spend, outputs=[(901, b"\x51"), (50, b"")]),
        spend.add_input(1, b"\x51"),
    ):
        assert not judged(spend, spend.call("unlock", other.preimage("ALL", separator=separator)))


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("name", [name for name in FORMS if "hash type" in name or "variable" in name or "adv" in name])
def test_hash_types(name: str, hash_type: str) -> None:
    spend = spend_of(name, hash_type_number(hash_type))
    separator = 0 if name in SEPARATED else None
    assert judged(spend, spend.call("unlock", spend.preimage(hash_type, separator=separator)))
    for other in set(HASH_TYPES) - {hash_type}:
        assert not judged(spend, spend.call("unlock", spend.preimage(other, separator=separator)))


def test_the_hash_type_may_come_from_the_preimage() -> None:
    artifact = checking("Tx.checkPreimageSigHashType(p, SigHash.sigHashType(p))")
    spend = Spend(artifact.instantiate())
    for hash_type in HASH_TYPES:
        assert judged(spend, spend.call("unlock", spend.preimage(hash_type)))


@pytest.mark.parametrize("name", SEPARATED)
def test_what_a_separated_check_signs_of_the_script_is_the_check_alone(name: str) -> None:
    assert spend_of(name).script_code(0)[0] in {b"\xac", b"\xac\x77"}  # CHECKSIG, NIP


def test_the_statics_belong_together() -> None:
    secret = 0x26F00FE2340A84335EBDF30F57E9BB58487117B29355718F5E46BF5168D7DF97
    key = PrivateKey.from_bytes(secret.to_bytes(32, "big"))
    inverse = 0xC8FFDBAA05D93AA4EDE79EC58F06A72562048B775A3507C2BF44BDE4F007C40A
    nonce = PrivateKey.from_bytes(pow(inverse, -1, ORDER).to_bytes(32, "big"))
    r = nonce.public_key[1:]
    condition = " && ".join(
        (
            f"Tx.privKey == PrivKey(0x{secret:x})",
            f"Tx.pubKey == b'{key.public_key.hex()}'",
            f"Tx.invK == 0x{inverse:x}",
            f"Tx.r == 0x{r.hex()}",
            f"Tx.rBigEndian == b'{r.hex()}'",
        )
    )
    assert Spend(checking(condition).instantiate()).verify("unlock", b"")
