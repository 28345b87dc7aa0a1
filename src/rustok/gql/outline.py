"""How large a document is as a text, found before it is parsed, at a fraction of the price."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

_IGNORED: Final = r"(?:[\s,\ufeff]++|#[^\n\r]*+)*+"
_LEXEME: Final = (
    r'(?>"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r'|"(?:[^"\\\n\r]++|\\.)*+"?'
    r"|[A-Za-z_][A-Za-z0-9_]*+"
    r"|\.\.\."
    r"|-?[0-9][0-9A-Za-z_.+-]*+"
    r"|.)"
)
_NEXT: Final = re.compile(rf"{_IGNORED}({_LEXEME}|\Z)", re.DOTALL)
LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")
_SPREAD, _CONDITION = "...", "... on"


class Node(msgspec.Struct):
    """A selection as written: a field by its `key` in the answer, else a spread by its `name`.

    An inline fragment has neither, `on` is the type it is for where it says one. `inputs` are the
    tokens of a field's arguments; what has a directive is `directed`.
    """

    key: str = ""
    name: str = ""
    aliased: bool = False
    inner: "list[Node] | None" = None
    on: str = ""
    inputs: list[str] = []
    directed: bool = False


class Definition(msgspec.Struct):
    """An operation by its `kind`, or a fragment by its `name` and the `type` that it is on.

    `token` is the number of the token that it begins with, `inputs` are those of its variables.
    """

    token: int
    selections: list[Node]
    name: str | None = None
    type: str = ""
    kind: str = ""
    inputs: list[str] = []


class Contents(msgspec.Struct):
    """What a text says: all of it where it is GraphQL, nothing to rely on where it is not.

    `words` are the names of arguments and of types that selections are for, `repeated` those
    of arguments and entries given again; `variables` says how often each is named.
    """

    definitions: list[Definition] = []
    words: set[str] = set()
    repeated: list[str] = []
    variables: Counter[str] = msgspec.field(default_factory=Counter)


class Outline(msgspec.Struct, kw_only=True):
    """Counts of one text; of `aliases` the most in one definition, of `nesting` the deepest value.

    `fields` are selections as written, fragments not expanded, `levels` how deep they are nested;
    `inputs` the tokens in parentheses; `text` the length of the longest name or literal.
    """

    lines: int
    tokens: int = 0
    directives: int = 0
    operations: int = 0
    fragments: int = 0
    fields: int = 0
    levels: int = 0
    aliases: int = 0
    inputs: int = 0
    nesting: int = 0
    text: int = 0
    contents: Contents | None = None


def outline(text: str, *, lines: int, tokens: int) -> Outline:
    """Read a text, unless it has more than so many `lines` or `tokens`."""
    found = Outline(lines=text.count("\n") + text.count("\r") - text.count("\r\n") + 1)
    if found.lines > lines:
        return found
    if _too_many(tokens).match(text):
        found.tokens = tokens + 1
        return found
    lexemes = _NEXT.findall(text)
    while lexemes and not lexemes[-1]:
        lexemes.pop()
    found.tokens = len(lexemes)
    found.text = max(map(len, lexemes), default=0)
    found.contents = Contents()
    _read(lexemes, found, found.contents)
    return found


def position(text: str, token: int) -> tuple[int, int]:
    """The line and column of a token by its number, both counted from 1."""
    for number, match in enumerate(_NEXT.finditer(text)):
        if number == token:
            lines = re.split(r"\r\n|[\n\r]", text[: match.start(1)])
            return len(lines), len(lines[-1]) + 1
    raise IndexError(token)


@lru_cache(maxsize=16)
def _too_many(tokens: int) -> re.Pattern[str]:
    return re.compile(rf"(?:{_IGNORED}{_LEXEME}){{{tokens + 1}}}+", re.DOTALL)


def _read(lexemes: list[str], found: Outline, contents: Contents) -> None:
    """Follow braces: outside of parentheses they hold selections, inside they hold values."""
    following = enumerate(lexemes)
    outer: list[list[Node]] = []
    here: list[Node] | None = None
    header: list[tuple[int, str]] = []
    declared: list[str] = []
    aliases = 0
    last = ""
    for number, lexeme in following:
        if lexeme[0] in LETTERS:
            if here is None:
                header.append((number, lexeme))
            else:
                lexeme = _name(here, lexeme, last, found, contents)
        elif lexeme == "{":
            inner: list[Node] = []
            if here is None:
                defined = _defined(header or [(number, lexeme)], inner, found)
                defined.inputs = declared
                contents.definitions.append(defined)
                header, declared, aliases = [], [], 0
            else:
                outer.append(here)
                if here:
                    here[-1].inner = inner
            here = inner
            found.levels = max(found.levels, len(outer) + 1)
        elif lexeme == "}":
            here = outer.pop() if outer else None
        elif lexeme == "(":
            inputs = lexemes[number + 1 : _values(following, number, found, contents)]
            if here is None:
                declared = declared or inputs
            elif here and not here[-1].directed:
                here[-1].inputs = inputs
        elif lexeme == "@":
            found.directives += 1
            if here:
                here[-1].directed = True
        elif lexeme == _SPREAD:
            if here is not None:
                here.append(Node())
        elif lexeme == ":" and here:
            here[-1].aliased = True
            aliases += 1
            found.aliases = max(found.aliases, aliases)
        last = lexeme


def _name(here: list[Node], lexeme: str, last: str, found: Outline, contents: Contents) -> str:
    """A name among selections is a field's, unless it says a fragment, a type, a directive."""
    if last == _SPREAD:
        if lexeme == "on":
            return _CONDITION
        here[-1].name = lexeme
    elif last == ":" and here:
        here[-1].name = lexeme
    elif last == _CONDITION:
        here[-1].on = lexeme
        contents.words.add(lexeme)
    elif last != "@":
        found.fields += 1
        here.append(Node(lexeme, lexeme))
    return lexeme


def _defined(header: list[tuple[int, str]], selections: list[Node], found: Outline) -> Definition:
    words = [word for _, word in header]
    definition = Definition(header[0][0], selections)
    if words[0] == "fragment":
        found.fragments += 1
        definition.name, definition.type = [*words[1:4:2], "", ""][:2]
    else:
        found.operations += 1
        definition.kind = "query" if words[0] == "{" else words[0]
    return definition


def _values(
    following: Iterator[tuple[int, str]], number: int, found: Outline, contents: Contents
) -> int:
    """Read what is in parentheses; returns the number of the token that closes them."""
    parentheses = 1
    arguments: set[str] = set()
    objects: list[set[str]] = []
    before = last = ""
    for number, lexeme in following:
        found.inputs += 1
        if lexeme in _OPENING:
            objects.append(set())
            found.nesting = max(found.nesting, len(objects))
        elif lexeme in _CLOSING:
            if objects:
                objects.pop()
        elif lexeme == "(":
            parentheses += 1
        elif lexeme == ")":
            parentheses -= 1
            if not parentheses:
                contents.words |= arguments
                return number
        elif lexeme == "@":
            found.directives += 1
        elif last == "$":
            contents.variables[lexeme] += 1
        elif lexeme == ":" and before != "$":
            names = objects[-1] if objects else arguments
            if last in names and parentheses == 1:
                contents.repeated.append(last)
            names.add(last)
        before, last = last, lexeme
    contents.words |= arguments
    return number + 1
