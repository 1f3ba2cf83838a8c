"""Names in Python: kept where that is possible, told apart where it is not."""

import pytest

from penstock.bindings.naming import OF_COINS, OF_PARAMETERS, TYPES, class_word, module_name, python_name, python_names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sig", "sig"),
        ("pubKey", "pubKey"),
        ("_data", "_data"),
        ("from", "from_"),
        ("None", "None_"),
        ("self", "self_"),
        ("__x", "x_"),
        ("__init__", "init_"),
        ("__1", "x1_"),
        ("__", "x_"),
        ("____", "x_"),
        ("match", "match"),
    ],
)
def test_a_name(name: str, expected: str) -> None:
    assert python_name(name, OF_PARAMETERS) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["from", "from_", "from__"], ["from___", "from_", "from__"]),
        (["from_", "from"], ["from_", "from__"]),
        (["__x", "x", "x_"], ["x__", "x", "x_"]),
        (["sig", "Sig", "SIG"], ["sig", "Sig", "SIG"]),
        (["__x", "__x_", "____x"], ["x_", "x__", "x___"]),
    ],
)
def test_names_of_one_scope_differ(names: list[str], expected: list[str]) -> None:
    assert python_names(names, ()) == expected


def test_names_of_the_bindings_are_kept_off() -> None:
    ours = ["next", "state", "on", "after", "value", "draft", "untyped", "_call", "bindings", "tuple"]
    assert python_names(ours, OF_COINS) == [f"{name}_" for name in ours]
    assert python_names(["bytes", "dataclass", "fund"], TYPES) == ["bytes_", "dataclass_", "fund"]


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("hash_lock", "hash_lock"),
        ("HashLock", "hash_lock"),
        ("P2PKH", "p2pkh"),
        ("HTTPServer", "http_server"),
        ("my-lock.v2", "my_lock_v2"),
        ("2of3", "contract_2of3"),
        ("class", "class_"),
        ("__init__", "init"),
        ("…", "contract"),
        ("Läden", "l_den"),
    ],
)
def test_modules(stem: str, expected: str) -> None:
    assert module_name(stem) == expected


def test_words_of_classes() -> None:
    assert class_word("Pair<int, bytes[2]>") == "PairIntBytes2"
