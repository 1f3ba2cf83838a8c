"""Patterns of paths: each wildcard where it matches, and right beside that."""

import time

import pytest

from penstock.project.globs import fixed_part, has_wildcards, matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a/b.scrypt", "a/b.scrypt"),
        ("a/*.scrypt", "a/b.scrypt"),
        ("*/b.scrypt", "a/b.scrypt"),
        ("a/?.scrypt", "a/b.scrypt"),
        ("a/[bc].scrypt", "a/c.scrypt"),
        ("**/b.scrypt", "b.scrypt"),
        ("**/b.scrypt", "x/y/b.scrypt"),
        ("a/**", "a/x/y.scrypt"),
        ("a/**/b.scrypt", "a/b.scrypt"),
        ("a/**/b.scrypt", "a/x/y/b.scrypt"),
        ("**/**/b.scrypt", "b.scrypt"),
        ("**/a/**/b.scrypt", "x/a/y/b.scrypt"),
    ],
)
def test_a_match(pattern: str, path: str) -> None:
    assert matches(path, pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("b.scrypt", "a/b.scrypt"),
        ("*.scrypt", "a/b.scrypt"),
        ("*", "a/b.scrypt"),
        ("a*", "a/b.scrypt"),
        ("a?b.scrypt", "a/b.scrypt"),
        ("a/b.scrypt", "a/B.scrypt"),
        ("a/b.scrypt", "a/b.scrypt/c"),
        ("a/**/b.scrypt", "b.scrypt"),
        ("**/a/b.scrypt", "xa/b.scrypt"),
        ("a**/b.scrypt", "a/x/b.scrypt"),
        ("a/b.*", "a/b"),
        ("", "a"),
    ],
)
def test_no_match(pattern: str, path: str) -> None:
    assert not matches(path, pattern)


def test_many_wildcards_are_matched_at_once() -> None:
    start = time.process_time()
    assert not matches("/".join("a" * 12), "/".join(["**"] * 40) + "/b")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("pattern", "fixed"),
    [
        ("a/b/*.scrypt", "a/b"),
        ("*.scrypt", ""),
        ("a/**/b.scrypt", "a"),
        ("/*.scrypt", "/"),
        ("/a/*/b", "/a"),
        ("a/b.scrypt", "a"),
    ],
)
def test_the_part_without_wildcards(pattern: str, fixed: str) -> None:
    assert fixed_part(pattern) == fixed


def test_which_texts_are_patterns() -> None:
    assert all(map(has_wildcards, ["a*", "a?", "[a]"]))
    assert not has_wildcards("a/b.scrypt")
