"""Logs go to one stream, in one form, whoever writes them."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from rustok.telemetry.absent import absent, postponed
from rustok.telemetry.logs import Style, configure


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leaves logging as it was."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    logging.root.handlers.clear()
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


def logged(style: Style) -> str:
    stream = io.StringIO()
    configure(level="INFO", style=style, stream=stream)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("rustok.test").info("happened", count=3)
    structlog.get_logger("rustok.test").debug("hidden")
    logging.getLogger("somebody.else").warning("said %s", "so")
    try:
        raise ValueError("wrong")
    except ValueError:
        structlog.get_logger("rustok.test").exception("failed")
    return stream.getvalue()


def test_machines_get_one_json_object_on_each_line() -> None:
    first, foreign, failed = map(json.loads, logged("json").splitlines())
    assert (
        first.items()
        >= {
            "event": "happened",
            "level": "info",
            "logger": "rustok.test",
            "count": 3,
            "request_id": "r-1",
        }.items()
    )
    assert first["timestamp"].endswith("Z")
    assert (foreign["event"], foreign["level"], foreign["logger"]) == (
        "said so",
        "warning",
        "somebody.else",
    )
    assert "ValueError: wrong" in failed["exception"]


def test_people_get_plain_lines_where_the_stream_is_no_terminal() -> None:
    text = logged("console")
    assert "happened" in text
    assert "r-1" in text
    assert "ValueError: wrong" in text
    assert "hidden" not in text
    assert "\x1b[" not in text


def test_a_hidden_package_is_hidden_only_inside_the_block() -> None:
    sys.modules.pop("this", None)
    with absent("this"), pytest.raises(ImportError):
        __import__("this")
    assert "this" not in sys.modules


def test_a_postponed_package_is_loaded_by_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    postponed("colorsys")
    module = __import__("colorsys")
    assert "hls_to_rgb" not in vars(module)
    assert module.hls_to_rgb(0, 0, 0) == (0, 0, 0)
    assert "hls_to_rgb" in vars(sys.modules["colorsys"])


def test_servers_load_neither_rich_nor_pydantic_nor_the_terminal_s_parser() -> None:
    program = (
        "import sys; from rustok.telemetry.logs import configure; "
        "import rustok.app.processes.run, rustok.app.processes.application, rustok.app.workers; "
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True
    )
    heavy = {"rich", "pydantic", "typer", "yaml.loader", "sqlalchemy", "alembic", "pytest"}
    assert heavy & set(loaded.stdout.split()) == set()
