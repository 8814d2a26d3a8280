"""The service's commands, which `brikopt` finds by the entry points of the group brikopt.commands."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from service.access.grants import Grant, Principal, Role
    from service.access.tables import KeyRow
    from service.db.database import Database
    from service.settings import Settings

_PATIENCE_SECONDS = 120.0


# The command line loads this module while it is itself being loaded, so its parts are fetched when they are used.
def _as_date(text: str) -> date:
    from brikopt.cli import as_date

    return as_date(text)


def _show(lines: Sequence[str]) -> None:
    from brikopt.cli import show

    show(lines)


@contextmanager
def _exit_codes(debug: bool) -> Iterator[None]:
    from brikopt.cli import exit_codes

    with exit_codes(debug):
        yield


DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder of the service's data. [default: BRIKOPT_DATA_DIR, else brikopt-data]"),
]
Lang = Annotated[Literal["da", "en"], typer.Option(help="Language of messages.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure of brikopt itself.")]
key_app = typer.Typer(help="API keys for machines.", no_args_is_help=True, rich_markup_mode=None)
account_app = typer.Typer(help="Local accounts, for a demonstration.", no_args_is_help=True, rich_markup_mode=None)
audit_app = typer.Typer(help="The record of all changes.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands to brikopt's."""
    app.command("serve")(serve_command)
    app.command("publish")(publish_command)
    app.command("watch")(watch_command)
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)
    app.add_typer(key_app, name="key")
    app.add_typer(account_app, name="account")
    app.add_typer(audit_app, name="audit")


def serve_command(
    *,
    data_dir: DataDir = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Serve the newest published run to people and machines."""
    with _exit_codes(debug):
        from service.serving import serve

        settings = _settings(data_dir)
        with _database(settings):
            # Its tables are of this version from here on, and what the service writes is for its own eyes.
            serve(settings, host, port, lambda address: _show([_say(lang, "open", address=address)]))


def publish_command(
    *,
    run: Annotated[Path, typer.Option(help="Folder with a finished run.")],
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Put a finished run into the service's database; from then on it is the one served."""
    with _exit_codes(debug):
        from service.runs.folder import open_run
        from service.runs.publish import publish

        settings = _settings(data_dir)
        folder = open_run(run)
        with _database(settings) as database:
            published = publish(database, folder, settings, by=_by(settings))
        _show([_say(lang, "published", run_id=published.run_id, as_of=f"{folder.as_of:%d-%m-%Y}", id=published.id)])


def watch_command(
    *,
    inbox: Annotated[Path, typer.Option(help="Folder in which extracts arrive: a folder, a zip or one file each.")],
    quiet: Annotated[float, typer.Option(min=0, help="Seconds that an arrival must have stood still.")] = 30.0,
    every: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds between two looks.")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left, 2 where one was refused.")] = False,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Take extracts that arrive in a folder, run on them and publish; move them to done or refused with a report."""
    with _exit_codes(debug):
        from service.inbox.watching import Ended, Inbox, watch
        from service.logs import set_up_logs

        set_up_logs()
        settings = _settings(data_dir)

        def tell(ended: Ended) -> None:
            text = "inbox_refused" if ended.problem else "inbox_done"
            _show([_say(lang, text, folder=ended.folder, problem=ended.problem)])

        with _database(settings) as database:
            watched = Inbox(inbox.resolve(), database, settings, _by(settings), lang, quiet)
            clean = watch(watched, every, tell, once=once)
        if not clean:
            raise typer.Exit(2)


def backup_command(
    *,
    out: Annotated[Path, typer.Option(help="File to write; there is none of this name yet.")],
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Write all that the service's database holds into one file, while it is in use."""
    with _exit_codes(debug):
        from service.operation.backup import back_up

        settings = _settings(data_dir)
        with _opened(settings) as database:
            made = back_up(database, out)
        facts = {"file": out, "rows": made.rows, "entries": made.audit.entries, "head": made.audit.head}
        _show([_say(lang, "backed_up", **facts)])


