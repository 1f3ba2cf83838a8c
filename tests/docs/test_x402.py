"""docs/x402.md: its server and its client run as they stand, one against the other; so does the example."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.provider.weather import served

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "x402.md").read_text("utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_code_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    for code in CODE:
        exec(compile(code, "x402.md", "exec"), names)
    with served(names["app"]) as url:
        assert asyncio.run(names["ask"](url)) == 100


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "examples" / "weather_api.py").read_text("utf-8")
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(text, "weather_api.py", "exec"), names)

    async def ask(url: str) -> None:
        names["ADDRESS"] = url
        await names["ask"]("Delft")
        await names["ask"]("Gouda")

    with served(names["app"]) as url:
        asyncio.run(ask(url))
    assert capsys.readouterr().out.splitlines() == [
        "{'city': 'Delft', 'weather': 'rain', 'celsius': 9}  for 100 satoshis, 100 in all",
        "{'city': 'Gouda', 'weather': 'rain', 'celsius': 9}  for 100 satoshis, 200 in all",
    ]
