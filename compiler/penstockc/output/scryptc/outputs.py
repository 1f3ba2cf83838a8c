"""A contract's text -> all outputs that the SDKs may request.

In: the source, its name and a way to load imports. Out: `ScryptcOutputs`, or the text about its errors. No I/O
here. A file without a contract or library is not an error: SDKs request the structs that it declares.
"""

import json
from dataclasses import dataclass
from functools import cached_property

from penstockc.codegen.instructions.emit import template_hex
from penstockc.codegen.instructions.instruction import Code
from penstockc.diagnostics import CompileError, InternalError
from penstockc.errors.declarations import NothingToCompile
from penstockc.layouts import OFFICIAL, ScriptLayout
from penstockc.output.scryptc.autos import auto_typed
from penstockc.output.scryptc.json_text import json_text
from penstockc.output.scryptc.listing import assembly, source_map
from penstockc.output.scryptc.messages import internal, messages
from penstockc.output.scryptc.tree import program_trees
from penstockc.pipeline import compile_modules
from penstockc.reading import Load
from penstockc.source import Sources
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import Modules, read_modules


@dataclass(frozen=True)
class ScryptcOutputs:
    """Outputs of a compiled contract.

    Attributes:
        warnings: the text about warnings; empty without any.
        modules: the files.
        sources: the files, and the sources that the compiler adds to them.
        code: the instructions.
        autos: the `auto` declarations with their types, as rows of the listing.
    """

    warnings: str
    modules: Modules
    sources: Sources
    code: Code
    autos: tuple[dict[str, str], ...] = ()

    @property
    def tree(self) -> dict[str, object]:
        """The syntax trees of all files."""
        with raised_recursion_limit():
            return program_trees(self.modules)

    @cached_property
    def assembly(self) -> dict[str, object]:
        """The instructions with their places."""
        return assembly(self.code, self.sources, self.autos)

    @property
    def source_map(self) -> dict[str, object]:
        """From the index of an instruction to its source line."""
        return source_map(self.code, self.sources)

    @property
    def hex(self) -> str:
        """The template of the locking script, placeholders as `<name>`."""
        return template_hex(self.code)

    @property
    def at_once(self) -> str:
        """Tree and instructions in one JSON object; only the warnings, if there are any."""
        return self.warnings or f'{{"ast": {json_text(self.tree)}, "asm": {json.dumps(self.assembly)}}}'


def compile_for_sdk(text: str, name: str, load: Load, layout: ScriptLayout = OFFICIAL) -> ScryptcOutputs | str:
    """Compile a contract; return the text about its errors and warnings when it has errors.

    Args:
        text: the source.
        name: the SDK's name of the file: `stdin`, or its path.
        load: returns the text of an import.
        layout: the layout of the script.
    """
    try:
        modules = read_modules(text, name, load)
    except CompileError as error:
        return messages(error.diagnostics, error.sources)
    try:
        stages = compile_modules(modules, layout=layout)
    except CompileError as error:
        others = [found for found in error.diagnostics if not isinstance(found, NothingToCompile)]
        said = messages(others, error.sources, modules.trees)
        nothing = ScryptcOutputs(said, modules, error.sources, ())
        return said if any(found.severity == "error" for found in others) else nothing
    except InternalError as error:
        return internal(error)
    sources = stages.program.sources
    said = messages(stages.program.warnings, sources, modules.trees)
    return ScryptcOutputs(said, modules, sources, stages.code, auto_typed(modules, stages.program))
