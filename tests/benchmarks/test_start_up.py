"""What a first verdict loads: start-up is paid by every command and every short script."""

import json

from tests.support.fresh_python import run_fresh

FIRST_VERDICT = """
import json, sys
import penstock

tx = bytes.fromhex("01000000" "01" + "00" * 36 + "00" "ffffffff" "01" + "00" * 9 + "00000000")
assert penstock.verify(b"\\x51", b"\\x76\\x87", tx=tx, input_index=0, value=1, rules="bsv")
print(json.dumps(sorted(sys.modules)))
"""
NEVER = {"penstockc", "penstock.contract", "penstock.channel", "lark", "click", "rich", "jinja2", "ecdsa", "bitcoin"}


def test_a_first_verdict_loads_the_machine_and_nothing_above_it() -> None:
    done = run_fresh(FIRST_VERDICT)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "penstock.vm.judging.verify" in loaded
    assert not {name for name in loaded if any(name == never or name.startswith(f"{never}.") for never in NEVER)}
