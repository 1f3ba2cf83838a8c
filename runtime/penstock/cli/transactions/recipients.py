"""Outputs of `--output`: `SATOSHIS:HEX`, `SATOSHIS:p2pkh:KEY`, `SATOSHIS:next`.

In: text. Out: satoshis and locking script. A KEY of `p2pkh` is a key as in `sig:KEY`, a public key in hex, its hash160
in hex, or an address.
"""

from typing import Final, get_args

import click

from penstock.cli.values import read_key
from penstock.script.consensus import MAX_MONEY, P2PKH_HEAD
from penstock.script.hashes import hash160
from penstock.tx.address import AddressError, Network, p2pkh_script, script_for_address
from penstock.tx.keys import KeyFormatError, is_public_key

NEXT: Final = "next"
_P2PKH: Final = "p2pkh:"
_HASH_SIZE: Final = 20
_KEY_SIZES: Final = (33, 65)


def read_outputs(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> list[tuple[int, bytes | None]] | None:
    """Parse the outputs, `next` with None for a script: the callback of an option; None if there are none."""
    return [_output(text) for text in given] or None


def _output(text: str) -> tuple[int, bytes | None]:
    satoshis, _, recipient = text.partition(":")
    forms = f"SATOSHIS:HEX, SATOSHIS:p2pkh:KEY, nor SATOSHIS:{NEXT}"
    secret = recipient.startswith(_P2PKH)  # not repeated: a KEY may be a private one
    given = f"{satoshis}:{_P2PKH}…" if secret else text
    try:
        value = int(satoshis)
        script = None if recipient == NEXT or secret else bytes.fromhex(recipient)
    except ValueError:
        raise click.BadParameter(f"{given!r} is neither {forms}") from None
    if not 0 <= value <= MAX_MONEY:
        raise click.BadParameter(f"{given!r}: the satoshis are a whole number from 0 to {MAX_MONEY}")
    return value, _p2pkh(recipient.removeprefix(_P2PKH), given) if secret else script


def _p2pkh(key: str, given: str) -> bytes:
    """Return the locking script that pays to a key."""
    try:
        data = bytes.fromhex(key.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) in _KEY_SIZES and is_public_key(data):
        return p2pkh_script(hash160(data))
    if len(data) == _HASH_SIZE:
        return p2pkh_script(data)
    script = _script_of_address(key)
    if script is None:
        try:
            return p2pkh_script(hash160(read_key(key).public_key))
        except KeyFormatError:
            forms = "a private key (as in sig:KEY), a public key in hex, or an address"
            raise click.BadParameter(f"{given!r}: after p2pkh: comes {forms}") from None
    if not script.startswith(P2PKH_HEAD):
        raise click.BadParameter(f"{key!r} is the address of a script: give the script in hex, as SATOSHIS:HEX")
    return script


def _script_of_address(text: str) -> bytes | None:
    """Return the locking script of an address of any network; None if it is not one."""
    for network in get_args(Network):
        try:
            return script_for_address(text, network)
        except AddressError:
            continue
    return None
