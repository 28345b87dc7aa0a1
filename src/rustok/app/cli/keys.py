"""`rustok keys`."""

import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import say, say_json
from rustok.app.cli.session import on_host
from rustok.auth.keys import KeyRing
from rustok.core.host import Host

application = typer.Typer(name="keys", no_args_is_help=True, rich_markup_mode=None)


@application.callback()
def group() -> None:
    """Change the keys that sign access tokens; by age that happens by itself."""


@application.command()
def rotate(*, as_json: Json = False) -> None:
    """Let the next key sign; tokens of the one before stay valid until they end."""

    async def run(host: Host) -> list[dict[str, str]]:
        ring = host.get(KeyRing)
        await ring.rotate()
        return await ring.published()

    _show(on_host(run), "The next key signs now.", as_json=as_json)


@application.command()
def replace(*, as_json: Json = False) -> None:
    """Throw all keys away: every access token ends. After a leak, or a changed SECRET_KEY."""

    async def run(host: Host) -> list[dict[str, str]]:
        ring = host.get(KeyRing)
        await ring.replace_all()
        return await ring.published()

    _show(on_host(run), "All keys are new.", as_json=as_json)


def _show(published: list[dict[str, str]], done: str, *, as_json: bool) -> None:
    if as_json:
        say_json(published)
    else:
        say(f"{done} Published: {', '.join(key['kid'] for key in published)}.")
