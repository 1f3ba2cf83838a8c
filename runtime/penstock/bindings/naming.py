"""Names in Python for those of a contract: the same, unless Python or the bindings have another use for it.

Such a name gets an underscore at its end: `from_`, `next_`. Leading double underscores, which Python gives a meaning of
its own, are left out.
"""

import re
from collections.abc import Collection, Iterable
from keyword import iskeyword
from typing import Final

from penstock.bindings.binding import Coin

TYPES: Final = frozenset({"bindings", "bool", "bytes", "dataclass", "int", "property", "super", "tuple", "Sequence"})
"""Names that generated modules use, where classes and their members have to keep off them."""
OF_PARAMETERS: Final = frozenset({"self", "super"})
OF_COINS: Final = TYPES | frozenset(dir(Coin)) | {"next", "state"}
_WORD: Final = re.compile(r"[^0-9A-Za-z_]+")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def python_name(name: str, taken: Collection[str]) -> str:
    """Return the name in Python for one of a contract, which is none of those that are taken."""
    if name.startswith("__"):
        name = f"{name.strip('_')}_"
        name = name if name.isidentifier() and name != "_" else f"x{name}"
    while iskeyword(name) or name in taken:
        name += "_"
    return name


def python_names(names: Iterable[str], reserved: Collection[str]) -> list[str]:
    """Return the names in Python for those of one scope, no two the same.

    A name that stays as it is comes before those that change: of `from` and `from_`, the first is `from__`.
    """
    listed = list(names)
    kept = {name for name in listed if python_name(name, reserved) == name}
    found = list[str]()
    for name in listed:
        found.append(name if name in kept else python_name(name, {*reserved, *kept, *found}))
    return found


def module_name(stem: str) -> str:
    """Return the name of a module or a package for the name of a file or folder: `hash_lock` for `HashLock`."""
    words = _WORD.sub("_", _HUMP.sub("_", stem)).strip("_").lower()
    words = re.sub("_+", "_", words) or "contract"
    return python_name(f"contract_{words}" if words[0].isdigit() else words, ())


def class_word(text: str) -> str:
    """Return a word for the name of a class: `Int2` for `int[2]`, `PairIntBytes` for `Pair<int,bytes>`."""
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"\w+", text))