def restore_command(
    *,
    source: Annotated[Path, typer.Option("--from", help="File that `brikopt backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Let go what the database holds now.")] = False,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Bring back all that a backup holds, on SQLite or PostgreSQL; all of it or nothing."""
    with _exit_codes(debug):
        from service.operation.restore import restore

        settings = _settings(data_dir)
        with _opened(settings) as database:
            found = restore(database, source, replace=replace, by=_by(settings))
        _show([_say(lang, "restored", entries=found.entries, head=found.head)])


@key_app.command("add")
def add_key_command(
    *,
    name: Annotated[str, typer.Option(help="What to call the key.")],
    role: Annotated[str, typer.Option(help="logistics, purchasing, programme, specialist, handover, admin or reader.")],
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit; may be given more than once.")] = None,
    hospital: Annotated[list[str] | None, typer.Option(help="Only this hospital; may be given more than once.")] = None,
    ward: Annotated[list[str] | None, typer.Option(help="Only this ward_id; may be given more than once.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="All of the region; has to be said.")] = False,
    expires: Annotated[
        date | None, typer.Option(parser=_as_date, metavar="YYYY-MM-DD", help="Last day on which it is good.")
    ] = None,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Make an API key, and print it on the last line: it is shown this once."""
    with _exit_codes(debug):
        from service.access.keys import make_key

        grant = _grant(role, unit, hospital, ward, everywhere=everywhere)
        settings = _settings(data_dir)
        with _database(settings) as database, database.writing() as session:
            key = make_key(session, name, grant, expires, by=_by(settings))
        _show([_say(lang, "key_made", name=name), key])


@key_app.command("list")
def list_keys_command(*, data_dir: DataDir = None, lang: Lang = "da", debug: Debug = False) -> None:
    """List all keys: name, principal, role and limits, last day, whether revoked."""
    with _exit_codes(debug):
        from service.access.keys import keys

        with _database(_settings(data_dir)) as database, database.reading() as session:
            lines = ["\t".join(_key_line(row, principal)) for row, principal in keys(session)]
        _show([_say(lang, "keys"), *lines])


@key_app.command("revoke")
def revoke_key_command(
    name: Annotated[str, typer.Argument(help="Name of the key.")],
    *,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Revoke a key: from now on it is refused."""
    with _exit_codes(debug):
        from service.access.keys import revoke_key

        settings = _settings(data_dir)
        with _database(settings) as database, database.writing() as session:
            revoke_key(session, name, by=_by(settings))
        _show([_say(lang, "key_revoked", name=name)])


@account_app.command("add")
def add_account_command(
    name: Annotated[str, typer.Argument(help="To sign in with.")],
    *,
    role: Annotated[str, typer.Option(help="logistics, purchasing, programme, specialist, handover, admin or reader.")],
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit; may be given more than once.")] = None,
    hospital: Annotated[list[str] | None, typer.Option(help="Only this hospital; may be given more than once.")] = None,
    ward: Annotated[list[str] | None, typer.Option(help="Only this ward_id; may be given more than once.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="All of the region; has to be said.")] = False,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Make a local account, and print its password on the last line: it is shown this once."""
    with _exit_codes(debug):
        from service.access.accounts import add_account, hash_password, new_password

        grant = _grant(role, unit, hospital, ward, everywhere=everywhere)
        password = new_password()
        settings = _settings(data_dir)
        with _database(settings) as database, database.writing() as session:
            add_account(session, name, hash_password(password), [grant], by=_by(settings))
        _show([_say(lang, "account_made", name=name), password])


@account_app.command("list")
def list_accounts_command(*, data_dir: DataDir = None, lang: Lang = "da", debug: Debug = False) -> None:
    """List the local accounts: name, principal, role and limits."""
    with _exit_codes(debug):
        from service.access.accounts import accounts

        with _database(_settings(data_dir)) as database, database.reading() as session:
            found = [(row.subject, principal) for row, principal in accounts(session)]
            lines = [
                f"{name}\t{one.id}\t{', '.join(sorted(grant.role for grant in one.grants))}" for name, one in found
            ]
        _show([_say(lang, "accounts"), *lines])


@account_app.command("remove")
def remove_account_command(
    name: Annotated[str, typer.Argument(help="Name of the account.")],
    *,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Remove a local account; whoever uses it is signed out at once."""
    with _exit_codes(debug):
        from service.access.accounts import remove_account

        settings = _settings(data_dir)
        with _database(settings) as database, database.writing() as session:
            remove_account(session, name, by=_by(settings))
        _show([_say(lang, "account_removed", name=name)])


@audit_app.command("verify")
def verify_audit_command(
    *,
    head: Annotated[
        str | None, typer.Option(help="Digest of an entry, from a log line audit_head or a backup: it must be there.")
    ] = None,
    data_dir: DataDir = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Check that no change in the record, and nothing that it tells of, was altered or left out; 3 where it was."""
    with _exit_codes(debug):
        from service.operation.whole import verify_whole

        settings = _settings(data_dir)
        with _opened(settings) as database:
            finding = verify_whole(database, settings, head)
        _show([_say(lang, "audit_holds", entries=finding.entries, head=finding.head)])


@audit_app.command("mark")
def mark_command(
    kind: Annotated[Literal["address", "name", "user"], typer.Argument(help="What it is.")],
    what: Annotated[str, typer.Argument(help="The address, the name of an account, or the user of this machine.")],
    *,
    data_dir: DataDir = None,
    lang: Lang = "da",  # noqa: ARG001 - as all commands take it
    debug: Debug = False,
) -> None:
    """Print the mark under which the logs tell an address or a name."""
    with _exit_codes(debug):
        from service.audit.witness import Witness

        _show([Witness.of(_settings(data_dir)).mark(kind, what)])


def _say(lang: Literal["da", "en"], text: str, /, **facts: object) -> str:
    from service.texts import texts_of

    return str(texts_of(lang)["commands"][text]).format_map(facts)


def _settings(data_dir: Path | None) -> Settings:
    from service.settings import settings_for

    return settings_for(data_dir)


def _by(settings: Settings) -> str:
    """Say who calls: the user of this machine, as a mark."""
    import getpass

    from service.audit.witness import Witness

    return f"command-{Witness.of(settings).mark('user', getpass.getuser())}"


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Open the database, with this version's tables."""
    from service.operation.whole import bring_up_to_date

    with _opened(settings) as database:
        bring_up_to_date(database, settings)
        yield database


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    """Open the database as it is."""
    from service.audit.witness import Witness
    from service.db.database import Database

    # A command has nobody else waiting, so it may wait longer than an answer.
    from service.db.private import private_files

    patience = max(settings.patience_seconds, _PATIENCE_SECONDS)
    database = Database(settings.url, patience, Witness.of(settings))
    try:
        with private_files(settings.data_dir.resolve()):
            yield database
    finally:
        database.close()


def _grant(
    role: str, units: list[str] | None, hospitals: list[str] | None, wards: list[str] | None, *, everywhere: bool
) -> Grant:
    from brikopt.errors import BadInput
    from service.access.grants import Grant, one_of_both

    grant = Grant(_role(role), frozenset(units or ()), frozenset(hospitals or ()), frozenset(wards or ()))
    try:
        one_of_both(everywhere, grant)
    except ValueError:
        problem = "nothing limits it." if not everywhere else "it is limited and everywhere at once."
        raise BadInput("--everywhere", problem, "Name --unit, --hospital or --ward, or say --everywhere.") from None
    return grant


def _role(text: str) -> Role:
    from brikopt.errors import BadInput
    from service.access.grants import Role

    try:
        return Role(text)
    except ValueError:
        raise BadInput(f"--role {text}", "there is no such role.", f"Choose one of {', '.join(Role)}.") from None


def _key_line(row: KeyRow, principal: Principal) -> list[str]:
    grants = "; ".join(
        " ".join((grant.role, *sorted(grant.units | grant.hospitals | grant.wards))) for grant in principal.grants
    )
    revoked = f"{row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
    return [row.name, principal.id, grants, row.last_day.isoformat() if row.last_day else "", revoked]
