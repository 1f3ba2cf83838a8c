"""The reducer keeps the cause of a contract's failure, and little else."""

from tests.support.generators.contract_reducer import reduced

TEXT = """contract A {
    int a;
    function f(int x) : int {
        return (max(x, (this.a / 2)) + 1);
    }
    public function g(int x) {
        require(this.f(x) > 3);
        require((abs(x) + min((7 / x), 5)) > 0);
    }
}"""


def test_it_keeps_what_still_fails() -> None:
    def still_fails(text: str) -> bool:
        return all(part in text for part in ("contract A {", "g(int x) {", "require(", "7 / x", "    }\n}"))

    assert (
        reduced(TEXT, still_fails)
        == """contract A {
    public function g(int x) {
        require(7 / x);
    }
}"""
    )


def test_it_leaves_alone_what_has_no_smaller_form() -> None:
    assert reduced(TEXT, lambda text: text == TEXT) == TEXT


def test_it_gives_up_in_time() -> None:
    tried = []

    def count(text: str) -> bool:
        tried.append(text)
        return len(text) > 20

    assert len(reduced(TEXT, count, attempts=50)) < len(TEXT)
    assert len(tried) <= 50
