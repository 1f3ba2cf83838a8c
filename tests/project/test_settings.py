"""The table [tool.penstock]: what it sets, and a clear error for all that is wrong in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.project.settings import Project, ProjectError, read_project
from penstockc.remappings import Remapping

WHOLE = """
[project]
name = "shop"

[tool.penstock]
contracts = ["contracts", "more/of/them/"]
target = "btc"

[tool.penstock.targets]
"contracts/**/*.scrypt" = "bsv"
"contracts/vault.scrypt" = "btc"

[tool.penstock.remappings]
"@scope/name/" = "libraries/name"
up = "../common/./up"
"""


def read(table: str) -> Project:
    project = read_project(f"[tool.penstock]\n{table}", Path("shop"))
    assert project is not None
    return project


def test_everything_that_can_be_set() -> None:
    assert read_project(WHOLE, Path("shop")) == Project(
        root=Path("shop"),
        contracts=("contracts", "more/of/them"),
        target="btc",
        targets=(("contracts/**/*.scrypt", "bsv"), ("contracts/vault.scrypt", "btc")),
        remappings=(Remapping("@scope/name", "libraries/name"), Remapping("up", "../common/up")),
    )


def test_what_holds_without_keys() -> None:
    assert read("") == Project(Path("shop"), ("contracts",), None, (), ())
    assert read('contracts = "."').contracts == (".",)


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1", "tool = 1", "[project]\npenstock = 1"])
def test_a_file_without_the_table_is_no_project(text: str) -> None:
    assert read_project(text) is None


def test_of_the_patterns_that_match_the_last_counts() -> None:
    targets = '[tool.penstock.targets]\n"**/*.scrypt" = "btc"\n"a/*.scrypt" = "bsv"\n"a/x.scrypt" = "btc"'
    project = read(f'target = "bsv"\n{targets}')
    root = Path("shop")
    assert [project.target_of(root / name) for name in ("a/x.scrypt", "a/y.scrypt", "b/x.scrypt", "x.txt")] == [
        *("btc", "bsv", "btc", "bsv")
    ]
    turned = read('[tool.penstock.targets]\n"a/x.scrypt" = "btc"\n"a/*.scrypt" = "bsv"')
    assert (turned.target_of(root / "a/x.scrypt"), turned.target_of(root / "b/x.scrypt")) == ("bsv", None)


def test_patterns_are_of_the_projects_folder_wherever_the_file_is_seen_from() -> None:
    project = read('[tool.penstock.targets]\n"a/x.scrypt" = "btc"')
    assert project.target_of(Path("shop/b/../a/x.scrypt")) == "btc"
    assert project.target_of(Path("shop/a/x.scrypt").absolute()) == "btc"
    assert project.target_of(Path("a/x.scrypt")) is None


def test_patterns_that_match_nothing() -> None:
    project = read('[tool.penstock.targets]\n"a/*.scrypt" = "btc"\n"vault.scrypt" = "btc"\n"**/v*" = "bsv"')
    assert project.idle_patterns([Path("shop/a/vault.scrypt")]) == ("vault.scrypt",)
    assert project.idle_patterns([]) == ("a/*.scrypt", "vault.scrypt", "**/v*")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("contract = 1", "contract: unknown key: did you mean `contracts`?"),
        ("color = 1", "color: unknown key: the keys are contracts, target, targets, remappings"),
        ("contracts = 1", 'contracts: write a folder of the project, such as "contracts", or a list of folders, not 1'),
        ("contracts = []", "contracts: write a folder of the project"),
        ('contracts = ["a", 2]', "contracts: write a folder of the project"),
        ('contracts = ""', "contracts: write a folder of the project"),
        ('contracts = "/srv/contracts"', "not '/srv/contracts'"),
        ('contracts = "a/../../b"', "not 'a/../../b'"),
        ("contracts = 'a\\b'", "contracts: write a folder of the project"),
        ('contracts = "a\\u0000"', "contracts: write a folder of the project"),
        ('target = "bch"', 'target: write "bsv" or "btc", not \'bch\''),
        ('target = ["btc"]', 'target: write "bsv" or "btc", not [\'btc\']'),
        ('targets = "btc"', "targets: write a table of files and targets"),
        ('[tool.penstock.targets]\n"a/*.scrypt" = "bch"', 'targets."a/*.scrypt": write "bsv" or "btc", not \'bch\''),
        ("[tool.penstock.targets]\na = {}", 'targets.a: write "bsv" or "btc", not {}'),
        ("[tool.penstock.targets]\na.scrypt = 'btc'", "targets.a: write \"bsv\" or \"btc\", not {'scrypt': 'btc'}"),
        ("[tool.penstock.targets]\n'./a' = 'btc'", 'targets."./a": write a path or pattern from the project\'s folder'),
        ("[tool.penstock.targets]\n'/a' = 'btc'", 'targets."/a": write a path or pattern'),
        ("[tool.penstock.targets]\n'../a' = 'btc'", 'targets."../a": write a path or pattern'),
        ("remappings = 1", "remappings: write a table of prefixes and folders"),
        ("[tool.penstock.remappings]\n'@a' = 1", 'remappings."@a": write a folder, relative to that of pyproject.toml'),
        ("[tool.penstock.remappings]\n'@a' = 'C:/a'", "not 'C:/a'"),
        ("[tool.penstock.remappings]\n'@a' = '/a'", "not '/a'"),
        ("[tool.penstock.remappings]\n'./a' = 'b'", 'remappings."./a": write the start of imports'),
        ("[tool.penstock.remappings]\n'' = 'b'", 'remappings."": write the start of imports'),
        ("[tool.penstock.remappings]\n'/' = 'b'", "write the start of imports"),
        ("[tool.penstock.remappings]\n'a//b' = 'b'", "write the start of imports"),
        ("[tool.penstock.remappings]\n'a' = 'b'\n'a/' = 'c'", 'remappings."a/": write each prefix once'),
        ("x", "not TOML: "),
        (f"contracts = {'9' * 5000}", "not TOML: "),
        ("contracts = " + "[" * 2000, "not TOML: "),
        (f"contracts = {'9' * 200}", "9…"),
    ],
)
def test_what_is_wrong_and_what_to_write(table: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read(table)
    text = str(caught.value)
    assert text.startswith(f"{Path('shop/pyproject.toml')}: ")
    assert message in text
    assert "not TOML" in text or "pyproject.toml: tool.penstock." in text


def test_the_table_is_a_table() -> None:
    with pytest.raises(ProjectError, match=r"^pyproject.toml: tool.penstock: write a table, \[tool.penstock\]$"):
        read_project("[tool]\npenstock = 1")


VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(), st.sampled_from(["btc", "bsv", "a", "../a", "**", "@a/"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def as_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return '"' + "".join(f"\\U{ord(each):08x}" for each in value if not 0xD800 <= ord(each) < 0xE000) + '"'
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{as_toml(key)} = {as_toml(each)}" for key, each in value.items()) + "}"
        case _:
            raise AssertionError(value)


@given(st.sampled_from(["contracts", "target", "targets", "remappings"]), VALUES)
def test_any_value_is_read_or_refused(key: str, value: object) -> None:
    try:
        project = read_project(f"[tool.penstock]\n{key} = {as_toml(value)}")
    except ProjectError:
        return
    assert project is not None
    project.target_of(Path("contracts/a.scrypt"))
