"""A new project: a first contract, its tests, and settings.

In: a folder, and a target. Out: the files of the project, made of the templates in the folder `templates`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from penstock.project.settings import ProjectError
from penstock.script.chains import CHAINS, DEFAULT_CHAIN
from penstockc.language.operations import Operation
from penstockc.targets import target_of

_FILES: Final[Mapping[str, str]] = {
    "contracts/payment.scrypt": "payment.scrypt.j2",
    "tests/test_payment.py": "test_payment.py.j2",
    "pyproject.toml": "pyproject.toml.j2",
    ".gitignore": "gitignore.j2",
    ".vscode/settings.json": "settings.json.j2",
}
"""The files of a new project, and their templates."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?<!\.)")
_REPOSITORY: Final = ".git"


def start_project(folder: Path, target: str = DEFAULT_CHAIN.name) -> tuple[Path, ...]:
    """Write the files of a new project, and return their paths.

    Args:
        folder: its folder, made if missing; the last part of its path is the project's name.
        target: the chain to compile for.

    Raises:
        ProjectError: the folder has files already, or its name is not one for a project.
        OSError: a file or folder cannot be written.
    """
    name = folder.resolve().name
    if not _NAME.fullmatch(name):
        told = "use letters a to z, digits, - and _"
        raise ProjectError(f"{name!r} is not a name for a project: {told}")
    if folder.exists() and any(entry.name != _REPOSITORY for entry in folder.iterdir()):
        raise ProjectError(f"{folder} is not empty: name a new folder")
    written = []
    for path, text in project_files(name, target).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        written.append(file)
    return tuple(written)


def project_files(name: str, target: str) -> dict[str, str]:
    """Return the files of a new project by their paths, with slashes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - of this function alone

    loader = PackageLoader("penstock.project")
    # the texts are not HTML
    environment = Environment(loader=loader, autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    environment.trim_blocks = environment.lstrip_blocks = True
    has_lock_time = target_of(CHAINS[target]).has(Operation.CHECK_LOCK_TIME)
    facts = {"name": name, "target": target, "has_lock_time": has_lock_time}
    return {path: environment.get_template(template).render(facts) for path, template in _FILES.items()}
