"""`rustok user`."""

import sys
from typing import Annotated

import typer

from rustok.app.cli.failures import NoPassword
from rustok.app.cli.options import Json, Tenant
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import context_of, on_host
from rustok.auth.service import UserService
from rustok.auth.types import USER_ID, NewUser, User, UserFilter
from rustok.core.host import Host

PAGE = 100
application = typer.Typer(name="user", no_args_is_help=True, rich_markup_mode=None)
Email = Annotated[str, typer.Argument(help="The user's email address.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@application.callback()
def group() -> None:
    """Create and list users, set passwords."""


@application.command()
def create(
    email: Email,
    tenant: Tenant,
    name: Annotated[str, typer.Option("--name", help="The user's name.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="A role; may be repeated. Without one: customer."),
    ] = None,
    *,
    password_stdin: PasswordStdin = False,
    as_json: Json = False,
) -> None:
    """Create a user."""
    given = NewUser(
        email=email,
        password=_password(from_stdin=password_stdin),
        name=name or email.partition("@")[0],
        roles=tuple(role or ("customer",)),
    )

    async def run(host: Host) -> User:
        ctx = await context_of(host, tenant)
        return (await host.get(UserService).create(ctx, given)).user

    made = on_host(run)
    if as_json:
        say_json(_row(made))
    else:
        say(f"User {made.email} created with the roles {', '.join(made.roles)}.")


@application.command("list")
def list_all(tenant: Tenant, *, as_json: Json = False) -> None:
    """List a tenant's users, the newest first."""

    async def run(host: Host) -> list[User]:
        ctx = await context_of(host, tenant)
        found: list[User] = []
        after: str | None = None
        while True:
            page = await host.get(UserService).list(ctx, UserFilter(), first=PAGE, after=after)
            found.extend(page.items)
            if not page.has_next:
                return found
            after = page.cursors[-1]

    found = on_host(run)
    if as_json:
        say_json([_row(user) for user in found])
        return
    rows = [(user.email, user.name, user.status, user.roles) for user in found]
    say_table(("EMAIL", "NAME", "STATUS", "ROLES"), rows)


@application.command("set-password")
def set_password(
    email: Email, tenant: Tenant, *, password_stdin: PasswordStdin = False, as_json: Json = False
) -> None:
    """Set a user's password and end all of the user's sessions."""
    password = _password(from_stdin=password_stdin)

    async def run(host: Host) -> User:
        ctx = await context_of(host, tenant)
        return (await host.get(UserService).set_password(ctx, email, password)).user

    changed = on_host(run)
    if as_json:
        say_json(_row(changed))
    else:
        say(f"The password of {changed.email} is set; all sessions have ended.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise NoPassword("There is no terminal to type a password; use --password-stdin.")
    text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return text


def _row(user: User) -> dict[str, object]:
    return {
        "id": USER_ID.text(user.id),
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "status": user.status,
        "roles": user.roles,
        "createdAt": user.created_at,
    }
