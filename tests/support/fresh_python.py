"""A Python of its own for tests of what happens while modules are loaded."""

import os
import subprocess
import sys


def run_fresh(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `program` in a new interpreter that finds the same modules; no choice of back end is passed on."""
    inherited = {name: value for name, value in os.environ.items() if name != "PENSTOCK_CRYPTO"}
    path = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=inherited | path | environment)
