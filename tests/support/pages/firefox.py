"""Firefox without a window, driven by WebDriver BiDi, which it speaks itself over a WebSocket.

Playwright drives a Firefox of its own alone, and geckodriver is not a package of Debian.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.support.shops.pages import until

FIREFOX: Final = Path("/usr/bin/firefox-esr")
_LISTENS: Final = re.compile(rb"listening on (ws://\S+)")


class FirefoxTab:
    """A tab.

    Attributes:
        faults: errors on its console.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._context = ""
        self._asked = 0
        self.faults: list[str] = []

    async def begin(self) -> None:
        """Begin a session with the tab that is open."""
        await self._ask("session.new", capabilities={})
        await self._ask("session.subscribe", events=["log.entryAdded"])
        self._context = (await self._ask("browsingContext.getTree"))["contexts"][0]["context"]

    async def goto(self, url: str) -> None:
        """Open a page, and wait until it is loaded."""
        await self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression that is a text, a number, or a truth value."""
        target = {"context": self._context}
        found = await self._ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert found["type"] == "success", found
        return found["result"].get("value")

    async def click(self, selector: str) -> None:
        """Click on an element with the pointer, as soon as it takes clicks."""
        at = (
            f"(() => {{ const each = document.querySelector({selector!r}); const box = each.getBoundingClientRect();"
            "const point = [box.x + box.width / 2, box.y + box.height / 2];"
            "return each.contains(document.elementFromPoint(...point)) ? JSON.stringify(point) : ''; })()"
        )

        async def is_free() -> bool:
            return bool(await self.evaluate(at))

        await until(is_free, what=selector)
        x, y = map(round, json.loads(await self.evaluate(at)))
        actions = [{"type": "pointerMove", "x": x, "y": y}, *({"type": each, "button": 0} for each in _PRESS)]
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        await self._ask("input.performActions", context=self._context, actions=[pointer])

    async def press(self, key: str) -> None:
        """Press a key."""
        actions = [{"type": each, "value": key} for each in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        await self._ask("input.performActions", context=self._context, actions=[keyboard])

    async def _ask(self, method: str, **parameters: Any) -> Any:
        self._asked += 1
        await self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self._socket.recv())
            if answer.get("id") == self._asked:
                assert answer["type"] == "success", answer
                return answer["result"]
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.faults.append(str(answer["params"]["text"]))


_PRESS: Final = ("pointerDown", "pointerUp")


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[FirefoxTab]:
    """Give a tab of the system's Firefox, with a new profile; errors on its console fail the test."""
    if not FIREFOX.exists():
        pytest.skip(f"{FIREFOX} is not there: apt-get install firefox-esr")
    await asyncio.to_thread(profile.mkdir)
    process = await asyncio.create_subprocess_exec(
        *(str(FIREFOX), "--headless", "--remote-debugging-port", "0", "--profile", str(profile), "about:blank"),
        env=os.environ | {"HOME": str(profile)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        while not (found := _LISTENS.search(await asyncio.wait_for(process.stderr.readline(), 60))):
            assert not process.stderr.at_eof(), "Firefox has ended"
        async with connect(f"{found[1].decode()}/session", max_size=None) as socket:
            tab = FirefoxTab(socket)
            await tab.begin()
            yield tab
            assert not tab.faults, tab.faults
    finally:
        process.terminate()
        await process.communicate()
