"""`rustok import`: one command per format."""

import typer

application = typer.Typer(name="import", no_args_is_help=True, rich_markup_mode=None)


@application.callback()
def group() -> None:
    """Bring data of other systems into a tenant."""
