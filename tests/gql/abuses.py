"""Documents and variables that nobody needs, on the platform's own schema."""

from collections.abc import Iterable
from typing import Any

import msgspec

from rustok.gql import STAFF, Limits


class Abuse(msgspec.Struct, frozen=True, kw_only=True):
    """A request, the code it is refused with, and the limit named where it is one."""

    query: str
    variables: dict[str, Any] = {}
    code: str = "QUERY_TOO_COMPLEX"
    limit: str | None = None
    limits: Limits = Limits()


def each(template: str, count: int) -> str:
    """The template as often as that, `#` being the number."""
    return " ".join(template.replace("#", str(n)) for n in range(count))


def bomb(levels: int, spread: str) -> str:
    """Every fragment spreads the next one twice: 2 ** levels selections."""
    spreads = (spread.replace("F", f"F{n + 1}") for n in range(levels))
    fragments = " ".join(f"fragment F{n} on Query {{ {s} }}" for n, s in enumerate(spreads))
    return f"{{ ...F0 }} {fragments} fragment F{levels} on Query {{ version }}"


def nested(levels: int, key: str = "a") -> Any:
    """An object in an object, and so on."""
    found: Any = 1
    for _ in range(levels):
        found = {key: found}
    return found


def products(inner: str) -> str:
    """A selection of each product of a page."""
    return f"products(first: 100) {{ nodes {{ {inner} }} }}"


FILTERED = "query ($f: ProductFilter) { products(filter: $f) { totalCount } }"
PAGE = "query ($n: Int) { products(first: $n) { totalCount } }"
INVALID = "GRAPHQL_VALIDATION_FAILED"
UNPARSED = "GRAPHQL_PARSE_FAILED"
BAD_INPUT = "BAD_USER_INPUT"

TEXTS = {
    "ten thousand aliases": Abuse(
        query="{" + each("a#: version", 10_000) + "}", limit="characters"
    ),
    "ten thousand aliases of staff": Abuse(
        query="{" + each("a#: x", 5_400) + "}", limit="tokens", limits=STAFF
    ),
    "sixteen aliases": Abuse(query="{" + each("a#: version", 16) + "}", limit="aliases"),
    "braces": Abuse(query="{" * 14_999, limit="tokens"),
    "lists in lists": Abuse(
        query="{ product(id: " + "[" * 140 + "]" * 140 + ") { id } }", limit="nesting"
    ),
    "objects in objects": Abuse(
        query="{ products(filter: " + "{a: " * 60 + "1" + "}" * 60 + ") { totalCount } }",
        limit="nesting",
    ),
    "a huge string": Abuse(
        query='{ product(id: "' + "x" * 20_000 + '") { id } }', limit="characters"
    ),
    "a huge block string": Abuse(
        query='{ product(id: """' + "\n  x" * 3_600 + '""") { id } }', limit="lines"
    ),
    "comments": Abuse(query="#\n" * 7_000 + "{ version }", limit="lines"),
    "empty lines and mistakes": Abuse(
        query="\n" * 14_000 + "{" + each("x#", 20) + "}", limit="lines"
    ),
    "as many lines as may be, and mistakes": Abuse(
        query="\n" * 990 + "{" + each("x#", 290) + "}", limit="rootFields"
    ),
    "unknown fields": Abuse(query="{" + each("x#", 990) + "}", limit="fields"),
    "unknown fields, as many as may be": Abuse(
        query="{" + products(each("titl#", 290)) + "}", code=INVALID
    ),
    "the same field again and again": Abuse(
        query="{" + products("title " * 290) + "}", limit="repeats"
    ),
    "the same in inline fragments": Abuse(
        query="{" + products("... on Product { title } " * 140) + "}", limit="repeats"
    ),
    "unknown arguments": Abuse(
        query="{ products(" + each("fist#: 1", 80) + ") { totalCount } }", code=INVALID
    ),
    "the same argument again and again": Abuse(
        query="{ products(" + "first: 1 " * 80 + ") { totalCount } }", code=INVALID
    ),
    "unknown entries of an input": Abuse(
        query="{ products(filter: {" + each("avilable#: true", 78) + "}) { totalCount } }",
        code=INVALID,
    ),
    "the same entry again and again": Abuse(
        query="{ products(filter: {" + "available: true " * 78 + "}) { totalCount } }",
        code=INVALID,
    ),
    "unknown values of an enum": Abuse(
        query="{ products(filter: {status: [" + each("ACTVE#", 235) + "]}) { totalCount } }",
        code=INVALID,
    ),
    "a long literal list": Abuse(
        query="{ products(filter: {ids: [" + "1 " * 900 + "]}) { totalCount } }", limit="inputs"
    ),
    "unused variables": Abuse(
        query="query (" + each("$v#: Int", 60) + ") { version }", code=INVALID
    ),
    "very many variables": Abuse(
        query="query (" + each("$v#: Int", 240) + ") { version }", limit="inputs"
    ),
    "many operations": Abuse(query=each("query Q# { version }", 180), limit="operations"),
    "many fragments": Abuse(
        query="{ version } " + each("fragment F# on Query { version }", 120), limit="fragments"
    ),
    "unused fragments": Abuse(
        query="{ version } " + each("fragment F# on Query { version }", 40), code=INVALID
    ),
    "unknown types": Abuse(
        query="{ version } " + each("fragment F# on Quer# { version }", 40), code=INVALID
    ),
    "a bomb of spreads": Abuse(query=bomb(38, "...F ...F"), limit="rootFields"),
    "a bomb of nested spreads": Abuse(
        query=bomb(30, "a: __typename ... @skip(if: false) { ...F } ...F"), limit="aliases"
    ),
    "fragments in a circle": Abuse(
        query="{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % 40} }}" for n in range(40)),
        code=INVALID,
    ),
    "fragments across": Abuse(
        query="{ ...F0 ...F1 } "
        + " ".join(
            f"fragment F{n} on Query {{ "
            + " ".join(f"...F{m}" for m in range(n + 1, min(n + 10, 25)))
            + " version }"
            for n in range(25)
        ),
        limit="rootFields",
    ),
    "conflicting fields": Abuse(
        query="{" + each("products(first: #) { nodes { id title handle } }", 20) + "}",
        code=INVALID,
    ),
    "conflicting fragments": Abuse(
        query="{"
        + each("...F#", 18)
        + "} "
        + each("fragment F# on Query { products(first: #) { nodes { id title } } }", 18),
        code=INVALID,
    ),
    "directives": Abuse(query="{ version " + "@include(if: true) " * 51 + "}", limit="directives"),
    "unknown directives": Abuse(query="{ version " + "@x " * 450 + "}", limit="directives"),
    "deep nesting": Abuse(
        query="{ categories " + "{ children " * 6 + "{ id }" + "}" * 7, limit="depth"
    ),
    "nesting beyond the parser": Abuse(query="{ a " * 240 + "}" * 240, limit="depth"),
    "nesting that does not count": Abuse(
        query="{ products " + "{ edges { node " * 80 + "{ id }" + "} }" * 80 + "}", limit="depth"
    ),
    "introspection in introspection": Abuse(
        query="{ __schema { types " + "{ fields { type " * 8 + "{ name }" + "} }" * 8 + "} }",
        code=INVALID,
    ),
    "a character that is none": Abuse(query="\n" * 900 + "{ \x01 }", code=UNPARSED),
    "a very long name": Abuse(query="{" + "a" * 14_900 + "}", limit="text"),
    "a long text": Abuse(query='{ product(id: "' + "x" * 12_000 + '") { id } }', limit="text"),
    "a long block of text": Abuse(
        query='{ product(id: """' + "x " * 6_000 + '""") { id } }', limit="text"
    ),
}

