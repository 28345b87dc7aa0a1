"""`rustok graphql extract` writes what an allow-list is made of."""

import json
from pathlib import Path

from rustok.gql import Manifest
from tests.cli.conftest import run_here

QUERY = "query Shop { tenant { name } }"


def extract(*arguments: str | Path) -> tuple[int, str, str]:
    finished = run_here({}, "graphql", "extract", *map(str, arguments))
    return finished.code, finished.output, finished.errors


def test_a_manifest_is_written(tmp_path: Path) -> None:
    (tmp_path / "client" / "node_modules").mkdir(parents=True)
    (tmp_path / "client" / "shop.ts").write_text(f"export const shop = gql`{QUERY}`;")
    (tmp_path / "client" / "readme.txt").write_text("gql`nothing`")
    (tmp_path / "client" / "node_modules" / "theirs.js").write_text("gql`query { nothing }`")
    (tmp_path / "more.graphql").write_text("query Version { version }")
    output = tmp_path / "operations.json"

    sources = (tmp_path / "client", tmp_path / "more.graphql")
    assert extract(*sources, "-o", output) == (0, "", "")

    manifest = Manifest.of(output.read_bytes())
    assert [listed.name for listed in manifest.operations] == ["Shop", "Version"]
    code, printed, _ = extract(*sources)
    assert (code, printed) == (0, output.read_text())
    assert "__typename" in json.dumps(json.loads(extract(*sources, "--typenames")[1]))


def test_mistakes_are_said_with_their_lines_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "a.graphql"
    source.write_text("query A {\n  version\n  nothing\n}\n")
    output = tmp_path / "operations.json"

    code, printed, errors = extract(source, "-o", output)

    assert (code, printed) == (1, "")
    assert errors.startswith(f"{source}:3: Cannot query field 'nothing'")
    assert not output.exists()


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    binary = tmp_path / "a.graphql"
    binary.write_bytes(b"\xff")
    empty = tmp_path / "b.graphql"
    empty.write_text("fragment A on Tenant { name }")
    good = tmp_path / "c.graphql"
    good.write_text(QUERY)

    for arguments, expected in (
        ((tmp_path / "none.graphql",), "FILE_UNREADABLE"),
        ((binary,), "FILE_UNREADABLE"),
        ((empty,), "NO_OPERATIONS"),
        ((good, "-o", tmp_path / "no" / "where.json"), "FILE_UNWRITABLE"),
    ):
        code, _, errors = extract(*arguments)
        assert code == 1
        assert errors.endswith(f"[{expected}]\n")
