"""Reports of syntax errors, and recovery of the parser after them.

The parser calls `Recovery` at each mistake. It reports one diagnostic, then repairs the parser's state: it inserts
the one token that is missing (`;`, `)`, `]`), takes a keyword for the name it was meant to be, or skips to the end of
the statement and drops its begun part. The resulting tree must not be used; its purpose is that
the next mistake is found in the same run.
"""

import re
from copy import copy
from itertools import product

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import LineCounter
from lark.parsers.lalr_interactive_parser import InteractiveParser

from penstockc.diagnostics import Diagnostic
from penstockc.errors.syntax import (
    ForeignSyntax,
    KeywordAsName,
    MissingSemicolon,
    UnclosedBrace,
    UnexpectedCharacter,
    UnexpectedText,
)
from penstockc.habits.forms import FORMS
from penstockc.habits.rows import ForeignForm, SourceLevel
from penstockc.source import Source, Span
from penstockc.syntax.expected import expected, found
from penstockc.syntax.grammar import END, keywords
from penstockc.syntax.lexical import open_brace, skip_statement, statement_start

_MOST = 20  # mistakes in one file; after more, the rest is noise
_WINDOW = 300  # characters on either side of a mistake that are searched for forms of other languages
_HEAD = re.compile(r"\s*\((?:[^(){}]|\([^(){}]*\))*\)")  # a following part in parentheses
_CLOSERS = ("RPAR", "RSQB")
# Terminals that the parser can take, and cannot, in a list: of statements, members, declarations, fields, ...
_LISTS = (
    (SourceLevel.STATEMENTS, {"RBRACE", "REQUIRE"}, set[str]()),
    (SourceLevel.MEMBERS, {"RBRACE", "FUNCTION"}, set[str]()),
    (SourceLevel.FILE, {END, "CONTRACT"}, set[str]()),
    (None, {"RBRACE", "ASM_WORD"}, set[str]()),
    (SourceLevel.FILE, {"RBRACE", "GENERIC"}, {"NUMBER"}),  # fields of a struct; not a struct literal
)