COSTS = {
    "introspection again and again": Abuse(
        query="{" + each("a#: __schema { types { name } }", 6) + "}", limit="cost"
    ),
    "pages again and again": Abuse(
        query="{" + each("a#: " + products("category { path { id } } variants { id }"), 15) + "}",
        limit="cost",
    ),
    "lists in lists of items": Abuse(
        query="{ categories " + "{ children " * 4 + "{ id }" + "}" * 5, limit="cost"
    ),
    "a huge page": Abuse(query="{ products(first: 1000000000) { totalCount } }", limit="page"),
    "a huge page by default": Abuse(query=PAGE.replace("Int", "Int = 101"), limit="page"),
    "a huge page in a variable": Abuse(query=PAGE, variables={"n": 10**9}, limit="page"),
    "a huge page as a float": Abuse(query=PAGE, variables={"n": 1e9}, limit="page"),
    "a negative page": Abuse(query="{ products(first: -1) { totalCount } }", code=BAD_INPUT),
    "a negative page in a variable": Abuse(query=PAGE, variables={"n": -1}, code=BAD_INPUT),
}

VARIABLES = {
    "a deep object": Abuse(query=FILTERED, variables={"f": nested(900)}, limit="nesting"),
    "deep free-form JSON": Abuse(
        query='mutation ($m: JSON) { productCreate(input: {title: "a", metadata: $m})'
        " { position } }",
        variables={"m": nested(400)},
        limit="nesting",
    ),
    "lists in lists that multiply": Abuse(
        query=FILTERED, variables={"f": {"ids": [["x"] * 100] * 100}}, limit="values"
    ),
    "a long list": Abuse(query=FILTERED, variables={"f": {"ids": ["x"] * 25_000}}, limit="values"),
    "a long list of what does not fit": Abuse(
        query=FILTERED, variables={"f": {"ids": [{}] * 25_000}}, limit="values"
    ),
    "many entries": Abuse(
        query=FILTERED, variables={"f": {f"k{n}": 1 for n in range(20_000)}}, limit="values"
    ),
    "many variables that nobody declared": Abuse(
        query="{ version }", variables={f"k{n}": 1 for n in range(20_000)}, limit="values"
    ),
}


def everything() -> Iterable[tuple[str, Abuse]]:
    """All of them with their names."""
    return {**TEXTS, **COSTS, **VARIABLES}.items()
