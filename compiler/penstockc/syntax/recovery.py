"""What to say about a text that does not parse, and how to read on behind the mistake.

`Recovery` is asked by the parser at each mistake. It reports one diagnostic, then mends the parser's state: it puts in
the one token that is missing (`;`, `)`, `]`), takes a keyword for the name it was meant to be, or skips to the end of
the statement and drops what the parser had begun of it. The tree that comes out is not to be used; the point is that
the next mistake is found in the same run.
"""

import re
from collections.abc import Mapping
from copy import copy
from itertools import product

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import LineCounter
from lark.parsers.lalr_interactive_parser import InteractiveParser

from penstockc.diagnostics import Diagnostic
from penstockc.errors.syntax import (
    FOREIGN_STATEMENTS,
    ForeignStatement,
    KeywordAsName,
    MissingSemicolon,
    UnclosedBrace,
    UnexpectedCharacter,
    UnexpectedText,
)
from penstockc.source import Source, Span
from penstockc.syntax.expected import expected, found
from penstockc.syntax.grammar import END, keywords
from penstockc.syntax.lexical import open_brace, skip_statement, statement_start

_MOST = 20  # mistakes in one file; whoever makes more has another problem
_FOREIGN_WORD = re.compile(rf"(?:{'|'.join(FOREIGN_STATEMENTS)})\b")
_HEAD = re.compile(r"\s*\((?:[^(){}]|\([^(){}]*\))*\)")  # what follows in parentheses
_CLOSERS = ("RPAR", "RSQB")
# What the parser can take, and what not, where it stands in a list: of statements, members, declarations, fields, ...
_LISTS = (
    ({"RBRACE", "REQUIRE"}, set[str]()),
    ({"RBRACE", "FUNCTION"}, set[str]()),
    ({END, "CONTRACT"}, set[str]()),
    ({"RBRACE", "ASM_WORD"}, set[str]()),
    ({"RBRACE", "GENERIC"}, {"NUMBER"}),  # not a struct literal
)