class Recovery:
    """Collects the syntax errors of one file in `diagnostics`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics = list[Diagnostic]()
        self._resumed_at = -1
        self._inserted_at = -1

    def __call__(self, error: UnexpectedInput) -> bool:
        """Report `error` and repair the parser; False to stop parsing."""
        if isinstance(error, UnexpectedCharacters):
            return self._skip_character(error)
        assert isinstance(error, UnexpectedToken)
        parser, token = error.interactive_parser, error.token
        accepted = _accepts(parser)
        if token.type == END:
            self._report_end(accepted)
            return False
        before = self._end_of_text_before(token)
        return (
            self._skip_foreign(parser, token.start_pos or 0)
            or self._insert_semicolon(parser, token, accepted, before)
            or self._take_keyword_for_name(parser, token, accepted)
            or self._insert_closer(parser, token, accepted)
            or self._skip(parser, token, accepted)
        )

    # Repairs ----------------------------------------------------------------------------------------------------------

    def _skip_character(self, error: UnexpectedCharacters) -> bool:
        """Report a character that no token starts with: Lark continues after it."""
        start = _lexer(error.interactive_parser).char_pos
        if self._skip_foreign(error.interactive_parser, start):
            return self._may_go_on
        self._report(start, UnexpectedCharacter(self._span(start, start + 1), self.source.text[start]))
        self._resumed_at = start + 1
        return self._may_go_on

    def _report_end(self, accepted: frozenset[str]) -> None:
        brace = open_brace(self.source)
        end = len(self.source.text)
        if brace is not None:
            self.diagnostics.append(UnclosedBrace(brace))
        else:
            self._report(end, UnexpectedText(self._span(end, end), "the end of the file", expected(accepted)))

    def _insert_semicolon(self, parser: InteractiveParser, token: Token, accepted: frozenset[str], before: int) -> bool:
        """Insert a `;` that is missing at the end of a line, or before the `}` of the block."""
        start = token.start_pos or 0
        ends_line = "\n" in self.source.text[before:start] or token.type == "RBRACE"
        if "SEMICOLON" not in accepted or not ends_line or not self._insert(parser, token, ("SEMICOLON",)):
            return False
        self._report(before, MissingSemicolon(self._span(before, before)))
        return self._may_go_on

    def _take_keyword_for_name(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """Report a keyword where only a name fits, and take it for one."""
        if token not in keywords() or "NAME" not in accepted or "NEW" in accepted:
            return False
        start = token.start_pos or 0
        self._report(start, KeywordAsName(self._span(start, start + len(token)), str(token)))
        parser.feed_token(Token.new_borrow_pos("NAME", str(token), token))
        return self._may_go_on

    def _skip_foreign(self, parser: InteractiveParser, start: int) -> bool:
        """Report a form of other languages around `start`, and go to the end of its statement."""
        begin = max(statement_start(self.source.text, start), self._inserted_at)
        form = _foreign_form(parser, self.source.text, begin, start)
        if form is None:
            return False
        row, (first, end) = form
        self.diagnostics.append(
            ForeignSyntax(self._span(first, end), row, self.source.text[first:end].strip())
        )  # no echo
        head = _HEAD.match(self.source.text, end)
        self._drop_statement(parser, start, skip_statement(self.source.text, max(start, head.end() if head else end)))
        return self._may_go_on

    def _insert_closer(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """Insert one or two `)` or `]` that are missing before something that may follow them."""
        choices = [(closer,) for closer in _CLOSERS] + list(product(_CLOSERS, _CLOSERS))
        for missing in choices:
            if missing[0] in accepted and self._insert(parser, token, missing):
                words = expected(frozenset(missing[:1]))
                self._report(token.start_pos or 0, UnexpectedText(self._token_span(token), found(token), words))
                return self._may_go_on
        return False

    def _skip(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """Go to the end of the statement and drop its begun part."""
        start = token.start_pos or 0
        self._report(start, UnexpectedText(self._token_span(token), found(token), expected(accepted)))
        between_declarations = "CONTRACT" in accepted  # where the next one may start with the next word
        self._drop_statement(parser, start, (token.end_pos or 0) if between_declarations else None)
        return self._may_go_on

    def _drop_statement(self, parser: InteractiveParser, start: int, stop: int | None = None) -> None:
        """Continue at `stop`, or after the statement that contains `start`."""
        stop = skip_statement(self.source.text, start) if stop is None else stop
        _drop_to_list(parser)
        if stop == start and "RBRACE" not in _accepts(parser):
            stop += 1  # a `}` too many
        _move(parser, stop)
        self._resumed_at = stop

    def _insert(self, parser: InteractiveParser, token: Token, missing: tuple[str, ...]) -> bool:
        """Feed the `missing` terminals if `token` may follow them; then it is read again."""
        start = token.start_pos or 0
        if start == self._inserted_at:
            return False
        trial = copy(parser)
        try:
            for terminal in missing:
                trial.feed_token(Token(terminal, ""))
        except UnexpectedToken:
            return False
        if token.type not in _accepts(trial):
            return False
        for terminal in missing:
            parser.feed_token(Token.new_borrow_pos(terminal, "", token))
        _move(parser, start)
        self._inserted_at = start
        return True

    # Reports ----------------------------------------------------------------------------------------------------------

    def _report(self, start: int, diagnostic: Diagnostic) -> None:
        """Keep the diagnostic, unless it is about the first text after a skipped one: that is an echo."""
        is_echo = self._resumed_at >= 0 and not self.source.text[self._resumed_at : start].strip()
        if not is_echo:
            self.diagnostics.append(diagnostic)

    @property
    def _may_go_on(self) -> bool:
        return len(self.diagnostics) < _MOST

    def _end_of_text_before(self, token: Token) -> int:
        """Return the end of the last token before `token`, as far as white space shows it."""
        return len(self.source.text[: token.start_pos].rstrip())

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source.base + start, self.source.base + end)

    def _token_span(self, token: Token) -> Span:
        return self._span(token.start_pos or 0, token.end_pos or 0)


def _foreign_form(
    parser: InteractiveParser, text: str, start: int, position: int
) -> tuple[ForeignForm, tuple[int, int]] | None:
    """Return the form of other languages that explains a mistake at `position`, and its range in the text.

    The current statement or declaration begins at `start`.
    """
    place = _place(parser)
    line = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    window = max(line, position - _WINDOW), min(len(text) if end < 0 else end, position + _WINDOW)
    for row in FORMS:
        if row.place is place or row.is_anywhere:
            found = row.find(text, start, position, window)
            if found is not None:
                return row, found
    return None


def _place(parser: InteractiveParser) -> SourceLevel | None:
    """Return the innermost list that the parser is in; None for inline assembly."""
    depth = _depth_of_list(parser)
    return _list_of(parser, depth)[1]


def _list_of(parser: InteractiveParser, depth: int) -> tuple[bool, SourceLevel | None]:
    """Return whether the construct at this depth of the parser's stack is a list, and of which level.

    Uses the table's rows, which may promise a little too much, and not `_accepts`, which takes time for each.
    """
    state = parser.parser_state
    choices = state.parse_conf.states[state.state_stack[depth - 1]].keys()
    for place, signs, others in _LISTS:
        if signs <= choices and not others & choices:
            return True, place
    return False, None


def _depth_of_list(parser: InteractiveParser) -> int:
    """Return the depth of the innermost list in the parser's stack."""
    depth = len(parser.parser_state.state_stack)
    while depth > 1 and not _list_of(parser, depth)[0]:
        depth -= 1
    return depth


def _drop_to_list(parser: InteractiveParser) -> None:
    """Drop begun constructs from the parser's stacks until a list is on top."""
    state, depth = parser.parser_state, _depth_of_list(parser)
    del state.state_stack[depth:]
    del state.value_stack[depth - 1 :]


def _move(parser: InteractiveParser, position: int) -> None:
    """Make the lexer continue at `position`."""
    _lexer(parser).char_pos = position


def _lexer(parser: InteractiveParser) -> LineCounter:
    """Return the lexer's position."""
    state = parser.lexer_thread.state
    assert state is not None
    return state.line_ctr


def _accepts(parser: InteractiveParser) -> frozenset[str]:
    """Return the terminals that the parser may take next."""
    return frozenset(parser.accepts())  # type: ignore[no-untyped-call] # Lark gives no type here
