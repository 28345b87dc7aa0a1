"""Reads pages as a browser would: elements with their attributes and texts."""

import json
from html.parser import HTMLParser
from typing import Any

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Element:
    """An element: tag, attributes, everything it contains as text."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)


class Markup(HTMLParser):
    """A whole page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def close(self) -> None:
        super().close()
        assert not self._open, f"<{self._open[-1].tag}> is left open"

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with the tag and attributes; an underscore in a name stands for a hyphen."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]

    def classed(self, name: str) -> list[Element]:
        """Elements of a class."""
        return [found for found in self.elements if name in found.get("class").split()]

    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [found.get("href") for found in self.all("a")]

    def data(self) -> dict[str, Any]:
        """The page's JSON-LD by type."""
        found = [
            json.loads("".join(s.parts)) for s in self.all("script", type="application/ld+json")
        ]
        return {item["@type"]: item for item in found}

    def alternates(self) -> dict[str, str]:
        """The page's addresses by language."""
        links = self.all("link", rel="alternate")
        return {link.get("hreflang"): link.get("href") for link in links}

    @property
    def canonical(self) -> str | None:
        found = self.all("link", rel="canonical")
        return found[0].get("href") if found else None
