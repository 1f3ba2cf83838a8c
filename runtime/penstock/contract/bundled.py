"""Bundled contracts, in an installed package or in a checkout."""

from pathlib import Path
from typing import Final

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_SUFFIX: Final = ".scrypt"


class UnknownContractError(PenstockError, KeyError):
    """An unknown name of a bundled contract."""

    def __str__(self) -> str:
        return str(self.args[0])


def bundled(name: str) -> Path:
    """Return the file of the bundled contract `name` (without its suffix).

    Raises:
        UnknownContractError: there is none of that name; the message lists the known names.
    """
    if name not in bundled_names():
        raise UnknownContractError(f"no bundled contract {name!r}; there are {', '.join(bundled_names())}")
    return _folder() / f"{name}{_SUFFIX}"


def bundled_names() -> tuple[str, ...]:
    """Return the names of all bundled contracts, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob(f"*{_SUFFIX}")))


def _folder() -> Path:
    """Return the folder of the contracts: inside the package in a wheel, at the top of a checkout."""
    installed = _PACKAGE / "contracts"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "contracts"
