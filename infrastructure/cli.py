"""The command line: `recobro …`. It works on the store that RECOBRO_STORE names, as `operator`."""

import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn, cast
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from api.http.attempts import codes_of
from api.http.catalogues import said, translated
from api.http.read_models import ReadModelsNotReady
from application import business
from application.access import note
from application.imports import Wish
from application.imports.columns import ColumnsMissing
from application.imports.maps import Contents, parse_map
from application.imports.people import SameNames
from application.imports.table import Why
from application.streams import Command
from domain.access import Means, PasswordSet, SecondFactorRemoved
from domain.business import BUSINESS, Business
from domain.errors import Refusal
from domain.people import OPERATOR, NoSuchUser, Role, User, user_id
from infrastructure import wiring
from infrastructure.access.credentials import StoredCredentials
from infrastructure.files.store import StoredFiles
from infrastructure.keys.check import WrongKeys
from infrastructure.keys.keyring import WrongMasterKey
from infrastructure.keys.master_key import MasterKeyUnsafe, NoMasterKey
from infrastructure.log import backups, chain
from infrastructure.log.engine import LogUnavailable
from infrastructure.logging import log_as_json
from infrastructure.settings import MasterKeyFileMissing, Settings
from infrastructure.stores import Store, StoreUnusable, told_in_a_line, with_full_disk

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
users = typer.Typer(no_args_is_help=True, help="Who may log in, and as what.")
app.add_typer(users, name="user")
master_keys = typer.Typer(no_args_is_help=True, help="The master key of the store.")
app.add_typer(master_keys, name="key")

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Password = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be given several times: roles add up.")]


FAILED = (
    MasterKeyFileMissing,
    MasterKeyUnsafe,
    NoMasterKey,
    WrongMasterKey,
    WrongKeys,
    StoreUnusable,
    LogUnavailable,
    ReadModelsNotReady,
    backups.BackupFailed,
)
"""What tells in its text, to whoever runs this, why nothing came of it."""


def main() -> None:
    """Refusals, and a database or disk that fails, are told in a line; anything else is a bug and shows where.

    Files that are made are for their owner alone.
    """
    os.umask(0o077)
    try:
        app()
    except Refusal as refusal:
        _fail(_told(refusal))
    except FAILED as error:
        _fail(with_full_disk(str(error), Settings().store))
    except wiring.UNAVAILABLE as error:
        _fail(with_full_disk(told_in_a_line(error), Settings().store))


# Serving


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
    certificate: Annotated[Path | None, typer.Option(help="For https: its certificate, PEM.", exists=True)] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="And the key of it, PEM.", exists=True)] = None,
) -> None:
    """Serve pages and API. A signal to stop lets requests and the batch in hand finish.

    Browsers keep a log-in over https, or on this machine itself. For other machines give a certificate, or put a proxy
    with one before it.
    """
    if (certificate is None) != (certificate_key is None):
        _fail("https needs both, --certificate and --certificate-key.")
    with _store() as store:  # whatever is wrong with the store shows here, once, not in every process
        if lost := store.lost_keys():
            errors.print(f"Keys: {lost}", markup=False)
    _serve(host, port, workers, certificate, certificate_key)


@app.command("demo")
def serve_demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    *,
    fill_only: Annotated[bool, typer.Option("--fill-only", help="Do not serve it.")] = False,
) -> None:
    """Fill an empty store with an invented agency, or take the one filled before, and serve it."""
    try:
        from infrastructure import demo  # noqa: PLC0415 - names and phrases that nothing else needs
    except ModuleNotFoundError as missing:
        if missing.name != "faker":
            raise
        _fail("The demo needs faker, which invents its names: install 'recobro[demo]', or start python3 dev.py demo.")

    os.environ.setdefault("RECOBRO_STORE", str(Path.home() / ".local/share/recobro-demo"))
    os.environ.setdefault("RECOBRO_MASTER_KEY_FILE", str(Path.home() / ".config/recobro/demo.key"))
    os.environ.setdefault("RECOBRO_PUBLIC_URL", f"http://{host}:{port}")
    with wiring.open_configured_store() as store:
        now = wiring.now().astimezone(_business(store).zone)
        if store.events.head()[0] == 0:
            with _progress("demo") as advance, closing(wiring.credentials(store)) as credentials:
                demo.fill(
                    store.events,
                    credentials,
                    StoredFiles(credentials.engine, store.keys),
                    today=now.date(),
                    progress=lambda share: advance(round(share * 365), 365),
                )
            _rebuild(store)
        elif not demo.is_demo(store.events):
            _fail(f"{store.address} holds something else than a demo: set RECOBRO_STORE to a folder of its own.")
        console.print(f"Store: {store.address}\nUsers:")
        for user in demo.USERS:
            console.print(f"  {user.actor.name:<8} {user.password:<24} {', '.join(sorted(user.actor.roles))}")
    if not fill_only:
        _serve(host, port, 1)


