"""A whole node with a pool, npm's bcoin, on a chain of its own (regtest): rules of relay, lock times, reorganisations.

`make mempool` installs it from the registry of npm into the folder that PENSTOCK_BCOIN names, `build/bcoin` by default.
Tests skip without it, or fail with PENSTOCK_REQUIRE_BCOIN=1. The node refuses what is not standard, as public nodes do.
It takes transactions that say that they may be replaced (BIP125), and replaces none. Version 3 is not standard to it.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pytest

from penstock.tx.transaction import Transaction

FOLDER: Final = Path(os.environ.get("PENSTOCK_BCOIN", Path(__file__).parents[3] / "build/bcoin"))
REQUIRED: Final = os.environ.get("PENSTOCK_REQUIRE_BCOIN") == "1"
"""Whether tests fail, and do not skip, without the node."""
ACTIVE_FROM: Final = 440
"""Blocks after which segregated witness and relative locks hold on its chain; they do from 432 on."""
MISSING: Final = "an output that it spends is not there"
_VERSION: Final = "1.0.2"
_PACKAGE: Final = {
    "private": True,
    "dependencies": {"bcoin": _VERSION},
    "overrides": {"leveldown": "5.6.0"},  # the older one, which bcoin names, does not install any more; it is not used
}
PASSWORD: Final = "penstock"
_OPTIONS: Final = (
    "--network=regtest",
    "--memory=true",
    "--http-host=127.0.0.1",
    "--host=127.0.0.1",
    "--no-wallet",
    "--listen=false",
    "--max-outbound=1",
    "--require-standard=true",
    "--replace-by-fee=true",
    "--log-console=true",
    "--log-level=warning",
    f"--api-key={PASSWORD}",
)


def install(folder: Path) -> None:
    """Install the node from the registry of npm, without running any script of a package."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps(_PACKAGE), "utf-8")
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed: apt-get install npm")
    subprocess.run([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)


def program() -> Path:
    """Return the node's program; without it the test skips."""
    found = FOLDER.absolute() / "node_modules/bcoin/bin/node"
    reason = None
    if shutil.which("node") is None:
        reason = "Node.js is not installed: apt-get install nodejs npm"
    elif not found.exists():
        reason = f"npm's bcoin is not in {FOLDER}: `make mempool` installs it"
    if reason is not None:
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    return found


@contextmanager
def running(folder: Path) -> Iterator["BcoinNode"]:
    """Start a node whose chain is in memory, and stop it at the end.

    Args:
        folder: an empty folder for its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    command = ["node", str(program()), *_OPTIONS, f"--http-port={port}", f"--prefix={folder}"]
    environment = {**os.environ, "NODE_BACKEND": "js"}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            node = BcoinNode(port, log)
            _wait_for(node, process)
            yield node
        finally:
            process.terminate()


def _wait_for(node: "BcoinNode", process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, node.log.read_text("utf-8")
        try:
            node.rpc("getblockcount")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("bcoin does not answer")


@dataclass(frozen=True)
class BcoinNode:
    """A node that runs.

    Attributes:
        port: its port for calls.
        log: the file with its log.
    """

    port: int
    log: Path

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return int(self.rpc("getblockcount"))

    @property
    def pool(self) -> set[str]:
        """The ids of transactions that wait for a block, as they are shown."""
        return set(self.rpc("getrawmempool"))

    def address(self, script: bytes) -> str:
        """Return the address of a locking script as bcoin writes it: its test network has prefixes of its own."""
        return str(self.rpc("decodescript", script.hex())["addresses"][0])

    def mine(self, blocks: int, address: str) -> list[dict[str, Any]]:
        """Mine blocks with all that waits, and return them."""
        hashes = self.rpc("generatetoaddress", blocks, address)
        return [self.rpc("getblock", each) for each in hashes]

    def undo(self, blocks: int) -> None:
        """Take back the newest blocks. Their transactions go to the pool if something else is in it."""
        height = self.height - blocks + 1
        self.rpc("invalidateblock", self.rpc("getblockhash", height))

    def raw(self, txid: str) -> Transaction:
        """Return a transaction that waits."""
        return Transaction.parse(bytes.fromhex(self.rpc("getrawtransaction", txid)))

    def refusal(self, transaction: Transaction) -> str | None:
        """Offer a transaction to the pool: return its reason for refusing it, or None if it waits there now."""
        before = len(self.log.read_text("utf-8"))
        answer = self._call("/broadcast", {"tx": transaction.serialize().hex()})
        txid = transaction.txid[::-1].hex()
        said = self.log.read_text("utf-8")[before:]
        found = re.findall(rf"Verification failure: (.+?) \(code=\S+ score=\d+ hash={txid}\)", said)
        told = answer.get("error") or {}
        waits = txid in self.pool
        if waits:
            assert not found, said
            return None
        if found:
            return str(found[-1])
        return MISSING if f"orphaned in mempool: {txid}" in said else f"refused: {told} {said}"

    def rpc(self, method: str, *params: object) -> Any:
        """Call a method, and return its result."""
        answer = self._call("/", {"method": method, "params": params})
        assert answer.get("error") is None, answer
        return answer["result"]

    def _call(self, path: str, body: object) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            secret = b64encode(f"x:{PASSWORD}".encode()).decode()
            headers = {"Content-Type": "application/json", "Authorization": f"Basic {secret}"}
            connection.request("POST", path, json.dumps(body), headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


if __name__ == "__main__":
    install(FOLDER)
