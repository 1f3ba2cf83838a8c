"""A file, all its imports and the parts of the standard library that they name -> `Modules`.

In: the compiled file's text and name, and a function that loads the text of an import. Out: every file once, with its
tree, the compiled one first, the others in the order in which they are first imported. Promised: no I/O of its own; a
missing or unreadable import, a ring of imports and the syntax errors of all files come as one `CompileError`.

A file is known by its path relative to the compiled file's folder: `lib/../a.scrypt` is `a.scrypt`. An import that a
remapping applies to is loaded as if the compiled file had imported the remapped path.
"""

from collections.abc import Iterator, Sequence

from penstock.errors import hides_frames
from penstock.records import Record
from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.errors.imports import ImportCycle, ImportNotFound, ImportUnreadable
from penstockc.reading import LetterCaseError, Load
from penstockc.remappings import Imports, Remapping
from penstockc.source import Source, Sources
from penstockc.syntax import ast
from penstockc.syntax.parse import parse
from penstockc.syntax.standard import Standard, standard_declarations, standard_files, standard_source

__tracebackhide__ = hides_frames


class Modules(Record, frozen=True):
    """The files of one compilation: `trees[i]` is the tree of `sources.files[i]`.

    `imports` tells which file an import names. `standard` are the declarations of the standard library that the files
    need; with any, it is the last source.
    """

    sources: Sources
    trees: tuple[ast.Module, ...]
    imports: Imports
    standard: tuple[Standard, ...] = ()


def no_imports(importing: str, path: str) -> str:
    """Fail to load an import: the `Load` for texts without imports."""
    raise FileNotFoundError(f"{importing} imports {path}")


def read_modules(text: str, name: str, load: Load = no_imports, remappings: Sequence[Remapping] = ()) -> Modules:
    """Parse the file `name` with this text and, through `load`, all its imports; raises CompileError."""
    imports = Imports(name, remappings)
    reader = _FileReader(load, imports)
    reader.read(text, name, base=0)
    sources = Sources(tuple(reader.files))
    found = [*reader.found, *_cycles(reader.imports, name)]
    if found:
        raise CompileError(sources, found)
    wanted = standard_files(source.text for source in sources.files)
    if wanted:
        sources = Sources((*sources.files, standard_source(wanted)))
    return Modules(sources, tuple(reader.trees), imports, standard_declarations(wanted))


class _FileReader:
    """Reads files depth first, each once."""

    def __init__(self, load: Load, meaning: Imports) -> None:
        self.load = load
        self.meaning = meaning
        self.files = list[Source]()
        self.trees = list[ast.Module]()
        self.found = list[Diagnostic]()
        self.imports = dict[str, dict[str, ast.Import]]()

    def read(self, text: str, name: str, base: int) -> None:
        """Parse one file, then its imports that are not read yet."""
        waiting = [(text, name)]
        while waiting:
            text, name = waiting.pop(0)
            source = Source(name, text, base)
            base = source.end
            self.files.append(source)
            self.imports[name] = {}
            try:
                tree = parse(source)
            except CompileError as error:
                self.found.extend(error.diagnostics)
                continue
            self.trees.append(tree)
            waiting.extend(self.imported_by(tree, name))

    def imported_by(self, tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
        """Load the files that this one is the first to import; record all its imports."""
        for item in tree.declarations:
            if not isinstance(item, ast.Import):
                continue
            imported = self.meaning.name(name, item.path)
            self.imports[name].setdefault(imported, item)
            if imported in self.imports:
                continue
            text = self.text_of(item, name)
            if text is not None:
                self.imports[imported] = {}
                yield text, imported

    def text_of(self, item: ast.Import, importing: str) -> str | None:
        """Return the text of an import, or None after a report."""
        start, path = self.meaning.place(importing, item.path)
        try:
            return self.load(start, path)
        except LetterCaseError as error:
            self.found.append(ImportNotFound(item.span, item.path, error.existing))
        except FileNotFoundError:
            self.found.append(ImportNotFound(item.span, item.path, remapped=None if path == item.path else path))
        except OSError as error:
            self.found.append(ImportUnreadable(item.span, item.path, error.strerror or "the system refuses"))
        except UnicodeDecodeError:
            self.found.append(ImportUnreadable(item.span, item.path, "it is not UTF-8 text"))
        except ValueError:
            self.found.append(ImportUnreadable(item.span, item.path, "no file can have this name"))
        return None


def _cycles(imports: dict[str, dict[str, ast.Import]], start: str) -> Iterator[ImportCycle]:
    """Yield one report for each import that leads back to a file on the way to it."""
    finished = set[str]()
    path, pending = [start], [iter(imports[start].items())]
    while path:
        for imported, item in pending[-1]:
            if imported in path:
                ring = (*path[path.index(imported) :], imported)
                yield ImportCycle(item.span, ring, imports[ring[0]][ring[1]].span)
            elif imported in imports and imported not in finished:
                path.append(imported)
                pending.append(iter(imports[imported].items()))
                break
        else:
            finished.add(path.pop())
            pending.pop()