def _serve(
    host: str, port: int, workers: int, certificate: Path | None = None, certificate_key: Path | None = None
) -> None:
    from infrastructure.serving import server as serving  # noqa: PLC0415 - uvicorn, for these two commands

    log_as_json()
    address = f"{'https' if certificate else 'http'}://{host}:{port}"
    console.print(f"Recobro is served at {address} (documentation of the API: {address}/api/docs)")
    serving.serve(
        "infrastructure.main:app",
        host=host,
        port=port,
        workers=workers,
        certificate=certificate,
        certificate_key=certificate_key,
    )


# Users


@users.command("add")
def add_user(
    name: str,
    role: Roles,
    full_name: Annotated[str | None, typer.Option(help="What pages call this person.")] = None,
    email: Annotated[str | None, typer.Option(help="Where a link goes, should the password be forgotten.")] = None,
    *,
    password_stdin: Password = False,
) -> None:
    """Add a user, with a password asked for or read from standard input."""
    password = _password(from_stdin=password_stdin)
    with _store() as store, closing(wiring.credentials(store)) as credentials:
        credentials.check(password, User(name, full_name=full_name, email=email))
        business.add_user(store.events, _command(store), name=name, roles=role, full_name=full_name, email=email)
        _set_password(store, credentials, name, password)
    console.print(f"Added {name}: {', '.join(sorted(role))}")


@users.command("list")
def list_users() -> None:
    """All users, their roles, and whether they may log in."""
    with _store() as store, closing(wiring.credentials(store)) as credentials:
        for name in credentials.names():
            user = _user(store, name)
            console.print(
                f"{name:<24} {', '.join(sorted(user.roles)):<40} {'' if user.enabled else 'disabled'}".rstrip()
            )


@users.command("roles")
def change_roles(name: str, role: Roles) -> None:
    """Give a user these roles, and no others."""
    with _store() as store:
        business.change_roles(store.events, _command(store), name=name, roles=role)
        _warn_without_administrator(store)


@users.command("password")
def set_password(name: str, *, password_stdin: Password = False) -> None:
    """Set a user's password; whoever was logged in with the one before is logged out."""
    with _store() as store, closing(wiring.credentials(store)) as credentials:
        if not _user(store, name).name:
            raise NoSuchUser(field="name", name=name)
        _set_password(store, credentials, name, _password(from_stdin=password_stdin))


@users.command("disable")
def disable_user(name: str) -> None:
    """Nobody gets in as this user any more, and whoever is in is out at once."""
    with _store() as store:
        business.disable_user(store.events, _command(store), name=name)
        _warn_without_administrator(store)


@users.command("enable")
def enable_user(name: str) -> None:
    """Take back that a user was disabled. Sessions and tokens from before stay dead."""
    with _store() as store, closing(wiring.credentials(store)) as credentials:
        if not _user(store, name).enabled:
            credentials.revoke_all(name)
        business.enable_user(store.events, _command(store), name=name)


@users.command("remove-second-factor")
def remove_second_factor(name: str) -> None:
    """Of who has lost the phone and the recovery codes: the password alone lets in, and whoever was in is out.

    Administrators do this on the page of a user; here it is for the last of them.
    """
    with _store() as store, closing(wiring.credentials(store)) as credentials:
        second_factors = wiring.second_factors(store, credentials.engine)
        if not _user(store, name).name:
            raise NoSuchUser(field="name", name=name)
        if second_factors.since(name) is None:
            _fail(f"{name} has no second factor")
        second_factors.remove(name)
        credentials.log_out_everywhere(name)
        attempts = wiring.attempts(store, credentials.engine)
        attempts.clear(*codes_of(name))
        note(store.events, SecondFactorRemoved(attempts.who(name)), at=wiring.now(), by=OPERATOR)
    console.print(f"{name} logs in with the password alone")


# The log and the read models


