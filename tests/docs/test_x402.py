"""docs/x402.md: its server and its client run as they stand, one against the other; so does the example."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from penstock.service.serving import listening_at

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "x402.md").read_text("utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def served(app: Any, work: Any) -> Any:
    """Serve an application in a thread, while a client works; return what it returns."""
    listening = listening_at("127.0.0.1", 0)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    try:
        return asyncio.run(work(f"http://127.0.0.1:{listening.getsockname()[1]}"))
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


def test_the_code_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    for code in CODE:
        exec(compile(code, "x402.md", "exec"), names)
    assert served(names["app"], names["ask"]) == 100


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "examples" / "weather_api.py").read_text("utf-8")
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(text, "weather_api.py", "exec"), names)

    async def ask(url: str) -> None:
        names["ADDRESS"] = url
        await names["ask"]("Delft")
        await names["ask"]("Gouda")

    served(names["app"], ask)
    assert capsys.readouterr().out.splitlines() == [
        "{'city': 'Delft', 'weather': 'rain', 'celsius': 9}  for 100 satoshis, 100 in all",
        "{'city': 'Gouda', 'weather': 'rain', 'celsius': 9}  for 100 satoshis, 200 in all",
    ]
