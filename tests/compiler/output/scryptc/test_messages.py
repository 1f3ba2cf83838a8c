"""The texts about mistakes: in the official compiler's words where the SDKs compare them, at its places."""

import pytest

from penstockc.diagnostics import InternalError
from penstockc.output.scryptc.messages import internal
from tests.support.engines.sdk_side import Message, errors, outputs, read_messages, read_syntax_errors


def only(output: str) -> Message:
    (found,) = read_messages(output)
    return found


def test_an_import_that_is_not_there() -> None:
    found = only(errors('  import  " lib.scrypt" ;\ncontract C { public function f(int x) { require(x == 1); } }'))
    assert found == Message("Error", "stdin", (1, 11), (1, 24), 'File not found: " lib.scrypt"')


def test_an_import_of_an_import_that_is_not_there() -> None:
    found = only(errors('import "a/one.scrypt";', {"a/one.scrypt": 'import "../two.scrypt";'}))
    assert found == Message("Error", "a/one.scrypt", (1, 8), (1, 23), 'File not found: "../two.scrypt"')


def test_a_ring_of_imports_is_told_from_its_first_import_on() -> None:
    ring = {"b.scrypt": 'import "c.scrypt";', "c.scrypt": 'import "a.scrypt";', "a.scrypt": '\nimport "b.scrypt";'}
    assert only(errors('import "b.scrypt";', ring)) == Message(
        "Error",
        "b.scrypt",
        (1, 8),
        (1, 18),
        "Cycle detected in import dependency: "
        '("b.scrypt" -> "c.scrypt", "c.scrypt" -> "a.scrypt", "a.scrypt" -> "b.scrypt")',
    )


def test_a_contract_that_nobody_can_call() -> None:
    found = only(errors("contract Store {\n    int x;\n}"))
    assert found == Message(
        "Error", "stdin", (1, 10), (1, 15), "Contact `Store` must have at least one public function"
    )


def test_a_loop_that_is_not_constant() -> None:
    text = "contract C {\n  public function f(int n) {\n    loop (n) { require(n > 1); }\n    require(true);\n  }\n}"
    assert only(errors(text)) == Message("Error", "stdin", (3, 11), (3, 12), "Expecting a compile time constant")


def test_a_size_that_is_not_constant_is_blamed_on_the_declaration() -> None:
    text = "contract C {\n  public function f(int n) {\n    int[n] list = [1, 2];\n    require(n == 2);\n  }\n}"
    assert only(errors(text)) == Message("Error", "stdin", (3, 5), (3, 16), "Expecting a compile time constant")


def test_a_name_that_is_taken() -> None:
    text = "contract C {\n  public function f(int x) {\n    int x = 1;\n    require(x == 1);\n  }\n}"
    found = only(errors(text))
    assert found == Message("Error", "stdin", (3, 9), (3, 10), "Symbol `x` already defined at stdin:2:25:2:26")


@pytest.mark.parametrize("name", ["Sig", "PubKeyHash"])
def test_a_name_of_the_language_is_defined_nowhere(name: str) -> None:
    text = f"struct {name} {{ int x; }}\ncontract C {{ public function f(int x) {{ require(x == 1); }} }}"
    found = only(errors(text))
    assert found == Message(
        "Error", "stdin", (1, 8), (1, 8 + len(name)), f"Symbol `{name}` already defined at null:1:1:1:1"
    )


def test_a_value_of_another_type() -> None:
    found = only(errors("contract C { public function f(int x) {\n  int y = b'00';\n  require(x == 1); } }"))
    assert found == Message(
        "Error", "stdin", (2, 11), (2, 16), "Couldn't match expected type 'int' with actual type 'bytes'"
    )


def test_all_errors_are_told_and_each_has_its_heading() -> None:
    text = "contract C { public function f(int x) {\n  int y = b'00';\n  bytes z = 1;\n  require(w); } }"
    found = read_messages(errors(text))
    assert [(one.kind, one.start[0]) for one in found] == [("Error", 2), ("Error", 3), ("Error", 4)]
    assert found[2].text == "unknown name `w`"


SHADOWS = (
    "contract C {\n  public function f(int x) {\n    { int x = 2; require(x == 2); }\n    require(x == 1);\n  }\n}"
)


def test_a_shadowed_name_is_a_warning() -> None:
    assert only(outputs(SHADOWS).warnings) == Message(
        "Warning", "stdin", (3, 11), (3, 12), "Variable `x` shadows existing binding at stdin:2:25:2:26"
    )


def test_an_induction_variable_is_declared_by_its_loop() -> None:
    loop = "loop (2) : i {\n      int i = 5;\n      require(x < i);\n    }"
    found = only(
        outputs(f"contract C {{\n  public function f(int x) {{\n    {loop}\n    require(x == 1);\n  }}\n}}").warnings
    )
    assert found == Message(
        "Warning", "stdin", (4, 11), (4, 12), "Variable `i` shadows existing binding at stdin:3:5:6:6"
    )


def test_warnings_are_told_behind_errors() -> None:
    found = read_messages(errors(SHADOWS.replace("require(x == 1);", "require(x == b'');")))
    assert [one.kind for one in found] == ["Error", "Warning"]


def test_assembly_that_leaves_what_the_data_says_is_a_warning() -> None:
    text = "contract C {\n  static function f(int x) : int {\n    asm { OP_IFDUP }\n  }\n{f} }"
    found = only(outputs(text.replace("{f}", "  public function g(int x) { require(f(x) == x); }")).warnings)
    assert (found.kind, found.start, found.end) == ("Warning", (3, 11), (3, 19))
    assert found.text.startswith("the number of items that `OP_IFDUP` leaves depends on the data")


def test_other_warnings_are_not_told() -> None:
    """py-scryptlib fails on any; this one the official compiler does not have."""
    made = outputs('contract C { public function f(bytes x) { require(x == "a\\b"); } }')
    assert made.warnings == ""


def test_what_the_text_should_be() -> None:
    (found,) = read_syntax_errors(errors("\nkontract C { }"))
    assert found == ("stdin", 2, 1, 'unexpected "kontract"\nexpecting a contract, a library or an import')


@pytest.mark.parametrize("line", ["int public = 1;", "int loop = 1;"])
def test_a_keyword_as_a_name(line: str) -> None:
    said = errors(f"contract C {{ public function f(int x) {{\n  {line}\n  require(x == 1); }} }}")
    assert read_syntax_errors(said) == [("stdin", 2, 7, f'keyword "{line.split()[1]}" cannot be an identifier')]


def test_a_syntax_error_shows_three_lines_even_at_the_end_of_the_file() -> None:
    (found,) = read_syntax_errors(errors("contract C { public function f(int x) { require(x == 1); }"))
    assert found == ("stdin", 1, 12, "this `{` is never closed")


def test_syntax_errors_of_imports_carry_their_file() -> None:
    (found,) = read_syntax_errors(errors('import "a.scrypt";', {"a.scrypt": "library L { int x }"}))
    assert found[0] == "a.scrypt"


def test_a_mistake_of_the_compiler_itself() -> None:
    assert internal(InternalError("two\nlines")) == "Error:\n  Internal error: two lines\n"
