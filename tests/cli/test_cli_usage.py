"""Every command says what it does, and every expected problem is one sentence with its code."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

import rustok
from rustok.app.cli.application import application
from rustok.app.processes.commands import ServerCommand, plainly
from rustok.testing.live import environment
from tests.cli.conftest import run_here

REFERENCE = Path(rustok.__file__).parents[2] / "docs" / "reference" / "commands.md"
SECRET = "0123456789-abcdefghij-ABCDEFGHIJ-klmno"


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command with the options it takes."""
    pending = [("rustok", typer.main.get_command(application))]
    while pending:
        name, command = pending.pop(0)
        inner = getattr(command, "commands", {})
        pending += [(f"{name} {word}", found) for word, found in inner.items()]
        options = tuple(
            spelling
            for parameter in command.params
            for spelling in (*parameter.opts, *parameter.secondary_opts)
            if spelling.startswith("--")
        )
        yield name, options


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    finished = run_here({}, *name.split()[1:], "--help")
    assert finished.code == 0
    assert finished.output.startswith(f"Usage: {name}")
    assert all(option in finished.output for option in COMMANDS[name])


def test_the_reference_holds_every_command_with_its_options_and_no_other() -> None:
    sections = REFERENCE.read_text(encoding="utf-8").split("\n## ")[1:]
    written = {text.partition("\n")[0].strip("`"): text for text in sections}
    assert sorted(written) == sorted(COMMANDS)
    missing = [
        f"{name} {option}"
        for name, options in COMMANDS.items()
        for option in options
        if f"`{option}" not in written[name]
    ]
    assert missing == []


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("run", "--port", "many"), ("tenant", "create"), ("user", "list")]
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    finished = run_here({}, *arguments)
    assert finished.code == 2
    assert "Usage: rustok" in finished.errors


@pytest.mark.parametrize(
    ("variables", "code", "named"),
    [
        ({"RUSTOK_NONSENSE": "1"}, "BAD_SETTINGS", "RUSTOK_NONSENSE"),
        ({"PORT": "70000"}, "BAD_SETTINGS", "PORT"),
        ({"RUSTOK_ENV": "production"}, "BAD_SETTINGS", "SECRET_KEY"),
        ({"RUSTOK_ENV": "production", "SECRET_KEY": "changeme"}, "BAD_SETTINGS", "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "BAD_DATABASE_URL", "postgresql://"),
        ({"DATABASE_URL": "postgresql://localhost:1/x"}, "DATABASE_UNAVAILABLE", "PostgreSQL"),
    ],
)
@pytest.mark.parametrize("command", ["run", "serve", "relay", "migrate"])
def test_a_process_does_not_start_with_wrong_settings(
    command: str, variables: dict[str, str], code: str, named: str, home: Path
) -> None:
    finished = run_here(environment(None, home) | variables, command)
    assert (finished.code, finished.output) == (1, "")
    assert finished.errors.startswith("error: ")
    assert finished.errors.endswith(f"[{code}]\n")
    assert named in finished.errors


def test_a_taken_port_is_told_before_anything_is_started(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        finished = run_here(environment(None, home), "run", "--port", port)
    assert finished.code == 1
    assert finished.errors.endswith("[PORT_TAKEN]\n")
    assert port in finished.errors
    assert not (home / "postgres").exists()


def test_an_address_of_another_machine_is_refused(home: Path) -> None:
    finished = run_here(environment(None, home), "serve", "--bind", "192.0.2.1")
    assert (finished.code, finished.errors[-19:]) == (1, "[ADDRESS_UNUSABLE]\n")


def test_serving_without_a_database_says_what_to_start(home: Path) -> None:
    finished = run_here(environment(None, home), "serve")
    assert (finished.code, finished.errors[-23:]) == (1, "[DATABASE_NOT_RUNNING]\n")


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    home.write_text("no folder")
    finished = run_here(environment(None, home), "run")
    assert (finished.code, finished.errors[-18:]) == (1, "[HOME_UNWRITABLE]\n")


def test_the_version_is_printed() -> None:
    assert run_here({}, "--version").output == f"rustok {rustok.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["run"], ServerCommand(kind="run")),
        (["run", "--no-demo"], ServerCommand(kind="run", demo=False)),
        (["run", "--port", "1", "--bind", "::1"], ServerCommand(kind="run", port=1, bind="::1")),
        (["serve", "--port", "8001"], ServerCommand(kind="serve", port=8001)),
        (["relay"], ServerCommand(kind="relay")),
        (["index"], ServerCommand(kind="index")),
        (["run", "--help"], None),
        (["run", "--port", "many"], None),
        (["run", "--port"], None),
        (["run", "--port", "--bind"], None),
        (["serve", "--no-demo"], None),
        (["relay", "--port", "1"], None),
        (["migrate"], None),
        ([], None),
    ],
)
def test_servers_are_understood_without_the_parser_or_left_to_it(
    arguments: list[str], command: ServerCommand | None
) -> None:
    assert plainly(arguments) == command


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "--no-demo", "--port", "8001", "--bind", "127.0.0.2"],
        ["serve", "--bind", "::1", "--port", "0"],
        ["relay"],
        ["index"],
    ],
)
def test_the_parser_understands_servers_the_same_way(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[ServerCommand] = []
    monkeypatch.setattr("rustok.app.cli.servers.start", started.append)
    assert run_here({}, *arguments).code == 0
    assert started == [plainly(arguments)]
