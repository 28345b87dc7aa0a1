"""Options that several commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's slug.", metavar="SLUG")]
AnyTenant = Annotated[
    str | None, typer.Option("--tenant", help="Only this tenant's.", metavar="SLUG")
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why: the log keeps it, so it names no person.")
]
