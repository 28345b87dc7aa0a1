"""`rustok graphql plan` shows what an operation is compiled to."""

from pathlib import Path

from tests.cli.conftest import run_here

DOCUMENT = """
query Listed { products(first: 2) { nodes { title } pageInfo { hasNextPage } } }
query Detailed($all: Boolean!) { tenant { name slug @include(if: $all) } }
"""


def plan(path: Path, *arguments: str) -> tuple[int, str, str]:
    finished = run_here({}, "graphql", "plan", str(path), *arguments)
    return finished.code, finished.output, finished.errors


def written(folder: Path, text: str) -> Path:
    path = folder / "operations.graphql"
    path.write_text(text)
    return path


def test_the_generated_source_is_printed(tmp_path: Path) -> None:
    path = written(tmp_path, DOCUMENT)
    code, listed, _ = plan(path, "--operation", "Listed")
    assert code == 0
    assert "# operation: Listed\n# public answers are kept: yes\n" in listed
    assert "def read_nodes" in listed
    compile(listed, "plan", "exec")


def test_each_outcome_of_conditions_has_its_own_plan(tmp_path: Path) -> None:
    path = written(tmp_path, DOCUMENT)
    sources = [
        plan(path, "--operation", "Detailed", "--variables", f'{{"all": {value}}}')[1]
        for value in ("true", "false")
    ]
    assert ["slug" in source for source in sources] == [True, False]
    undecided = plan(path, "--operation", "Detailed")[1]
    assert "# left to graphql-core: conditions without a value" in undecided


def test_what_cannot_be_compiled_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, DOCUMENT)
    for arguments in ((), ("--operation", "None"), ("--variables", "[")):
        code, _, errors = plan(path, *arguments)
        assert (code, "BAD_OPERATION" in errors) == (1, True)
    assert "FILE_UNREADABLE" in plan(tmp_path / "none.graphql")[2]
    assert "nothing" in plan(written(tmp_path, "{ nothing }"))[2]
