"""Addresses have the same scripts as in other programs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.hashes import hash160, tagged_hash
from penstock.tx.address import (
    PREFIXES,
    AddressError,
    Network,
    address_of_script,
    p2pkh_address,
    p2pkh_script,
    p2sh_address,
    p2sh_script,
    script_for_address,
    witness_address,
    witness_script,
)
from penstock.tx.base58 import Base58Error, decode_checked, encode_checked
from penstock.tx.keys import PrivateKey, tweak_public_key
from penstock.tx.sighash import tapleaf_hash
from tests.support.vectors.vector_files import vector_rows

NETWORKS: list[Network] = list(PREFIXES)
HASH20 = st.binary(min_size=20, max_size=20)
HASH32 = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("address", "network", "script"),
    [
        # the first block's reward, and the examples of BIP173 and BIP350
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "main", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "main", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            "test",
            "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
        ),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "main",
            "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ),
        ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "main", "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87"),
    ],
)
def test_published_addresses(address: str, network: Network, script: str) -> None:
    assert script_for_address(address, network).hex() == script


@given(HASH20, HASH32, st.sampled_from(NETWORKS))
def test_what_is_written_is_read_back(hash20: bytes, hash32: bytes, network: Network) -> None:
    for address, script in [
        (p2pkh_address(hash20, network), p2pkh_script(hash20)),
        (p2sh_address(hash20, network), p2sh_script(hash20)),
        (witness_address(0, hash20, network), witness_script(0, hash20)),
        (witness_address(0, hash32, network), witness_script(0, hash32)),
        (witness_address(1, hash32, network), witness_script(1, hash32)),
    ]:
        assert script_for_address(address, network) == script
        for other in NETWORKS:
            if PREFIXES[other].p2pkh != PREFIXES[network].p2pkh:
                with pytest.raises(AddressError):
                    script_for_address(address, other)


@given(HASH20 | HASH32, st.sampled_from([0, 1]), st.data())
def test_a_mistyped_letter_is_noticed(program: bytes, version: int, data: st.DataObject) -> None:
    address = witness_address(version if len(program) == 32 else 0, program) if data.draw(st.booleans()) else None
    address = address or p2pkh_address(program[:20])
    place = data.draw(st.integers(0, len(address) - 1))
    letter = data.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7lPZX1"))
    spoiled = address[:place] + letter + address[place + 1 :]
    if spoiled not in {address, address.upper()}:
        with pytest.raises(AddressError):
            script_for_address(spoiled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bc1",
        "bc1q",
        "bc1gmk9yu",  # a checksum with nothing before it
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8f3T4",  # two cases
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx",  # version 1 with the checksum of version 0
        "bc1qr508d6qejxtdg4y5r3zarvaryvqyzf3du",  # 17 bytes
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0O",
        "x" * 200,
        "bc1" + "q" * 200,
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",  # another network's
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(AddressError):
        script_for_address(text, "main")


@pytest.mark.parametrize("size", [0, 19, 21, 33])
def test_a_hash_has_the_length_of_its_kind(size: int) -> None:
    for use in (p2pkh_script, p2sh_script, p2pkh_address, p2sh_address):
        with pytest.raises(AddressError, match="the hash must have 20 bytes"):
            use(bytes(size))
    for version in (0, 1, 2):
        with pytest.raises(AddressError, match=f"no witness program of version {version} with {size} bytes"):
            witness_script(version, bytes(size))


@given(st.binary(max_size=60))
def test_base58_is_read_back(payload: bytes) -> None:
    assert decode_checked(encode_checked(payload)) == payload


@pytest.mark.parametrize("text", ["", "1", "0OIl", "é", "11111"])
def test_what_is_no_base58(text: str) -> None:
    with pytest.raises(Base58Error, match=r"is not Base58|is wrong"):
        decode_checked(text)


def tree_hash(tree: Any) -> bytes:
    """The Merkle root of a script tree of BIP341: a leaf, a pair, or nothing."""
    if tree is None:
        return b""
    if isinstance(tree, dict):
        return tapleaf_hash(bytes.fromhex(tree["script"]), tree["leafVersion"])
    return tagged_hash("TapBranch", *sorted(map(tree_hash, tree)))


@pytest.mark.parametrize(
    "row", vector_rows("bips/bip341_wallet_test_vectors.json", lambda data: list(data["scriptPubKey"]))
)
def test_bip341_outputs(row: dict[str, Any]) -> None:
    internal = bytes.fromhex(row["given"]["internalPubkey"])
    root = tree_hash(row["given"]["scriptTree"])
    assert root.hex() == (row["intermediary"].get("merkleRoot") or "")
    output_key, parity = tweak_public_key(internal, root)
    assert output_key.hex() == row["intermediary"]["tweakedPubkey"]
    assert witness_script(1, output_key).hex() == row["expected"]["scriptPubKey"]
    assert witness_address(1, output_key) == row["expected"]["bip350Address"]
    for control_block in row["expected"].get("scriptPathControlBlocks", []):
        assert bytes.fromhex(control_block)[0] & 1 == parity


@pytest.mark.parametrize(("name", "same"), [("mainnet", "main"), ("testnet", "test"), ("signet", "test")])
def test_networks_have_their_usual_names_too(name: Network, same: Network) -> None:
    key = PrivateKey.from_bytes(b"\x01" * 32)
    assert key.address(name) == key.address(same)
    assert key.wif(name) == key.wif(same)
    assert script_for_address(key.address(name), same) == p2pkh_script(hash160(key.public_key))


@pytest.mark.parametrize("name", ["moon", "", None, 5, ["test"]])
def test_a_network_that_there_is_not_is_refused_with_the_known_ones(name: Any) -> None:
    key = PrivateKey.from_bytes(b"\x01" * 32)
    for ask in (key.address, key.wif, lambda network: script_for_address("x", network)):
        with pytest.raises(AddressError, match=r"unknown network .*: there are main, test, regtest, mainnet, testn"):
            ask(name)


@given(st.sampled_from([0, 1]), st.sampled_from([20, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_scripts_with_an_address_lead_back_to_themselves(version: int, data: bytes) -> None:
    scripts = [witness_script(version, data)] if (version, len(data)) != (1, 20) else []
    scripts += [p2pkh_script(data), p2sh_script(data)] if len(data) == 20 else []
    for script in scripts:
        address = address_of_script(script, "regtest")
        assert address is not None
        assert script_for_address(address, "regtest") == script


@pytest.mark.parametrize("script", [b"", b"\x51", b"\x51\x02\x4e\x73", b"\x52\x20" + bytes(32), b"\x6a"])
def test_other_scripts_have_no_address(script: bytes) -> None:
    assert address_of_script(script) is None