class Recovery:
    """Collects the syntax errors of one file in `diagnostics`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics = list[Diagnostic]()
        self._resumed_at = -1
        self._inserted_at = -1

    def __call__(self, error: UnexpectedInput) -> bool:
        """Report `error` and mend the parser; False when reading on makes no sense."""
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
            self._insert_semicolon(parser, token, accepted, before)
            or self._take_keyword_for_name(parser, token, accepted)
            or self._skip_foreign(parser, token)
            or self._insert_closer(parser, token, accepted)
            or self._skip(parser, token, accepted)
        )

    # The ways to mend -------------------------------------------------------------------------------------------------

    def _skip_character(self, error: UnexpectedCharacters) -> bool:
        """A character that no token starts with: Lark reads on behind it."""
        start = _lexer(error.interactive_parser).char_pos
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
        """`;` is missing at the end of a line, or before the `}` of the block."""
        start = token.start_pos or 0
        ends_line = "\n" in self.source.text[before:start] or token.type == "RBRACE"
        if "SEMICOLON" not in accepted or not ends_line or not self._insert(parser, token, ("SEMICOLON",)):
            return False
        self._report(before, MissingSemicolon(self._span(before, before)))
        return self._may_go_on

    def _take_keyword_for_name(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """A keyword where only a name fits."""
        if token not in keywords() or "NAME" not in accepted or "NEW" in accepted:
            return False
        start = token.start_pos or 0
        self._report(start, KeywordAsName(self._span(start, start + len(token)), str(token)))
        parser.feed_token(Token.new_borrow_pos("NAME", str(token), token))
        return self._may_go_on

    def _skip_foreign(self, parser: InteractiveParser, token: Token) -> bool:
        """The statement begins with a word of other languages: the mistake is there, wherever it shows."""
        word = _foreign_word(self.source.text, token.start_pos or 0)
        if word is None:
            return False
        self.diagnostics.append(ForeignStatement(self._span(*word.span()), word[0]))  # never an echo
        head = _HEAD.match(self.source.text, word.end())
        self._drop_statement(parser, token, skip_statement(self.source.text, head.end() if head else word.end()))
        return self._may_go_on

    def _insert_closer(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """One or two `)` or `]` are missing before something that may follow them."""
        choices = [(closer,) for closer in _CLOSERS] + list(product(_CLOSERS, _CLOSERS))
        for missing in choices:
            if missing[0] in accepted and self._insert(parser, token, missing):
                words = expected(frozenset(missing[:1]))
                self._report(token.start_pos or 0, UnexpectedText(self._token_span(token), found(token), words))
                return self._may_go_on
        return False

    def _skip(self, parser: InteractiveParser, token: Token, accepted: frozenset[str]) -> bool:
        """Go to the end of the statement and drop what was begun of it."""
        start = token.start_pos or 0
        self._report(start, UnexpectedText(self._token_span(token), found(token), expected(accepted)))
        between_declarations = "CONTRACT" in accepted  # where the next one may start with the next word
        self._drop_statement(parser, token, (token.end_pos or 0) if between_declarations else None)
        return self._may_go_on

    def _drop_statement(self, parser: InteractiveParser, token: Token, stop: int | None = None) -> None:
        """Read on at `stop`, or behind the statement that `token` is in."""
        start = token.start_pos or 0
        stop = skip_statement(self.source.text, start) if stop is None else stop
        _drop_to_list(parser)
        if stop == start and "RBRACE" not in _accepts(parser):
            stop += 1  # a `}` too many
        _move(parser, stop)
        self._resumed_at = stop

    def _insert(self, parser: InteractiveParser, token: Token, missing: tuple[str, ...]) -> bool:
        """Feed the `missing` terminals if `token` may follow them; it is read again then."""
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
        """Keep the diagnostic, unless it is about the first thing behind a skipped one: that is an echo."""
        is_echo = self._resumed_at >= 0 and not self.source.text[self._resumed_at : start].strip()
        if not is_echo:
            self.diagnostics.append(diagnostic)

    @property
    def _may_go_on(self) -> bool:
        return len(self.diagnostics) < _MOST

    def _end_of_text_before(self, token: Token) -> int:
        """Where the last token before `token` ends, as far as white space tells."""
        return len(self.source.text[: token.start_pos].rstrip())

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source.base + start, self.source.base + end)

    def _token_span(self, token: Token) -> Span:
        return self._span(token.start_pos or 0, token.end_pos or 0)


def _foreign_word(text: str, position: int) -> re.Match[str] | None:
    """Return the first word of the statement that is being read at `position`, if it begins one in other languages."""
    return _FOREIGN_WORD.match(text, statement_start(text, position))


def _in_list(parser: InteractiveParser) -> bool:
    choices: Mapping[str, object] = parser.choices()  # type: ignore[no-untyped-call] # Lark gives no type here
    return any(signs <= choices.keys() and not others & choices.keys() for signs, others in _LISTS)


def _drop_to_list(parser: InteractiveParser) -> None:
    """Take begun constructs off the parser's stacks until it stands in a list.

    Looks at the table's rows, which may promise a little too much, and not at `_accepts`, which takes time for each.
    """
    state = parser.parser_state
    while len(state.state_stack) > 1 and not _in_list(parser):
        state.state_stack.pop()
        state.value_stack.pop()


def _move(parser: InteractiveParser, position: int) -> None:
    """Make the lexer read on at `position`."""
    _lexer(parser).char_pos = position


def _lexer(parser: InteractiveParser) -> LineCounter:
    """Where the lexer stands."""
    state = parser.lexer_thread.state
    assert state is not None
    return state.line_ctr


def _accepts(parser: InteractiveParser) -> frozenset[str]:
    """The terminals that the parser may take next."""
    return frozenset(parser.accepts())  # type: ignore[no-untyped-call] # Lark gives no type here
