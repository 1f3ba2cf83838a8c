"""Branches that no spend passes: the lints continue without any path."""

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


def test_properties_are_zero_until_the_constructor_assigns_them() -> None:
    """Also those of a type with a declared length: an unassigned hash is empty, so that these two are equal."""
    text = """contract Sample {
    Sha256 digest; bytes data; int count;
    constructor(Sha256 digest, bytes data) {
        this.count = this.digest == Sha256(this.data) ? 1 : 2;
        this.digest = digest;
        this.data = data;
    }
    public function open(int x) { require(x == this.count && sha256(this.data) == this.digest); }
}"""
    (dead,) = [each.span for each in check_source(text).diagnostics if each.code == "dead-arm"]
    assert text[dead.start : dead.end] == "2"
