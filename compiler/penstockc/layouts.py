"""Layouts of a script: where its placeholders are, what becomes of the last requirement, which opcodes verify.

Every layout of a contract accepts the same spends. Lowering reads `placeholders_first` and `leaves_last_requirement`,
code generation `fuses_verify`; the stages between them find all that they need in the intermediate form.
"""

from typing import Final

from penstock.records import Record


class ScriptLayout(Record, frozen=True):
    """A layout of scripts.

    Attributes:
        name: its name, in calls and in artifacts.
        placeholders_first: whether the script begins with the placeholders of the constructor's arguments, in the
            order of its parameters. If not, each is where its value is used.
        leaves_last_requirement: whether the condition of the last `require` of a public function is the script's
            result, and every other one is verified. If not, the result is any of them, or true after all.
        fuses_verify: whether a comparison or check is one opcode with its VERIFY (OP_EQUALVERIFY), or two.
    """

    name: str
    placeholders_first: bool
    leaves_last_requirement: bool
    fuses_verify: bool


SMALLEST: Final = ScriptLayout("smallest", placeholders_first=False, leaves_last_requirement=False, fuses_verify=True)
"""The smallest script that the compiler finds."""
OFFICIAL: Final = ScriptLayout("official", placeholders_first=True, leaves_last_requirement=True, fuses_verify=False)
"""The layout of the official compiler, `scryptc`, for contracts and programs that rely on it."""
LAYOUTS: Final = {layout.name: layout for layout in (SMALLEST, OFFICIAL)}
"""The layouts by name."""
