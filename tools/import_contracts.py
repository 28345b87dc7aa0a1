"""Contract types for import-linter that its own cannot state without naming every module.

`layers` says what lies above what. The three here say the rest, for packages that exist today and
for those that come: which packages may know each other at all, which files of a package others may
enter, and where an outside library may be used.
"""

import re
from collections.abc import Iterable
from typing import ClassVar, NamedTuple, cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Import(NamedTuple):
    """One import that breaks a contract."""

    importer: str
    imported: str
    lines: tuple[int, ...]


class DirectImportContract(Contract):
    """A contract over single imports: it is kept when no import of the graph breaks it."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001  # the library's signature
        broken = [
            Import(importer, imported, lines(graph, importer, imported))
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self.breaks(importer, imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for found in cast("list[Import]", check.metadata["broken"]):
            places = ", ".join(f"l.{line}" for line in found.lines)
            output.print_error(f"- {found.importer} -> {found.imported} ({places})", bold=False)
        output.new_line()

    def breaks(self, importer: str, imported: str) -> bool:
        """Tell whether this import is one the contract does not allow."""
        raise NotImplementedError


class GraphContract(DirectImportContract):
    """Packages import the packages named for them and no others.

    `edges` has a line `package -> allowed allowed` for each package below the root; a package
    without a line breaks the contract as soon as it imports another or is imported.
    """

    root: ClassVar = fields.StringField()
    edges: ClassVar = fields.ListField(subfield=fields.StringField())

    def breaks(self, importer: str, imported: str) -> bool:
        root = cast("str", self.root)
        inner, outer = package_below(root, importer), package_below(root, imported)
        if inner is None or outer is None or inner == outer:
            return False
        allowed = parse_edges(cast("Iterable[str]", self.edges))
        return outer not in allowed or outer not in allowed.get(inner, frozenset())


class FacesContract(DirectImportContract):
    """Packages are entered through their public faces only.

    A face is a file, or a package, of one of the names in `faces`, directly below its package or
    below a part of it (`shop.types`, `shop.orders.types`). Packages in `open` have no faces,
    everything in them is public; the packages in `unbound` may import anything.
    """

    root: ClassVar = fields.StringField()
    faces: ClassVar = fields.SetField(subfield=fields.StringField())
    open: ClassVar = fields.SetField(subfield=fields.StringField())
    unbound: ClassVar = fields.SetField(subfield=fields.StringField())

    def breaks(self, importer: str, imported: str) -> bool:
        root = cast("str", self.root)
        inner, outer = package_below(root, importer), package_below(root, imported)
        if inner is None or outer is None or inner == outer:
            return False
        if outer in cast("set[str]", self.open) or inner in cast("set[str]", self.unbound):
            return False
        entered = imported.removeprefix(f"{root}.{outer}").split(".")[1:3]
        return cast("set[str]", self.faces).isdisjoint(entered)


class ExternalContract(DirectImportContract):
    """Outside packages are imported in the named places only; `**` stands for any depth."""

    packages: ClassVar = fields.SetField(subfield=fields.StringField())
    only_in: ClassVar = fields.SetField(subfield=fields.StringField())

    def breaks(self, importer: str, imported: str) -> bool:
        if imported.partition(".")[0] not in cast("set[str]", self.packages):
            return False
        return not any(lies_in(place, importer) for place in cast("set[str]", self.only_in))


def lies_in(place: str, module: str) -> bool:
    """Tell whether the module is the place or below it."""
    pattern = re.escape(place).replace(r"\*\*", r"[\w.]+").replace(r"\*", r"\w+")
    return re.fullmatch(rf"{pattern}(\..+)?", module) is not None


def package_below(root: str, module: str) -> str | None:
    """Return the name of the package directly below the root that holds the module, if any does."""
    above, _, below = module.partition(".")
    return below.partition(".")[0] or None if above == root else None


def parse_edges(edges: Iterable[str]) -> dict[str, frozenset[str]]:
    pairs = (edge.partition("->") for edge in edges)
    return {package.strip(): frozenset(allowed.split()) for package, _, allowed in pairs}


def lines(graph: ImportGraph, importer: str, imported: str) -> tuple[int, ...]:
    details = graph.get_import_details(importer=importer, imported=imported)
    return tuple(sorted({detail["line_number"] for detail in details}))
