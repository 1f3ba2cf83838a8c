"""Templates fill, match and read back; an invalid template is refused with its place."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import ArtifactError, Placeholder, Template, template_md5
from penstock.script.parse import instructions
from penstock.script.pushes import push

data = st.binary(max_size=80)
names = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True), max_size=5, unique=True)


@st.composite
def templates(draw: st.DrawFn) -> str:
    """Whole instructions and placeholders in any order; a name may come back."""
    known = draw(names)
    fixed = st.one_of(data.map(lambda value: push(value).hex()), st.sampled_from(["76", "a9", "88", "ac"]))
    open_ = st.sampled_from(known).map(lambda name: f"<{name}>") if known else st.nothing()
    return "".join(draw(st.lists(st.one_of(fixed, open_), max_size=12)))


@given(templates(), st.data())
def test_what_was_filled_in_is_found_again(text: str, draws: st.DataObject) -> None:
    template = Template.parse(text)
    values = {name: draws.draw(data, label=name) for name in template.names}
    script = template.fill({name: push(value) for name, value in values.items()})
    assert template.match(script) == values


@given(templates())
def test_opcodes_keep_their_index(text: str) -> None:
    template = Template.parse(text)
    script = template.fill(dict.fromkeys(template.names, push(b"some value")))
    words = template.asm().split()
    assert len(words) == template.opcode_count == len(list(instructions(script)))


def test_a_truncated_push_counts_as_one_opcode() -> None:
    assert Template.parse("7602aabb05aa").opcode_count == 3


@given(templates(), st.binary(min_size=1, max_size=3))
def test_longer_scripts_do_not_match(text: str, more: bytes) -> None:
    template = Template.parse(text)
    script = template.fill(dict.fromkeys(template.names, push(b"some value")))
    assert template.match(script + more) is None


def test_a_name_that_occurs_twice_must_be_filled_the_same_way() -> None:
    template = Template.parse("<x>93<x>")
    assert template.names == ("x",)
    assert template.match(bytes.fromhex("52 93 52")) == {"x": b"\x02"}
    assert template.match(bytes.fromhex("52 93 53")) is None


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("", id="nothing"),
        pytest.param("769c", id="no push where the placeholder stands"),
        pytest.param("509c", id="OP_RESERVED is no push"),
        pytest.param("0501", id="push cut short"),
        pytest.param("529d", id="another opcode after it"),
    ],
)
def test_other_scripts_do_not_match(script: str) -> None:
    assert Template.parse("<x>9c").match(bytes.fromhex(script)) is None


def test_placeholders_may_be_named_like_leaves() -> None:
    template = Template.parse("<keys[1][0].x>ac")
    assert template.pieces == (Placeholder("keys[1][0].x"), b"\xac")
    assert template.asm() == "<keys[1][0].x> OP_CHECKSIG"


def test_asm_uses_the_names_of_the_chain() -> None:
    assert Template.parse("<x>7f").asm() == "<x> OP_SPLIT"
    assert Template.parse("<x>7f").asm("btc") == "<x> OP_SUBSTR"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("76a", "neither whole bytes", id="half a byte"),
        pytest.param("76 a9", "neither whole bytes", id="blank"),
        pytest.param("<x>zz", "'zz'", id="no digits"),
        pytest.param("<>76", "neither whole bytes", id="placeholder without a name"),
        pytest.param("<x", "neither whole bytes", id="placeholder without an end"),
        pytest.param("02aa<x>", "<x> is inside a push", id="placeholder inside a push"),
    ],
)
def test_what_is_no_template_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ArtifactError, match=r"^artifact field hex: ") as caught:
        Template.parse(text)
    assert reason in str(caught.value)


def test_the_md5_does_not_depend_on_names() -> None:
    expected = hashlib.md5(b"78a8<>87", usedforsecurity=False).hexdigest()
    assert template_md5("78a8<hash>87") == template_md5("78a8<h>87") == expected
    assert template_md5("78a8<hash>88") != expected
