"""docs/chain.md: its code runs as it stands."""

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "chain.md").read_text("utf-8")


def test_the_code_runs() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    exec(compile(code, "chain.md", "exec"), {"__name__": "page"})
