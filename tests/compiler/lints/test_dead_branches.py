"""Branches that no spend gets through: the lints go on with what is left, which is nothing."""

import pytest

from penstockc.pipeline import check_source

SOURCE = """
contract Closed {{
    PubKey key;

    public function open(int x, int z, Sig sig) {{
        int y = 0;
        if (x > z) {{
            {then}
            y = 1;
        }} else {{
            {otherwise}
            y = x;
        }}
        require(y == 1);
        require(checkSig(sig, this.key));
    }}
}}
"""
FAILING = (
    "require(1 == 2);",
    "require(false); require(x > 3);",
    "if (z > 5) { require(1 == 2); } else { require(3 < 2); }",
)


@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize("then", FAILING)
@pytest.mark.parametrize("otherwise", FAILING)
def test_both_arms_fail(then: str, otherwise: str, target: str) -> None:
    checked = check_source(SOURCE.format(then=then, otherwise=otherwise), target=target)
    assert {found.severity for found in checked.diagnostics} <= {"warning"}


@pytest.mark.parametrize("then", FAILING)
def test_one_arm_fails(then: str) -> None:
    checked = check_source(SOURCE.format(then=then, otherwise="z++;"))
    assert {found.severity for found in checked.diagnostics} <= {"warning"}
