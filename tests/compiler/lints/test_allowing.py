"""A comment with a reason allows a warning on its line, or on the line below it; any other such comment is reported."""

import pytest

from penstockc.pipeline import check_source

SAMPLE = """contract Sample {{
    PubKey owner;

    {above}
    public function unlock(Sig sig, int x, int y) {{ {beside}
        require(checkSig(sig, this.owner));{below}
    }}
}}
"""
BOTH = ["unused-parameter", "unused-parameter"]


def codes(above: str = "", beside: str = "", below: str = "") -> list[str]:
    found = check_source(SAMPLE.format(above=above, beside=beside, below=below)).diagnostics
    return [one.code for one in found]


def test_nothing_is_allowed_by_itself() -> None:
    assert codes() == BOTH


@pytest.mark.parametrize(
    "comment",
    [
        "// allow(unused-parameter): the next version reads them",
        "//allow(unused-parameter):x",
        "//   allow ( unused-parameter ) : the next version reads them",
        "// allow(unused-parameter): one // and another",
    ],
)
def test_on_the_line_or_above(comment: str) -> None:
    assert codes(above=comment) == []
    assert codes(beside=comment) == []


def test_above_there_may_be_other_comments_between() -> None:
    assert codes(above="// allow(unused-parameter): yes\n\n    // Unlock.\n") == []


def test_not_on_the_line_below() -> None:
    assert codes(below=" // allow(unused-parameter): no") == [*BOTH, "idle-allow"]


def test_a_comment_beside_code_is_for_its_own_line() -> None:
    text = SAMPLE.format(above="", beside="", below="").replace(
        "PubKey owner;\n\n    \n", "PubKey owner; // allow(unused-parameter): no\n"
    )
    assert [one.code for one in check_source(text).diagnostics] == ["idle-allow", *BOTH]


@pytest.mark.parametrize(
    "comment", ["// allow(unused-parameter)", "// allow(unused-parameter):", "// allow(unused-parameter):  "]
)
def test_without_a_reason_it_allows_nothing(comment: str) -> None:
    assert codes(above=comment) == ["allow-without-reason", *BOTH]


@pytest.mark.parametrize("code", ["unused", "type-mismatch", "idle-allow", "allow-without-reason"])
def test_unknown_codes_are_told(code: str) -> None:
    assert codes(above=f"// allow({code}): yes") == ["allow-unknown-code", *BOTH]


def test_several_codes_in_one_comment_count_each() -> None:
    assert codes(above="// allow(unused-parameter, unused-local): yes") == ["idle-allow"]


def test_another_code_allows_nothing() -> None:
    assert codes(above="// allow(unused-local): yes") == ["idle-allow", *BOTH]


@pytest.mark.parametrize("text", ['"// allow(unused-parameter): yes"', "/* // allow(unused-parameter): yes */ b'00'"])
def test_what_is_no_line_comment_is_none(text: str) -> None:
    assert codes(below=f" require({text} != sig);") == BOTH


def test_warnings_of_the_checks_can_be_allowed_too() -> None:
    text = """contract C {
    PubKey owner;

    public function unlock(Sig sig) {
        int x = len(sig);
        { int x = 3; require(x < len(sig)); } // allow(shadowed-name): short
        require(checkSig(sig, this.owner) && x > 70);
    }
}
"""
    assert [one.code for one in check_source(text).diagnostics] == []


def test_imported_files_allow_what_is_in_them() -> None:
    imported = "library L { static function f(int x) : int { return 1; } } // allow(unused-parameter): an interface"
    main = """import "l.scrypt";
contract C {
    PubKey owner;
    public function unlock(Sig sig) { require(checkSig(sig, this.owner) && L.f(2) < len(sig)); }
}
"""
    assert check_source(main, load=lambda _, __: imported).diagnostics == ()
    found = check_source(main, load=lambda _, __: imported.partition(" //")[0]).diagnostics
    assert [one.code for one in found] == ["unused-parameter"]
