"""Each function of the standard library in a small contract that calls it."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

SIGNATURE: Final = re.compile(r"^    (static )?function (\w+)\(([^)]*)\) : (\w+) \{", re.MULTILINE)
LIBRARY: Final = re.compile(r"^library (\w+)", re.MULTILINE)
RECEIVERS: Final = {
    "HashedMap": "HashedMap<int, bytes> it = new HashedMap(before);",
    "HashedSet": "HashedSet<int> it = new HashedSet(before);",
    "VarIntReader": "VarIntReader it = new VarIntReader(before);",
}
"""Instances on which methods are called."""
STATES: Final = {
    "updateState": "require(this.updateState(preimage, value));",
    "updateStateSigHashType": "require(this.updateStateSigHashType(preimage, value, SigHash.ALL | SigHash.FORKID));",
    "getStateScript": "require(hash256(this.getStateScript()) == SigHash.hashOutputs(preimage));",
}
"""What contracts with state call: the compiler writes calls of `__State` and `__StateReader` for it."""


def standard_contracts() -> Iterator[tuple[str, str, str]]:
    """Yield each library, a function of it, and the text of a contract that calls it."""
    for file in sorted(files("penstockc.standard").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".scrypt"):
            text = file.read_text("utf-8")
            for library, part in _libraries(text):
                for found in () if library.startswith("__") else SIGNATURE.finditer(part):
                    yield library, found[2], _contract(library, *found.groups())
    for name, body in STATES.items():
        yield "state", name, _with_state(body)


def _libraries(text: str) -> Iterator[tuple[str, str]]:
    starts = [*LIBRARY.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):  # a file without a library has an end, but no start
        yield start[1], text[start.end() : end]


def _contract(library: str, static: str | None, function: str, parameters: str, result: str) -> str:
    given, arguments = [] if static else ["bytes before"], []
    for parameter in filter(None, (each.strip() for each in parameters.split(","))):
        kind, name = parameter.split()
        if kind.startswith("SortedItem"):
            given += ["int item", "int index"]
            arguments.append("{item, index}")
        else:
            given.append(f"{'bytes' if kind == 'V' else kind} {name}")
            arguments.append(name)
    call = f"{library if static else 'it'}.{function}({', '.join(arguments)})"
    condition = call if result == "bool" else f"{call} == expected"
    if result != "bool":
        given.append(f"{result} expected")
    if library in {"HashedMap", "HashedSet"}:
        given.append("bytes after")
        condition += " && it.data() == after"
    receiver = "" if static else RECEIVERS[library]
    return f"contract C {{ public function f({', '.join(given)}) {{ {receiver} require({condition}); }} }}"


def _with_state(body: str) -> str:
    return f"""contract C {{
        @state int count;
        @state bool isOpen;
        @state bytes name;
        public function f(SigHashPreimage preimage, int value, bytes given) {{
            this.count++;
            this.isOpen = !this.isOpen;
            this.name = given;
            {body}
        }}
    }}"""
