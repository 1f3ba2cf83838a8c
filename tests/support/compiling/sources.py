"""Compiling short texts as far as their typed tree."""

from collections.abc import Mapping

import pytest

from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.semantics import check, typed
from penstockc.source import Source
from penstockc.syntax import ast
from penstockc.syntax.imports import read_modules
from penstockc.syntax.parse import parse

IN_FUNCTION = "contract Sample {{ public function f({parameters}) {{ {statements} require(true); }} }}"


def tree(text: str) -> ast.Module:
    """The syntax tree of a file."""
    return parse(Source("sample.scrypt", text))


def statement(text: str) -> ast.Statement:
    """The syntax tree of one statement."""
    (declared,) = tree(IN_FUNCTION.format(parameters="", statements=text)).declarations
    assert isinstance(declared, ast.Class)
    (function,) = declared.members
    assert isinstance(function, ast.Function)
    return function.body.statements[0]


def expression(text: str) -> ast.Expression:
    """The syntax tree of an expression."""
    required = statement(f"require({text});")
    assert isinstance(required, ast.Require)
    return required.condition


def syntax_errors(text: str) -> list[str]:
    """Return the codes of a text's syntax errors, in source order."""
    with pytest.raises(CompileError) as raised:
        tree(text)
    return [found.code for found in raised.value.diagnostics]


def program(text: str, imports: Mapping[str, str] | None = None) -> typed.Program:
    """The typed tree of a file, whose imports are texts by path."""
    files = imports or {}

    def load(importing: str, path: str) -> str:
        if path not in files:
            raise FileNotFoundError(f"{importing} imports {path}")
        return files[path]

    return check(read_modules(text, "sample.scrypt", load))


def diagnostics(text: str, imports: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """What is wrong with a file, in source order, warnings included."""
    try:
        return list(program(text, imports).warnings)
    except CompileError as error:
        return list(error.diagnostics)


def codes(text: str, imports: Mapping[str, str] | None = None) -> list[str]:
    """Return the codes of a file's errors, in source order."""
    return [found.code for found in diagnostics(text, imports)]


def body_codes(statements: str, parameters: str = "") -> list[str]:
    """Return the codes of errors in statements of a public function."""
    return codes(IN_FUNCTION.format(parameters=parameters, statements=statements))
