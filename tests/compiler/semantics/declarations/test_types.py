"""Which types go where: every pair of basic types, every operator, every place."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from penstock.artifact.artifact import BASIC_TYPES, BasicType, Kind
from penstockc.language.builtins import BUILTINS
from penstockc.language.operations import Operation
from penstockc.language.operators import BINARY, UNARY
from penstockc.syntax.ast import BinaryOperator, UnaryOperator
from tests.support.compiling.sources import body_codes, codes, diagnostics

TYPES = [basic.label for basic in BasicType]
PAIRS = list(product(TYPES, TYPES))
INTS = {"int", "PrivKey"}
BYTES = set(TYPES) - INTS - {"bool"}


def batched(words: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (words[at : at + size] for at in range(0, len(words), size))


def goes(found: str, wanted: str) -> bool:
    """Subtypes go where their supertype is wanted; nothing else goes anywhere."""
    return found == wanted or (wanted == "int" and found in INTS) or (wanted == "bytes" and found in BYTES)


def same_kind(one: str, other: str) -> bool:
    return any({one, other} <= kind for kind in (INTS, BYTES, {"bool"}))


@pytest.mark.parametrize(("found", "wanted"), PAIRS)
def test_where_a_value_goes(found: str, wanted: str) -> None:
    expected = [] if goes(found, wanted) else ["type-mismatch"]
    parameters = f"{found} x, {wanted} y"
    assert body_codes(f"{wanted} z = x;", parameters) == expected
    assert body_codes("y = x;", parameters) == expected
    function = f"static function g({wanted} y) : bool {{ return true; }}"
    assert codes(f"contract C {{ {function} public function f({found} x) {{ require(g(x)); }} }}") == expected
    construct = f"library L {{ {wanted} y; }} contract C {{ public function f({found} x) {{ L l = new L(x);"
    assert codes(f"{construct} require(true); }} }}") == expected


@pytest.mark.parametrize(("found", "wanted"), PAIRS)
def test_results_take_plain_bytes_for_any_of_their_subtypes(found: str, wanted: str) -> None:
    base = {"int": INTS, "bytes": BYTES, "bool": {"bool"}}
    fits = goes(found, wanted) or wanted in base.get(found, set())
    function = f"function g({found} x) : {wanted} {{ return x; }}"
    text = f"contract C {{ {function} public function f() {{ require(true); }} }}"
    assert codes(text) == ([] if fits else ["type-mismatch"])


@pytest.mark.parametrize(("found", "wanted"), PAIRS)
def test_casts(found: str, wanted: str) -> None:
    expected = [] if same_kind(found, wanted) else ["not-castable"]
    assert body_codes(f"auto y = {wanted}(x);", f"{found} x") == expected


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_comparisons_and_conditionals(one: str, other: str) -> None:
    parameters = f"{one} x, {other} y"
    comparable = same_kind(one, other)
    for operator in ("==", "!="):
        assert body_codes(f"bool b = x {operator} y;", parameters) == ([] if comparable else ["operands-mismatch"])
    assert body_codes("auto z = true ? x : y;", parameters) == ([] if comparable else ["arms-mismatch"])


# Which kinds of operands each operator takes, and the type that comes out; the rest is refused.
OPERATORS = """
    +   int int int       + bytes bytes bytes
    -   int int int       *  int int int      /  int int int     %  int int int
    <<  int int int       << bytes int bytes
    >>  int int int       >> bytes int bytes
    <   int int bool      <= int int bool     >  int int bool    >= int int bool
    ==  int int bool      == bytes bytes bool == bool bool bool
    !=  int int bool      != bytes bytes bool != bool bool bool
    &   int int int       &  bytes bytes bytes
    ^   int int int       ^  bytes bytes bytes
    |   int int int       |  bytes bytes bytes
    &&  bool bool bool    && int bool bool    && bool int bool   && int int bool
    ||  bool bool bool    || int bool bool    || bool int bool   || int int bool