@app.command()
def rebuild(*, back: Annotated[bool, typer.Option("--back", help="Go back to those before the last.")] = False) -> None:
    """Build the read models anew beside those that are served, and swap."""
    with _store() as store:
        if back:
            _go_back(store)
        else:
            _rebuild(store)


@app.command()
def verify(head: Annotated[str | None, typer.Option(help="A head that was kept: N:HASH.")] = None) -> None:
    """Check the chain of hashes over the whole log, also on read-only media. Exit code 1 where it is broken."""
    try:
        kept = chain.Head.parse(head) if head else None
    except ValueError:
        raise typer.BadParameter("a head is N:HASH, as verify prints it", param_hint="--head") from None
    with wiring.open_configured_log(Settings()) as (log, lost):
        if wrong := log.storage_error():
            _fail(f"Damaged: {wrong}")
        found = chain.verify(log.entries, kept)
    if isinstance(found, chain.Broken):
        _fail(f"Broken at {found}")
    console.print(f"Whole. Head: {found}")
    if lost:
        _fail(f"Keys: {lost}")


@app.command()
def backup(folder: Path) -> None:
    """Copy the log, with its head, and the clients' keys; not the master key, which belongs elsewhere."""
    with _store() as store:
        made = backups.back_up(store, folder, now=wiring.now())
    console.print(f"Log: {made.log}\nKeys: {made.keys} (in place of those before)\nHead: {made.head}")


@app.command()
def restore(
    log: Path,
    keys: Annotated[Path | None, typer.Option(help="Default: those that lie beside the log.")] = None,
    to: Annotated[
        int | None, typer.Option(min=1, help="The position up to which it is taken, at the end of what a command did.")
    ] = None,
) -> None:
    """Put a backup in place of an empty store. It needs the master key that the backup was made under."""
    with wiring.open_configured_to_restore(Settings()) as store:
        head = backups.restore(store, log, keys, _command(store), to=to)
        lost = store.lost_keys()
    console.print(
        f"Restored and verified. Head: {head}\nNothing is sent until an administrator resumes it (Ajustes, Correo)."
    )
    if lost:
        _fail(f"Keys: {lost}")


@master_keys.command("rotate")
def rotate_key(
    *,
    prepare: Annotated[
        bool,
        typer.Option("--prepare", help="Only make the new key, to be copied beside the present one on other hosts."),
    ] = False,
) -> None:
    """Put a new master key in place of the present one, also while the store is served; again where interrupted.

    The former key is kept beside it, for backups from before need it.
    """
    from infrastructure.keys import rotation as key_rotation  # noqa: PLC0415 - with all that is sealed, imports too

    settings = Settings()
    if prepare:
        console.print(f"The next key: {key_rotation.prepare(settings.key_file)}")
        return
    with (
        wiring.open_configured_store(settings) as store,
        closing(wiring.credentials(store)) as credentials,
        _progress("clients' keys") as advance,
    ):
        former = key_rotation.rotate(store, credentials.engine, _command(store), lambda done: advance(done, done))
    console.print(f"The new master key is in {settings.key_file}; keep the former for older backups: {former}")


# Importing


