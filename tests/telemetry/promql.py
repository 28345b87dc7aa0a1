"""Reads PromQL as far as to say which metrics and labels an expression uses."""

import re
from collections.abc import Iterator

import msgspec

FUNCTIONS = frozenset(
    "absent avg count deriv histogram_quantile increase max max_over_time min min_over_time rate "
    "sum time topk vector".split()
)
GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
OPERATORS = frozenset({"and", "or", "unless", "bool", "offset"})
TOKEN = re.compile(
    r"""\s+|(?P<string>"[^"]*")|(?P<range>\[[^\]]*\])|(?P<number>\d[\w.]*)"""
    r"""|(?P<name>[A-Za-z_:][\w:]*)|(?P<mark>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},])"""
)
DURATION = re.compile(r"\[(\d+[smhd]|\$__rate_interval)\]")


class NotPromQL(ValueError):
    """The expression is not what Prometheus would take."""


class Selector(msgspec.Struct):
    """A metric with the labels that are matched, and those that results are grouped by."""

    metric: str
    labels: dict[str, str]
    grouped: set[str]


def selectors(expression: str) -> list[Selector]:
    """Every selector of the expression; raises NotPromQL."""
    tokens = list(_tokens(expression))
    _check_brackets(tokens)
    found: list[Selector] = []
    grouped: set[str] = set()
    at = 0
    while at < len(tokens):
        kind, text = tokens[at]
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        if kind == "range" and not DURATION.fullmatch(text):
            raise NotPromQL(text)
        if kind == "name" and text in GROUPING:
            end = tokens.index(("mark", ")"), at)
            grouped |= {name for which, name in tokens[at:end] if which == "name"} - GROUPING
            at = end
        elif kind == "name" and following == "(":
            if text not in FUNCTIONS:
                raise NotPromQL(f"no function {text}")
        elif kind == "name" and text in FUNCTIONS:
            if following not in GROUPING:
                raise NotPromQL(f"{text} of nothing")
        elif kind == "name" and text not in OPERATORS:
            labels: dict[str, str] = {}
            if following == "{":
                end = tokens.index(("mark", "}"), at)
                labels = _matchers(tokens[at + 2 : end])
                at = end
            found.append(Selector(text, labels, grouped))
        at += 1
    if not found:
        raise NotPromQL("it reads nothing")
    return found


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(expression):
        match = TOKEN.match(expression, at)
        if match is None:
            raise NotPromQL(expression[at:])
        at = match.end()
        if match.lastgroup:
            yield match.lastgroup, match[0]


def _check_brackets(tokens: list[tuple[str, str]]) -> None:
    open_: list[str] = []
    for _, text in tokens:
        if text in "({":
            open_.append(text)
        elif text in {")", "}"} and (not open_ or open_.pop() + text not in {"()", "{}"}):
            raise NotPromQL("brackets")
    if open_:
        raise NotPromQL("brackets")


def _matchers(tokens: list[tuple[str, str]]) -> dict[str, str]:
    found = {}
    for start in range(0, len(tokens), 4):
        kinds = [kind for kind, _ in tokens[start : start + 3]]
        if kinds != ["name", "mark", "string"] or tokens[start + 1][1] not in {
            "=",
            "!=",
            "=~",
            "!~",
        }:
            raise NotPromQL("a matcher is label, operator, text")
        found[tokens[start][1]] = tokens[start + 2][1].strip('"')
    return found
