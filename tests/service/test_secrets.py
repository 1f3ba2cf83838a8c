"""Secrets in addresses and settings: no error and no representation shows them."""

import asyncio
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.errors import PenstockError
from penstock.service.chain.sources import source_of
from penstock.service.provider.running import Settings
from penstock.service.store.store import Store

SECRET = "tr0ub4dor"


@pytest.mark.parametrize(
    "url",
    [
        f"core+http://user:{SECRET}@127.0.0.1:1",
        f"core+http://user:{SECRET}@127.0.0.1:99999",
        f"core+ftp://user:{SECRET}@127.0.0.1:1",
        f"core+http://user:{SECRET}@",
        f"woc+http://{SECRET}@127.0.0.1:1/v1/bsv/test",
        f"woc+http://user:{SECRET}@127.0.0.1:1/v1/bsv/test",
        f"esplora+http://user:{SECRET}@127.0.0.1:1",
        f"none+http://user:{SECRET}@127.0.0.1:1",
    ],
)
def test_no_error_of_a_source_shows_its_password(url: str) -> None:
    async def asked() -> None:
        source = source_of(url, BSV_REGTEST)
        try:
            await source.height()
        finally:
            await source.close()

    with pytest.raises(PenstockError) as caught:
        asyncio.run(asyncio.wait_for(asked(), 30))
    assert SECRET not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("url", [f"postgresql://user:{SECRET}@127.0.0.1:1/x", f"mysql://user:{SECRET}@127.0.0.1/x"])
def test_no_error_of_a_store_shows_its_password(url: str) -> None:
    with pytest.raises(PenstockError) as caught, Store.open(url):
        pass
    assert SECRET not in f"{caught.value} {caught.value!r}"


def test_settings_do_not_show_what_is_secret_in_them() -> None:
    entropy = bytes(range(32))
    settings = Settings(
        ("title",),
        Path("state"),
        f"postgresql://user:{SECRET}@db/x",
        entropy,
        sources=(f"core+http://user:{SECRET}@127.0.0.1:8332",),
    )
    for secret in (SECRET, entropy.hex(), repr(entropy)):
        assert secret not in repr(settings)
