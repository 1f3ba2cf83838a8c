"""The same source gives the same artifact to the byte, in every process."""

import os
import subprocess
import sys

import pytest

import penstock
from penstock import CompileError

PROGRAM = """
import sys, penstock
for name in penstock.bundled_names():
    for target in ("bsv", "btc"):
        try:
            sys.stdout.write(penstock.compile_file(penstock.bundled(name), target=target).to_json())
        except penstock.CompileError as error:
            sys.stdout.write(str(error))
"""


def compiled_elsewhere(seed: str) -> str:
    """Compile every bundled contract in a new process, whose hashes of strings are others."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.long
def test_every_process_compiles_alike() -> None:
    first = compiled_elsewhere("1")
    assert len(first) > 10_000
    assert compiled_elsewhere("2") == first


def compiled_here(name: str, target: str) -> str:
    try:
        return penstock.compile_file(penstock.bundled(name), target=target).to_json()
    except CompileError as error:
        return str(error)


@pytest.mark.long
def test_an_artifact_does_not_depend_on_what_was_compiled_before() -> None:
    jobs = [(name, target) for name in penstock.bundled_names() for target in ("bsv", "btc")]
    first = {job: compiled_here(*job) for job in jobs}
    assert {job: compiled_here(*job) for job in reversed(jobs)} == first