@app.command("import")
def import_(  # noqa: PLR0913 - an option each
    contents: Contents,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    map_: Annotated[
        Path | None, typer.Option("--map", exists=True, dir_okay=False, help="Which column is which.")
    ] = None,
    header_line: Annotated[
        int | None, typer.Option(min=1, help="The line that names the columns, if another than is found.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Of a workbook, the sheet; by itself the first that has a table.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")] = False,
    leave_out_bad: Annotated[
        Path | None, typer.Option(help="Load the good rows, and write the bad ones here with their reasons.")
    ] = None,
    follow_changes: Annotated[
        bool, typer.Option("--follow-changes", help="Debts that are here come to what the file says now.")
    ] = False,
    close_withdrawn: Annotated[
        bool, typer.Option("--close-withdrawn", help="Close what the file's creditors have here and it does not name.")
    ] = False,
    same_identification: Annotated[
        bool, typer.Option("--same-identification", help="Who has the identification of a client here is that client.")
    ] = False,
    same_name: Annotated[
        bool,
        typer.Option(
            "--same-name", help="Who is known by name alone, and has that of one client here, is that client."
        ),
    ] = False,
    creditor: Annotated[
        str | None,
        typer.Option(
            help="Whom all debts of the file are owed to: a reference, else the name of one here, else of a new one."
        ),
    ] = None,
) -> None:
    """Load a CSV or .xlsx file: all of it, or nothing. Without a map its columns are known by what people call them."""
    from infrastructure.files.decoding import pieces_of  # noqa: PLC0415 - likewise
    from infrastructure.imports import command as import_command  # noqa: PLC0415 - spreadsheets, read models
    from infrastructure.imports.report_lines import lacking  # noqa: PLC0415 - likewise

    with file.open("rb") as opened:
        table = import_command.TABLES.read_table(pieces_of(opened), header_line=header_line, sheet=sheet)
    mapping = parse_map(map_.read_text(encoding="utf-8")) if map_ else None
    left_out = leave_out_bad.open("w", newline="", encoding="utf-8-sig") if leave_out_bad and not dry_run else None
    with left_out or nullcontext(), _store() as store, _progress(file.name) as advance:
        try:
            report, lines = import_command.load(
                store,
                _command(store),
                table,
                contents,
                mapping=mapping,
                creditor=creditor,
                dry_run=dry_run,
                wish=Wish(
                    leave_out_bad is not None,
                    follow_changes,
                    close_withdrawn,
                    same_identification,
                    SameNames(all=same_name, creditors=creditor is not None),
                ),
                left_out=left_out,
                language=_language(),
                progress=advance,
            )
        except ColumnsMissing as missing:
            _fail(lacking(missing, table, partial(translated, into=_language())))
    for line in lines:
        console.print(line, markup=False)
    if report.bad and (dry_run or leave_out_bad is None or report.is_all_bad):
        raise typer.Exit(1)


# What the commands share


@contextmanager
def _store() -> Generator[Store]:
    with wiring.open_configured_store(Settings()) as store:
        yield store


def _command(store: Store) -> Command:
    now = wiring.now()
    command_id = uuid4()
    return Command(command_id, OPERATOR, now, now.astimezone(_business(store).zone).date(), command_id)


def _business(store: Store) -> Business:
    return store.events.load(Business(), BUSINESS)[0]


def _user(store: Store, name: str) -> User:
    return store.events.load(User(), user_id(name))[0]


def _warn_without_administrator(store: Store) -> None:
    with closing(wiring.credentials(store)) as credentials:
        users = [_user(store, name) for name in credentials.names()]
    if not any(user.enabled and Role.ADMINISTRATOR in user.roles for user in users):
        errors.print("Nobody who may log in is an administrator now: `recobro user roles NAME --role administrator`")


def _set_password(store: Store, credentials: StoredCredentials, name: str, password: str) -> None:
    credentials.set_password(name, password)
    who = wiring.attempts(store, credentials.engine).who(name)
    note(store.events, PasswordSet(who, Means.COMMAND_LINE), at=wiring.now(), by=OPERATOR)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


def _go_back(store: Store) -> None:
    from infrastructure.read_models import served as read_models  # noqa: PLC0415 - all of them, with their calendars

    try:
        position = read_models.go_back(store)
    except LookupError as error:
        _fail(str(error))
    console.print(f"Went back: position {position}")


def _rebuild(store: Store) -> None:
    from infrastructure.read_models import served as read_models  # noqa: PLC0415 - all of them, with their calendars

    with _progress("rebuild") as advance:
        position = read_models.rebuild(store, reached=lambda done: advance(done.position, done.head))
    if stopped := read_models.stopped(store):
        _fail("\n".join(f"{name} stopped: {why}" for name, why in stopped.items()))
    console.print(f"Rebuilt: position {position}")
    if lost := store.lost_keys():
        _fail(f"Keys: {lost}")


@contextmanager
def _progress(what: str) -> Generator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


def _in_own_words(why: Why) -> str:
    message = translated(why.message, _language())
    return message % why.values if why.values else message


def _language() -> str:
    return os.environ.get("LANG", "en")[:2]


def _told(refusal: Refusal) -> str:
    title = said(refusal.title, refusal.details, _language())
    details = ", ".join(f"{name}: {_written(value)}" for name, value in refusal.details.items())
    return f"{title} ({details})" if details else title


def _written(value: object) -> str:
    if isinstance(value, Why):
        return _in_own_words(value)
    if isinstance(value, list | tuple | set):
        return ", ".join(map(str, cast("Iterable[object]", value)))
    return str(value)


def _fail(why: str) -> NoReturn:
    errors.print(why, markup=False)
    raise SystemExit(1)
