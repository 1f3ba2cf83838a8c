"""A cache, a contract with imports, and the files that were compiled."""

from pathlib import Path

import pytest

from penstock.project import cache as cache_module
from penstock.project.cache import Cache
from penstock.project.requests import Compiled, Request, compile_request
from tests.support.compiling.cached import FEES, MAIN, MORE


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "compiled")


@pytest.fixture
def main(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    (folder / "parts").mkdir(parents=True)
    (folder / "sale.scrypt").write_text(MAIN)
    (folder / "parts" / "fees.scrypt").write_text(FEES)
    (folder / "more.scrypt").write_text(MORE)
    return folder / "sale.scrypt"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were compiled, and not taken from the cache."""
    compiled: list[str] = []

    def counted(request: Request, load: object) -> Compiled:
        compiled.append(request.name)
        return compile_request(request, load)  # type: ignore[arg-type]  # handed on as it is

    monkeypatch.setattr(cache_module, "compile_request", counted)
    return compiled
