"""Finds the operations in a client's sources, and checks them against the schema.

GraphQL files are read whole; in JavaScript and TypeScript the templates `gql` and `graphql`, called
or as tags, and those marked with the comment GraphQL; in Python the texts given to gql() and
graphql(). Everything found makes one set, so a fragment may lie in another file.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    Visitor,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import (
    ExecutableDefinitionsRule,
    LoneAnonymousOperationRule,
    NoUnusedFragmentsRule,
)

from rustok.gql.allowlist import Listed, Manifest, digest_of
from rustok.gql.templates import TemplateError, templates

SUFFIXES: Final = frozenset({".graphql", ".gql", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".py"})
"""Of files that may hold operations."""
_RULES = [
    rule
    for rule in specified_rules
    if rule not in {ExecutableDefinitionsRule, LoneAnonymousOperationRule, NoUnusedFragmentsRule}
]


class Finding(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a client's source; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Extracted(msgspec.Struct, frozen=True):
    """The operations found, and all that is wrong with them."""

    manifest: Manifest
    findings: tuple[Finding, ...]


def extract(
    files: Mapping[str, str], schema: GraphQLSchema, *, typenames: bool = False
) -> Extracted:
    """The operations of sources given by their names, each with the fragments that it needs.

    `typenames` adds `__typename` to what is selected of an object, as Apollo Client does at run
    time. With findings there are no operations.
    """
    extraction = _Extraction()
    for name, text in files.items():
        extraction.read(name, text)
    extraction.check(schema)
    findings = tuple(sorted(set(extraction.findings)))
    operations = () if findings else tuple(extraction.listed(typenames=typenames))
    return Extracted(Manifest(operations=operations), findings)


class _Extraction:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.operations: list[OperationDefinitionNode] = []
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.definitions: list[ExecutableDefinitionNode] = []

    def read(self, name: str, text: str) -> None:
        try:
            sources = [Source(part, name) for part in templates(name, text)]
        except TemplateError as error:
            self.findings.append(Finding(name, error.line, str(error)))
            return
        for source in sources:
            try:
                document = parse(source)
            except GraphQLError as error:
                self.complain(error)
                continue
            self.add(document)

    def add(self, document: DocumentNode) -> None:
        for node in document.definitions:
            if isinstance(node, FragmentDefinitionNode):
                self.fragments.setdefault(node.name.value, node)
            elif not isinstance(node, OperationDefinitionNode):
                self.complain(GraphQLError("This is neither an operation nor a fragment.", node))
                continue
            elif node.name is None:
                self.complain(GraphQLError("An operation needs a name.", node))
                continue
            else:
                self.operations.append(node)
            self.definitions.append(node)

    def check(self, schema: GraphQLSchema) -> None:
        document = DocumentNode(definitions=tuple(self.definitions))
        for error in validate(schema, document, rules=_RULES, max_errors=1_000):
            self.complain(error)

    def complain(self, error: GraphQLError) -> None:
        node = error.nodes[0] if error.nodes else None
        source = node.loc.source if node is not None and node.loc else error.source
        assert source is not None
        assert error.locations
        self.findings.append(Finding(source.name, error.locations[0].line, error.message))

    def listed(self, *, typenames: bool) -> Iterator[Listed]:
        named = {node.name.value: node for node in self.operations if node.name}
        for name in sorted(named):
            node = named[name]
            document = DocumentNode(definitions=(node, *self.needed_by(node)))
            body = print_ast(visit(document, _Typenames()) if typenames else document)
            yield Listed(id=digest_of(body), name=name, type=node.operation, body=body)

    def needed_by(self, operation: OperationDefinitionNode) -> list[FragmentDefinitionNode]:
        """The fragments in the order of their first use."""
        found: dict[str, FragmentDefinitionNode] = {}
        waiting: list[Node] = [operation]
        while waiting:
            for name in _spreads(waiting.pop(0)):
                if name not in found:
                    found[name] = self.fragments[name]
                    waiting.append(found[name])
        return list(found.values())


def _spreads(node: Node) -> Iterable[str]:
    spreads = _Spreads()
    visit(node, spreads)
    return spreads.names


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)


class _Typenames(Visitor):
    def leave_selection_set(
        self, node: SelectionSetNode, _key: object, parent: object, *_: object
    ) -> SelectionSetNode | None:
        names = {one.name.value for one in node.selections if isinstance(one, FieldNode)}
        if isinstance(parent, OperationDefinitionNode) or any(n.startswith("__") for n in names):
            return None
        typename = FieldNode(name=NameNode(value="__typename"), directives=(), arguments=())
        return SelectionSetNode(selections=(*node.selections, typename))
