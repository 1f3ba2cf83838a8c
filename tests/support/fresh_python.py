"""A Python of its own for tests of what happens while modules are loaded."""

import os
import subprocess
import sys


def run_fresh(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `program` in a new interpreter that finds the same modules.

    The choice of a back end is not passed on, nor is the measuring of coverage, which loads modules of its own.
    """
    left_out = {"PENSTOCK_CRYPTO", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"}
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    path = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=inherited | path | environment)
