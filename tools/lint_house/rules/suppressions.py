"""A silenced check names what it silences, and why."""

import re
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source

TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w\-, ]+\])?(?P<reason>.*)")
NOQA = re.compile(
    r"#\s*(?:(?:ruff|flake8):\s*)?noqa"
    r"(?P<codes>:\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?(?P<reason>.*)",
    re.IGNORECASE,
)


def check(source: Source) -> Iterator[Finding]:
    for line, comment in source.comments:
        for pattern in (TYPE_IGNORE, NOQA):
            found = pattern.search(comment)
            if found is None:
                continue
            if not found["codes"]:
                yield Finding(line, "a suppression without a code")
            elif not found["reason"].strip(" #:-"):
                yield Finding(line, "a suppression without a reason")


SUPPRESSIONS = Rule(
    name="suppressions",
    reason="A bare suppression hides the next mistake too. Write the code and the reason: "
    "a comment of the form `noqa: CODE  # why`, or the same for the type checker.",
    check=check,
)