"""
RESULTS = {(sign, left, right): result for sign, left, right, result in batched(OPERATORS.split(), 4)}


@pytest.mark.parametrize("operator", BinaryOperator)
@pytest.mark.parametrize(("left", "right"), list(product(["int", "bytes", "bool"], repeat=2)))
def test_operators(operator: BinaryOperator, left: str, right: str) -> None:
    result = RESULTS.get((str(operator), left, right))
    parameters = f"{left} x, {right} y"
    if result is None:
        found = body_codes(f"auto z = x {operator} y;", parameters)
        assert set(found) <= {"operands-mismatch", "type-mismatch"}
        assert found
    else:
        assert body_codes(f"{result} z = x {operator} y;", parameters) == []


@pytest.mark.parametrize(
    ("operator", "operand", "result"),
    [("-", "int", "int"), ("!", "bool", "bool"), ("!", "int", "bool"), ("~", "int", "int"), ("~", "bytes", "bytes")],
)
def test_operators_of_one_operand(operator: str, operand: str, result: str) -> None:
    assert body_codes(f"{result} z = {operator} x;", f"{operand} x") == []


@pytest.mark.parametrize(("operator", "operand"), [("-", "bool"), ("-", "bytes"), ("!", "bytes"), ("~", "bool")])
def test_operators_refuse_other_operands(operator: str, operand: str) -> None:
    assert body_codes(f"auto z = {operator} x;", f"{operand} x") == ["operand-mismatch"]


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("x + y", "bytes"),
        ("x[1:]", "bytes"),
        ("~x", "bytes"),
        ("x << 1", "bytes"),
        ("x | y", "SigHashType"),
        ("x & x ^ y", "SigHashType"),
        ("c + c", "OpCodeType"),
        ("c | x", "bytes"),
        ("k + 1", "int"),
        ("sha256(x)", "Sha256"),
        ("hash256(x)", "Sha256"),
        ("ripemd160(x)", "Ripemd160"),
        ("hash160(x)", "PubKeyHash"),
        ("sha1(x)", "Sha1"),
        ("num2bin(1, 2)", "bytes"),
        ("len(x)", "int"),
        ("within(k, 0, 9)", "bool"),
    ],
)
def test_the_type_that_comes_out(value: str, type_: str) -> None:
    """Exactly that: as `auto` it can be assigned one of its own, and it goes into one."""
    parameters = f"SigHashType x, SigHashType y, OpCodeType c, PrivKey k, {type_} own"
    assert body_codes(f"auto z = {value}; z = own; {type_} w = z;", parameters) == []
    if type_ == "bytes":
        assert body_codes(f"SigHashType z = {value};", parameters) == ["type-mismatch"]


def test_conditions_take_every_basic_type() -> None:
    for basic in TYPES:
        for statement in ("if (x) { }", "require(x);", "exit(x);", "bool b = x ? true : false;"):
            assert body_codes(statement, f"{basic} x") == []


def test_tables_have_a_row_for_each_operator() -> None:
    short_circuit = {BinaryOperator.AND, BinaryOperator.OR}
    assert {operator for operator, _, _ in BINARY} == set(BinaryOperator) - short_circuit
    assert {operator for operator, _ in UNARY} == set(UnaryOperator)
    for (_, left, right), row in BINARY.items():
        assert row.operation.takes == (left, right)
    for (_, kind), row in UNARY.items():
        assert row.operation.takes == (kind,)


def test_rows_of_builtins_agree_with_their_operations() -> None:
    for row in BUILTINS.values():
        if isinstance(row.form, Operation):
            kinds = tuple(parameter.kind for parameter in row.parameters if parameter is not None)
            assert row.form.takes == kinds
            assert row.result is not None
            assert row.form.gives in {(row.result.kind,), ()}


def test_names_of_types_cannot_be_declared() -> None:
    for name in [*BASIC_TYPES, "PubKeyHash"]:
        for declared in (f"library {name} {{ }}", f"struct {name} {{ int x; }}", f"type {name} = int;"):
            assert codes(f"{declared} contract C {{ public function f() {{ require(true); }} }}") == [
                "predeclared-name"
            ]
    assert Kind.INT in {basic.kind for basic in BasicType}


# Contracts that count as libraries ------------------------------------------------------------------------------------

_HELPER = "contract Helper { int n; static const int STEP = 2; static function twice(int x) : int { return x + x; } }"
_USER = "contract C { public function f(int x) { require(Helper.twice(x) == Helper.STEP); } }"


def test_a_contract_without_entry_points_is_a_library_for_others() -> None:
    assert codes(f"{_HELPER} {_USER}") == []
    assert codes(f'import "helper.scrypt"; {_USER}', {"helper.scrypt": _HELPER}) == []


def test_the_contract_that_is_compiled_needs_one() -> None:
    assert codes(f"{_USER} {_HELPER}") == ["no-entry-point"]
    assert codes(_HELPER) == ["no-entry-point"]


# Predeclared names ----------------------------------------------------------------------------------------------------

_OWN_UTILS = "library Utils { static const int ONE = 1; static function mine(int x) : int { return x + 1; } }"
_USES = "contract C { public function f(int x) { require(Utils.mine(x) == Utils.ONE); require(Utils.no(x, x)); } }"


def test_a_name_that_is_predeclared_is_reported_alone_with_the_remedy() -> None:
    (found,) = diagnostics(f"{_OWN_UTILS} {_USES}")
    assert (found.code, found.hint) == ("predeclared-name", "rename it, with its uses")
    imported = f'import "utils.scrypt"; {_USES}'
    assert codes(imported, {"utils.scrypt": _OWN_UTILS}) == ["predeclared-name"]
    struct = "struct SortedItem { int key; }"
    assert codes(f"{struct} contract C {{ public function f(SortedItem s) {{ require(s.key > 1); }} }}") == [
        "predeclared-name"
    ]
    assert codes(f"{_OWN_UTILS} {_OWN_UTILS.replace('Utils', 'Tx')} {_USES}") == ["predeclared-name"] * 2


def test_renamed_it_compiles() -> None:
    renamed = f"{_OWN_UTILS} {_USES}".replace("Utils", "Mine").replace("require(Mine.no(x, x));", "")
    assert codes(renamed) == []
