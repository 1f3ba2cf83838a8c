"""Text of one stage's result: the syntax tree, the typed tree, the intermediate form, the script.

In: parsed files, the stage, the target. Out: text. The intermediate form is verified before it is written.
"""

from enum import StrEnum
from itertools import accumulate
from typing import Final

from penstock.artifact.template import Template
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstockc.codegen.instructions.emit import template_hex
from penstockc.ir.lowering import lower
from penstockc.ir.passes import run_passes
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.layouts import SMALLEST, ScriptLayout
from penstockc.pipeline import compile_modules, layout_named, target_named
from penstockc.semantics import check
from penstockc.semantics.typed.text import show_program
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import Modules
from penstockc.syntax.text import tree_text

_WIDTH: Final = 100  # characters of a line of the syntax tree
_OPENING: Final = frozenset({"OP_IF", "OP_NOTIF"})
_CLOSING: Final = "OP_ENDIF"
_BETWEEN: Final = "OP_ELSE"


class Stage(StrEnum):
    """A stage of the compiler, by the name of its result.

    `lowered` and `ir` are the intermediate form before and after the passes.
    """

    SYNTAX = "syntax"
    TYPED = "typed"
    LOWERED = "lowered"
    IR = "ir"
    ASM = "asm"


def show(
    modules: Modules,
    stage: Stage,
    target: Chain | str = DEFAULT_CHAIN,
    layout: ScriptLayout | str = SMALLEST,
) -> str:
    """Return the result of a stage as text, ending in a line break.

    Args:
        modules: the file, which is the first, and its imports.
        stage: the stage. Of the syntax trees, only that of the file itself is shown.
        target: a chain or its name. The trees are the same for all.
        layout: the layout or its name. The trees are the same for all.

    Raises:
        CompileError: this stage, or an earlier one, finds mistakes.
        UnknownTarget: the target is unknown.
        UnknownLayout: the layout is unknown.
    """
    chosen, laid_out = target_named(target), layout_named(layout)
    with raised_recursion_limit():
        match stage:
            case Stage.SYNTAX:
                return f"{tree_text(modules.trees[0], _WIDTH)}\n"
            case Stage.TYPED:
                return show_program(check(modules))
            case Stage.LOWERED | Stage.IR:
                script = lower(check(modules), chosen, laid_out)
                if stage is Stage.IR:
                    script = run_passes(script, chosen)
                verify(script)
                return script_text(script)
            case Stage.ASM:
                code = compile_modules(modules, target, laid_out).code
                return _indented(Template.parse(template_hex(code)).asm(chosen.chain))


def _indented(assembly: str) -> str:
    """Return one instruction a line, the arms of branches indented."""
    words = assembly.split()
    depths = accumulate(words, lambda depth, word: depth + (word in _OPENING) - (word == _CLOSING), initial=0)
    lines = [
        f"{'  ' * (depth - (word in {_CLOSING, _BETWEEN}))}{word}\n" for word, depth in zip(words, depths, strict=False)
    ]
    return "".join(lines)
