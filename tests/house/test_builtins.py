"""Every built-in function is documented, and occurs in the random contracts that are held against the evaluator."""

import re
from pathlib import Path

from penstockc.language.builtins import BUILTINS
from tests.support.generators.random_contracts.forms import FORMS, LOCK_TIMES
from tests.support.generators.random_contracts.vocabulary import HASHES

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = (ROOT / "docs" / "language.md").read_text("utf-8")
GENERATOR = ROOT / "tests" / "support" / "generators" / "random_contracts"


def called_in_contracts() -> set[str]:
    """The built-ins that templates of the generator call, and those that make its digests."""
    called = {name for form in (*FORMS, *LOCK_TIMES) for name in re.findall(r"(\w+)\(", form.template)}
    texts = "\n".join(path.read_text("utf-8") for path in sorted(GENERATOR.glob("*.py")))
    written = set(re.findall(r"""f["'](\w+)\(\{""", texts))  # in the text of a contract: f"name({...
    return called | written | {name for names in HASHES.values() for name in names}


def test_each_is_in_the_language_document() -> None:
    assert not BUILTINS.keys() - set(re.findall(r"`(\w+)\(", LANGUAGE))


def test_each_is_in_the_random_contracts() -> None:
    assert not BUILTINS.keys() - called_in_contracts()
