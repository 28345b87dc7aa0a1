"""How large a document is as a text, found before it is parsed, at a fraction of the price."""

import re
from typing import Final

import msgspec

_LEXEME: Final = re.compile(
    r"[\s,\ufeff]+"
    r"|#[^\n\r]*"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    r'|"(?:[^"\\\n\r]|\\.)*+"?'
    r"|[A-Za-z_][A-Za-z0-9_]*"
    r"|\.\.\."
    r"|-?[0-9][0-9A-Za-z_.+-]*"
    r"|.",
    re.DOTALL,
)
_IGNORED: Final = frozenset(" \t\n\r,\ufeff#")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one text; of `aliases` the most in one definition, of `nesting` the deepest value.

    `fields` are selections as written, fragments not expanded; `inputs` the tokens in parentheses.
    """

    lines: int
    tokens: int = 0
    directives: int = 0
    operations: int = 0
    fragments: int = 0
    fields: int = 0
    aliases: int = 0
    inputs: int = 0
    nesting: int = 0


def outline(text: str, *, lines: int, tokens: int) -> Outline:
    """Read a text, but none of more `lines`, and no further than one past so many `tokens`."""
    found_lines = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    reader = _Reader()
    for found in _LEXEME.finditer(text) if found_lines <= lines else ():
        lexeme = found.group()
        if lexeme[0] not in _IGNORED:
            reader.read(lexeme)
            if reader.tokens > tokens:
                break
    return Outline(
        lines=found_lines,
        tokens=reader.tokens,
        directives=reader.directives,
        operations=reader.definitions - reader.fragments,
        fragments=reader.fragments,
        fields=reader.fields,
        aliases=max(reader.aliases, reader.most_aliases),
        inputs=reader.inputs,
        nesting=reader.nesting,
    )


class _Reader:
    """Follows braces: outside of parentheses they hold selections, inside they hold values."""

    def __init__(self) -> None:
        self.tokens = self.directives = self.definitions = self.fragments = self.fields = 0
        self.aliases = self.most_aliases = self.inputs = self.nesting = 0
        self._selections = self._values = self._parentheses = 0
        self._last = ""

    def read(self, lexeme: str) -> None:
        self.tokens += 1
        if self._parentheses:
            self._value(lexeme)
        elif lexeme[0] in _LETTERS:
            self._name(lexeme)
        elif lexeme == "{":
            self._open()
        elif lexeme == "}":
            self._selections -= 1
        elif lexeme == "(":
            self._parentheses = 1
        elif lexeme == "@":
            self.directives += 1
        elif lexeme == ":" and self._selections:
            self.aliases += 1
        self._last = "..." if self._last == "..." and lexeme == "on" else lexeme

    def _value(self, lexeme: str) -> None:
        self.inputs += 1
        if lexeme in {"{", "["}:
            self._values += 1
            self.nesting = max(self.nesting, self._values)
        elif lexeme in {"}", "]"}:
            self._values -= 1
        elif lexeme == "(":
            self._parentheses += 1
        elif lexeme == ")":
            self._parentheses -= 1
        elif lexeme == "@":
            self.directives += 1

    def _name(self, lexeme: str) -> None:
        """A name among selections is a field's, unless it says a fragment, a type, a directive."""
        if self._selections > 0:
            self.fields += self._last not in {"...", "@", ":"}
        elif lexeme == "fragment" and self._last in {"", "}"}:
            self.fragments += 1

    def _open(self) -> None:
        if self._selections == 0:
            self.definitions += 1
            self.most_aliases = max(self.most_aliases, self.aliases)
            self.aliases = 0
        self._selections += 1
