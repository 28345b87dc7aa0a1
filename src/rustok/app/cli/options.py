"""Options that several commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's slug.", metavar="SLUG")]
AnyTenant = Annotated[
    str | None, typer.Option("--tenant", help="Only this tenant's.", metavar="SLUG")
]
Port = Annotated[
    int | None,
    typer.Option("--port", help="The port to listen on; PORT and 8000 by default.", metavar="PORT"),
]
Bind = Annotated[
    str | None,
    typer.Option("--bind", help="The address to listen on; 127.0.0.1 by default.", metavar="IP"),
]
