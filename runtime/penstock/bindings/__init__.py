"""Typed bindings of contracts: the parts that the modules written by `penstock bindings` stand on, and their writer.

| module       | task                                                                          |
|--------------|-------------------------------------------------------------------------------|
| `arguments`  | types of arguments: keys, signatures and preimages beside bytes               |
| `records`    | structs and states as dataclasses, and back                                   |
| `interface`  | a digest of a contract's interface, by which older bindings are noticed       |
| `binding`    | base classes of contracts and coins                                           |
| `comments`   | comments of a source, by the declaration that they are about                  |
| `naming`     | names that Python allows                                                      |
| `types`      | types of the language as annotations, and the records that they need          |
| `rows`       | a module as frozen rows                                                       |
| `describing` | `describe`: an artifact with its comments in, a row out                       |
| `docstrings` | comments as docstrings                                                        |
| `rendering`  | `render`: a row in, the text of a module out                                  |
| `writing`    | `plan`: contracts in, files out; comparing them with a folder, writing them   |
"""

from penstock.bindings.arguments import Bytes, Destination, KeyMap, Map, PubKey, Ripemd160, Set, Sig, SigHashPreimage
from penstock.bindings.binding import Binding, BindingsError, Coin, Source
from penstock.bindings.records import HashedData, Record
from penstock.contract.values.hashed import SortedItem
from penstock.testing.transactions import Draft

__all__ = [
    "Binding",
    "BindingsError",
    "Bytes",
    "Coin",
    "Destination",
    "Draft",
    "HashedData",
    "KeyMap",
    "Map",
    "PubKey",
    "Record",
    "Ripemd160",
    "Set",
    "Sig",
    "SigHashPreimage",
    "SortedItem",
    "Source",
]
