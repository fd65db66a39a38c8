"""The command line, as whoever runs the service uses it."""

import os
import re
import shutil
import sqlite3
import stat
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from bad_debts import A_DOUBLED_HEADING, BAD_FILES
from logged import registered
from second_factor import with_phone
from servers import PROGRAMS

from application.access import latest_access
from infrastructure import cli
from infrastructure.files import decoding
from infrastructure.files.decoding import MB, Bound
from infrastructure.log import chain
from infrastructure.stores import open_store
from infrastructure.wiring import credentials, now, second_factors

MAP = Path(__file__).parents[2] / "maps" / "ibm-receivables.toml"
INVOICES_MAP = MAP.with_name("ibm-invoices.toml")
SAMPLE = Path(__file__).parents[1] / "samples" / "receivables.csv"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.fixture
def recobro(address, master_key_file, monkeypatch, capsys):
    """Runs a command on the test's store; its exit code and what it printed."""
    monkeypatch.setenv("RECOBRO_STORE", address)
    monkeypatch.setenv("RECOBRO_MASTER_KEY_FILE", str(master_key_file))
    monkeypatch.setenv("LANG", "en")
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["recobro", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        before = os.umask(0o022)
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
        finally:
            os.umask(before)
        printed = capsys.readouterr()
        return ended.value.code, printed.out + printed.err

    return run


def printed(pattern, said):
    code, text = said
    assert code == 0, text
    return re.search(pattern, text)[1]


def test_what_it_makes_is_for_its_owner_alone(recobro, address):
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    made = [one for one in Path(address).glob("*") if one.is_file()]  # a database server's address is no folder
    assert {stat.S_IMODE(one.stat().st_mode) for one in made} <= {0o600}
    assert bool(made) == Path(address).is_dir()


def test_a_user_is_added_given_other_roles_and_disabled(recobro, address, master_key_file):
    assert recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")[0] == 0
    assert "lucia" in recobro("user", "list")[1]
    with open_store(address, master_key_file) as store:
        logins = credentials(store)
        assert logins.lets_in("lucia", "una clave larga")
        token = logins.issue("lucia", now=now())
        assert not logins.lets_in("lucia", "otra clave larga")
        assert recobro("user", "roles", "lucia", "--role", "supervisor", "--role", "auditor")[0] == 0
        assert logins.actor(token, now=now()).roles == {"supervisor", "auditor"}
        assert recobro("user", "password", "lucia", "--password-stdin", stdin="otra clave larga\n")[0] == 0
        assert logins.actor(token, now=now()) is None
        assert logins.lets_in("lucia", "otra clave larga")
        token = logins.issue("lucia", now=now())
        assert recobro("user", "disable", "lucia")[0] == 0
        assert logins.actor(token, now=now()) is None
        assert not logins.lets_in("lucia", "otra clave larga")
        logins.close()
    assert "disabled" in recobro("user", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "stdin", "why"),
    [
        (("user", "add", "Lucía", "--role", "collector", "--password-stdin"), "una clave larga\n", "user name"),
        (("user", "add", "lucia", "--role", "collector", "--password-stdin"), "corta\n", "password"),
        (("user", "roles", "nadie", "--role", "collector"), "", "no user"),
        (("user", "password", "nadie", "--password-stdin"), "una clave larga\n", "no user"),
    ],
)
def test_what_is_wrong_with_a_user_is_said_in_a_line_and_nothing_is_added(recobro, arguments, stdin, why):
    code, said = recobro(*arguments, stdin=stdin)
    assert code == 1
    assert why in said
    assert "Traceback" not in said
    assert "lucia" not in recobro("user", "list")[1]


@pytest.mark.parametrize(
    ("contents", "how", "loads"),
    [
        ("receivables", MAP, "5 clients, 40 case files, 0 invoices, 40 payments"),
        ("invoiced-receivables", INVOICES_MAP, "5 clients, 0 case files, 40 invoices, 40 payments"),
    ],
)
def test_a_file_is_tried_loaded_rebuilt_and_loading_it_again_changes_nothing(recobro, contents, how, loads):
    load = ("import", contents, SAMPLE, "--map", how)
    said = recobro(*load, "--dry-run")[1]
    assert loads in said
    assert "a dry run" in said
    assert printed(r"Whole. Head: (\d+):", recobro("verify")) == "0"
    position = printed(r"at position (\d+)", recobro(*load))
    assert printed(r"Rebuilt: position (\d+)", recobro("rebuild")) == position
    assert printed(r"at position (\d+)", recobro(*load)) == position


def test_a_creditors_next_file_is_compared_with_the_books_and_comes_to_what_is_wished(recobro, tmp_path):
    def file(name, *rows):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(rows), "utf-8")
        return path

    def debts(name, *told):
        heading = "reference,creditor_reference,debtor_reference,principal,currency,opened_on,due_on"
        rows = (f"{one},ACR,C-1,{amount},EUR,2026-01-10,2026-02-10" for one, amount in told)
        return "import", "case-files", file(name, heading, *rows)

    people = ("import", "clients", file("clients", "reference,name,phones", "ACR,Endesa,", "C-1,Ana Ruiz,600123123"))
    alike = file("alike", "reference,name,phones", 'N-1,"Ruiz, Ana",600123123', "N-2,Nadie,")
    recobro(*people)
    assert (
        "new: 3 case files, 600.00 EUR" in recobro(*debts("last", ("A", 100), ("B", 200), ("C", 300)), "--dry-run")[1]
    )
    recobro(*debts("last", ("A", 100), ("B", 200), ("C", 300)))
    said = recobro("import", "clients", alike, "--dry-run")[1]
    assert "alike, line 2: N-1, Ruiz, Ana is like Ana Ruiz (phone, name)" in said
    assert "1 clients of the file are like somebody here" in said
    heading = "reference,name,identification"
    twice = file("twice", heading, "N-3,Luis Gil,87654321X", "N-4,Luis Gil,87654321X", "N-5,Eva,87654321X")
    said = recobro("import", "clients", twice, "--dry-run")[1]
    assert "alike in the file, lines 2 and 3: Luis Gil and Luis Gil (identification)" in said
    assert ("is like" in said, "somebody here" in said) == (False, False)

    following = debts("next", ("A", 100), ("B", 150), ("D", 50))
    code, said = recobro(*following, "--dry-run")
    assert code == 0
    assert "changed, line 3: B, principal 200.00 EUR here, 150.00 EUR in the file (-50.00 EUR)" in said
    assert "not in the file: C, outstanding 300.00 EUR" in said
    assert "less owed: 1 case files, -50.00 EUR" in said
    assert "0 of them followed; 0 closed as withdrawn" in recobro(*following)[1]
    said = recobro(*following, "--follow-changes", "--close-withdrawn")[1]
    assert "1 of them followed; 1 closed as withdrawn" in said
    head = recobro("verify")[1]
    assert "3 there already" in recobro(*following, "--follow-changes", "--close-withdrawn")[1]
    assert recobro("verify")[1] == head


def test_who_was_disabled_and_enabled_again_logs_in_anew(recobro, address, master_key_file):
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    with open_store(address, master_key_file) as store, closing(credentials(store)) as logins:
        assert logins.lets_in("lucia", "una clave larga")
        token = logins.issue("lucia", now=now())
        assert logins.actor(token, now=now())
        recobro("user", "enable", "lucia")
        assert logins.actor(token, now=now()), "who was not disabled stays in"
        recobro("user", "disable", "lucia")
        recobro("user", "enable", "lucia")
        assert logins.actor(token, now=now()) is None
        assert logins.lets_in("lucia", "una clave larga")


def test_whoever_runs_the_service_takes_away_the_second_factor_of_the_last_administrator(
    recobro, address, master_key_file
):
    recobro("user", "add", "lucia", "--role", "administrator", "--password-stdin", stdin="una clave larga\n")
    with open_store(address, master_key_file) as store, closing(credentials(store)) as logins:
        with_phone(store, "lucia", now())
        assert recobro("user", "password", "lucia", "--password-stdin", stdin="otra clave larga\n")[0] == 0
        assert second_factors(store, logins.engine).users() == {"lucia"}
        token = logins.issue("lucia", now=now())
        assert recobro("user", "remove-second-factor", "lucia")[0] == 0
        assert second_factors(store, logins.engine).users() == set()
        assert logins.actor(token, now=now()) is None
        [last] = latest_access(store.events, None, 1)
        assert (last.name, last.actor) == ("SecondFactorRemoved", "operator")
    for name, why in (("lucia", "has no second factor"), ("marta", "There is no user of this name")):
        code, said = recobro("user", "remove-second-factor", name)
        assert (code, why in said) == (1, True), said


def test_whoever_leaves_no_administrator_is_told(recobro):
    for name, role in (("lucia", "administrator"), ("marta", "collector")):
        recobro("user", "add", name, "--role", role, "--password-stdin", stdin="una clave larga\n")
    assert "administrator now" not in recobro("user", "disable", "marta")[1]
    code, said = recobro("user", "disable", "lucia")
    assert (code, "Nobody who may log in is an administrator now" in said) == (0, True)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_damage_beside_the_events_is_found_before_it_is_copied_over_what_is_whole(recobro, address, tmp_path):
    """And in a copy, before it is put in place of anything."""
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    recobro("backup", tmp_path / "copies")
    [whole] = (tmp_path / "copies").glob("recobro-*.db")
    damaged = shutil.copytree(tmp_path / "copies", tmp_path / "damaged") / whole.name
    for file in (damaged, Path(address) / "events.db"):
        with closing(sqlite3.connect(file)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tokens'").fetchone()
        with file.open("r+b") as writing:
            writing.seek((page - 1) * 4096)
            writing.write(b"\x55" * 4096)
    for command in (("verify",), ("backup", tmp_path / "copies")):
        code, said = recobro(*command)
        assert (code, "events.db" in said, "amage" in said) == (1, True, True), said
    assert [*(tmp_path / "copies").glob("recobro-*.db")] == [whole]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RECOBRO_STORE", str(tmp_path / "other"))
        code, said = recobro("restore", damaged)
        assert (code, "the backup is damaged" in said) == (1, True)
        assert "Restored and verified" in recobro("restore", whole)[1]


def test_a_head_that_was_kept_finds_a_tail_that_was_cut(recobro):
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    head = printed(r"Head: (\S+)", recobro("verify"))
    assert recobro("verify", "--head", head)[0] == 0
    position = chain.Head.parse(head).position
    code, said = recobro("verify", "--head", f"{position + 1}:{'00' * 32}")
    assert (code, "its tail was cut" in said) == (1, True)
    assert recobro("verify", "--head", "what")[0] == 2


def test_a_backup_fills_an_empty_store_and_nothing_else(recobro, address, tmp_path, monkeypatch):
    recobro("import", "receivables", SAMPLE, "--map", MAP)
    head = printed(r"Head: (\S+)", recobro("backup", tmp_path / "copies"))
    [log] = (tmp_path / "copies").glob("recobro-*Z.d*")
    code, said = recobro("restore", log)
    assert (code, "not empty" in said) == (1, True)
    if address.startswith("postgresql"):
        empty_database(address)
    else:
        monkeypatch.setenv("RECOBRO_STORE", str(tmp_path / "other"))
    assert printed(r"Head: (\S+)", recobro("restore", log)) == head
    position = int(printed(r"Head: (\d+)", recobro("verify", "--head", head)))
    assert position == int(head.partition(":")[0]) + 1  # that sending is suspended
    assert printed(r"Rebuilt: position (\d+)", recobro("rebuild")) == str(position)


def test_what_is_not_what_was_written_is_told_by_whatever_reads_the_log(recobro, address, tmp_path):
    """And no backup takes the place of an earlier one."""
    for name in ("lucia", "marta", "nuria"):
        recobro("user", "add", name, "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    recobro("backup", tmp_path / "copies")
    before = {file: file.read_bytes() for file in (tmp_path / "copies").iterdir()}
    if address.startswith("postgresql"):
        with psycopg.connect(address) as db:
            db.execute("UPDATE events SET state = state || '\\x20'::bytea WHERE position = 2")
    else:
        with closing(sqlite3.connect(Path(address) / "events.db")) as db, db:
            db.execute("UPDATE events SET state = state || x'20' WHERE position = 2")
    for command in (("verify",), ("rebuild",), ("backup", tmp_path / "copies")):
        code, said = recobro(*command)
        assert (code, "at position 2: the event or its place is not what was written" in said) == (1, True), command
    assert {file: file.read_bytes() for file in (tmp_path / "copies").iterdir()} == before


def test_a_backup_is_for_its_owner_alone_whatever_lay_there(recobro, tmp_path):
    copies = tmp_path / "copies"
    copies.mkdir()
    copies.chmod(0o755)
    for name in (".keys.part", "keys.db", "keys.dump"):
        (copies / name).write_text("of an earlier one")
        (copies / name).chmod(0o644)
    assert recobro("backup", copies)[0] == 0
    assert stat.S_IMODE(copies.stat().st_mode) == 0o700
    made = [file for file in copies.iterdir() if file.read_bytes() != b"of an earlier one"]
    assert len(made) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("has", "why"),
    [
        ({}, "{program} is not installed here: the server is PostgreSQL {server}"),
        ({"pg_dump": 9, "pg_restore": 9}, "{program} is of PostgreSQL 9, but the server is PostgreSQL {server}"),
    ],
)
def test_which_of_postgresqls_programs_is_lacking_is_said(recobro, address, tmp_path, monkeypatch, has, why):
    log = tmp_path / "recobro.dump"
    for file in (log, log.with_name("keys.dump"), log.with_suffix(".head")):
        file.write_text(f"{chain.Head()}\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, version in has.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.6.24'\n")
        (programs / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(programs))
    with psycopg.connect(address) as db:
        server = db.info.server_version // 10_000
    for program, command in {"pg_dump": ("backup", tmp_path / "copies"), "pg_restore": ("restore", log)}.items():
        code, said = recobro(*command)
        assert code == 1
        assert why.format(program=program, server=server) in " ".join(said.split())
        assert f"postgresql-client-{server}" in said


def empty_database(address):
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_backup_that_was_changed_is_refused_before_anything_is_restored(recobro, tmp_path, monkeypatch):
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    recobro("backup", tmp_path / "copies")
    [log] = (tmp_path / "copies").glob("recobro-*.db")
    with closing(sqlite3.connect(log)) as db, db:
        db.execute("UPDATE events SET state = replace(state, 'lucia', 'lucio')")
    monkeypatch.setenv("RECOBRO_STORE", str(tmp_path / "other"))
    code, said = recobro("restore", log)
    assert (code, "position 1" in said) == (1, True)
    assert printed(r"Head: (\d+):", recobro("verify")) == "0"


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_a_backup_that_is_not_what_was_written_leaves_a_database_as_it_was(recobro, address, tmp_path):
    recobro("user", "add", "lucia", "--role", "collector", "--password-stdin", stdin="una clave larga\n")
    recobro("backup", tmp_path / "copies")
    [log] = (tmp_path / "copies").glob("recobro-*.dump")
    log.with_suffix(".head").write_text(f"1:{'00' * 32}\n")
    empty_database(address)
    code, said = recobro("restore", log)
    assert (code, "position 1" in said) == (1, True)
    assert printed(r"Head: (\d+):", recobro("verify")) == "0"


def test_with_postgresql_the_master_key_has_to_be_named(recobro, monkeypatch):
    monkeypatch.setenv("RECOBRO_STORE", "postgresql://127.0.0.1:1/nowhere")
    monkeypatch.delenv("RECOBRO_MASTER_KEY_FILE")
    code, said = recobro("verify")
    assert (code, "RECOBRO_MASTER_KEY_FILE" in said) == (1, True)


CREDITORS_FILE = """NIF;Deudor;Población;Nº Factura;Fecha;Vencimiento;Importe pendiente;Teléfono
b12345674;Suministros Ejemplo, S.L.;Getafe;A-2026/101;03/02/2026;05/03/2026;1.133,82 €;600 11 12 26
12345678A;Persona De Prueba;Móstoles;A-2026/102;04/02/2026;06/03/2026;98,5;600111227
;Sin Identificar, S.A.;Toledo;A-2026/103;5/2/26;7/3/26;12.000,00;
b12345674;Suministros Ejemplo, S.L.;Getafe;A-2026/104;2026-02-06 00:00:00;2026-03-08 00:00:00;77,00 EUR;600 11 12 26
"""
TITLED_FILE = """Listado de deuda a 29/11/2026;;;;;;
;;;;;;
Cliente;Razón social;Factura;Importe;Divisa;Fecha;Vencimiento
C1;Bar Ejemplo;F-1;1.234,56 €;EUR;15/10/2025;15/11/2025
C2;Taller Ejemplo, S.L.;F-2;450,00 €;EUR;16/10/2025;16/11/2025
;TOTAL;;1.684,56 €;;;
"""


def test_a_list_of_payments_needs_no_reference_nor_currency_and_its_unused_columns_are_named(recobro, tmp_path):
    def file(name, *rows):
        (tmp_path / name).write_text("\n".join(rows), "utf-8")
        return tmp_path / name

    debts = file("deudas.csv", "Expediente;Nombre;Importe;Fecha", "EXP-1;Ana Ejemplo;100,00;10/01/2026")
    assert recobro("import", "receivables", debts)[0] == 0
    paid = file("cobros.csv", "Expediente;Importe;Fecha de cobro;Sucursal", "EXP-1;10,00;01/02/2026;Centro")
    code, said = recobro("import", "payments", paid)
    assert (code, "1 payments" in said, "columns that are not used: Sucursal" in said) == (0, True, True)
    assert "1 there already" in recobro("import", "payments", paid)[1]
    accounts = file("cuentas.csv", "Nombre;Cuenta", "Eva Ejemplo;700001")
    code, said = recobro("import", "clients", accounts, "--dry-run")
    assert (code, "columns that are not used: Cuenta" in said, "0 bad." in said) == (0, True, True)


@pytest.mark.parametrize(
    ("column", "in_file", "refused"),
    [
        ("Acreedor", "Otra, S.A.", True),
        ("NIF acreedor", "A58818501", True),
        ("Acreedor", "acreedora de ejemplo.", False),
        ("Acreedor", "", False),
    ],
)
def test_a_creditor_for_all_debts_and_one_that_a_column_tells_are_not_both_taken(
    recobro, tmp_path, column, in_file, refused
):
    file = tmp_path / "deudas.csv"
    file.write_text(f"Deudor;Nº;Fecha;Importe;{column}\nBar Uno;F-1;2026-01-10;100,00;{in_file}\n", "utf-8")
    code, said = recobro("import", "receivables", file, "--creditor", "Acreedora de Ejemplo")
    told = all(one in said for one in ("“Acreedora de Ejemplo”", f"“{column}”", f"“{in_file}”"))
    assert (code, told) == ((1, True) if refused else (0, False))


@pytest.mark.parametrize(
    ("rows", "apart"),
    [
        (("a 100", "b 50", "TOTAL 150"), []),
        (("a 100", "b 50", "TOTAL 190"), ["line 4: 190 150"]),
        (("TOTAL 190", "a 100", "b 50"), ["line 2: 190 150"]),
        (("a 100", "Subtotal 100", "b 50", "Subtotal 50", "TOTAL 150"), []),
        (("a 100", "Subtotal 100", "b 50", "Subtotal 60", "TOTAL 160"), ["line 5: 60 50", "line 6: 160 150"]),
        (("a 100", "b much", "TOTAL 150"), ["line 4: 150 100"]),
    ],
)
def test_a_total_that_is_not_the_sum_of_what_is_loaded_is_warned_of_with_both_figures(recobro, tmp_path, rows, apart):
    def row(told):
        name, amount = told.split()
        return f"Bar {name};F-{name};2026-01-10;{amount}" if name.islower() else f"{name};;;{amount}"

    file = tmp_path / "deudas.csv"
    file.write_text("\n".join(("Deudor;Nº;Fecha;Importe", *map(row, rows))), "utf-8")
    said = " ".join(recobro("import", "receivables", file, "--leave-out-bad", tmp_path / "mal.csv")[1].split())
    found = re.findall(
        r"warning: (line \d+), column Importe, \S+ this total is (\d+)\.00, .*? comes to (\d+)\.00", said
    )
    assert [f"{line}: {total} {sum_}" for line, total, sum_ in found] == apart


def test_what_is_doubtful_of_a_bad_row_is_a_warning_like_any_other(recobro, tmp_path):
    file = tmp_path / "clientes.csv"
    file.write_text("reference;name;emails;payment_days\nU1;Uno;mal@@correo;treinta\nU2;Dos;mal@@correo;3\n", "utf-8")
    said = recobro("import", "clients", file, "--dry-run")[1]
    assert [line.split(",")[0] for line in said.splitlines() if "mal@@correo" in line] == [
        "warning: line 3",
        "warning: line 2",
    ]
    assert "2 warnings" in said


def test_how_many_payments_have_a_day_that_the_file_does_not_tell_is_said(recobro, tmp_path):
    file = tmp_path / "deudas.csv"
    rows = ("Bar Uno;F-1;2026-01-10;100,00;60,00;;40,00", "Bar Dos;F-2;2026-01-10;100,00;;;100,00")
    file.write_text("\n".join(("Nombre;Nº;Fecha;Importe total;Cobrado;Fecha cobro;Pendiente", *rows)), "utf-8")
    load = ("import", "receivables", file, "--creditor", "Acreedora de Ejemplo")
    said = "payments that follow from what the file leaves to pay, whose day it does not tell: 1"
    assert said in recobro(*load, "--dry-run")[1]
    assert said in recobro(*load)[1]
    assert "follow from" not in recobro(*load)[1]


@pytest.mark.parametrize(
    ("speaks", "told"),
    [
        ("en", "Reference of its case file (case_file_reference), Amount (amount), Received on (received_on)"),
        ("es", "Referencia de su expediente (case_file_reference), Importe (amount), Recibido el (received_on)"),
    ],
)
def test_columns_that_a_file_lacks_are_named_as_on_pages_and_where_to_say_them(
    recobro, tmp_path, monkeypatch, speaks, told
):
    monkeypatch.setenv("LANG", speaks)
    file = tmp_path / "malos.csv"
    file.write_text("Sucursal;Notas\nCentro;nada\n", "utf-8")
    code, said = recobro("import", "payments", file)
    assert (code, told in said, "--map" in said, "[" in said) == (1, True, True, False)


def test_a_cell_that_a_row_lacks_is_told_by_the_name_that_pages_have_of_it(recobro, tmp_path):
    how = tmp_path / "map.toml"
    how.write_text('[clients]\ncolumns = { name = "Nombre" }\nconstants = { kind = "robot" }\n', "utf-8")
    file, bad = tmp_path / "clientes.csv", tmp_path / "mal.csv"
    file.write_text("Nombre\nEva Ejemplo\n", "utf-8")
    code, said = recobro("import", "clients", file, "--map", how, "--leave-out-bad", bad)
    told = " ".join(said.split())
    assert (code, 'line 2, column Person or company, "robot": ' in told, "as kind)" in told) == (1, True, True)
    assert ";2;Persona o empresa;" in bad.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("text", "of", "new", "loaded"),
    [
        (CREDITORS_FILE, 4, "4 case files, 13309.32 EUR", "4 clients, 4 case files"),
        (TITLED_FILE, 2, "2 case files, 1684.56 EUR", "3 clients, 2 case files"),
    ],
)
def test_a_creditors_file_is_loaded_as_it_comes_and_again_changes_nothing(recobro, tmp_path, text, of, new, loaded):
    file = tmp_path / "deudas.csv"
    file.write_text(text, "utf-8")
    told = ("import", "receivables", file, "--creditor", "Acreedora de Ejemplo")
    assert f"new: {new}" in recobro(*told, "--dry-run")[1]
    code, said = recobro(*told)
    assert (code, f"{of} rows: {loaded}" in said) == (0, True)
    code, said = recobro(*told)
    assert (code, f"{of} there already, 0 bad" in said) == (0, True)


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_spreadsheet_of_debts_loads_to_the_cent_or_is_refused_by_its_cells(recobro, tmp_path, name):
    bad = BAD_FILES[name]
    file = tmp_path / f"deudas.{bad.suffix}"
    file.write_bytes(bad.data)
    code, said = recobro("import", "receivables", file, "--dry-run")
    told = " ".join(said.split())
    assert (code, [one for one in bad.refused if f'line {one[0]}, column {one[1]}, "{one[2]}": ' not in told]) == (
        1 if bad.refused else 0,
        [],
    )
    assert f"{len(bad.refused)} bad" in told
    assert not bad.debts or f"new: {bad.debts} case files, {bad.euros} EUR" in told
    recobro("import", "receivables", file, "--leave-out-bad", tmp_path / "mal.csv")
    assert f"{bad.debts} there already" in recobro("import", "receivables", file, "--dry-run", "--same-name")[1]


def test_a_heading_that_stands_twice_is_told_and_both_columns_are_read(recobro, tmp_path):
    file = tmp_path / "deudas.csv"
    file.write_bytes(A_DOUBLED_HEADING)
    code, said = recobro("import", "receivables", file, "--dry-run")
    assert (code, "Teléfono (2)" in said) == (0, True)


def test_of_a_file_whose_rows_are_all_bad_nothing_is_loaded_and_the_reasons_are_in_the_language_of_its_headings(
    recobro, tmp_path
):
    file, bad = tmp_path / "deudas.csv", tmp_path / "mal.csv"
    file.write_text("Nombre;NIF;Nº factura;Importe;Vencimiento\nAna;;F-1;mucho;05/03/2026\n", "utf-8")
    code, said = recobro("import", "receivables", file, "--leave-out-bad", bad)
    assert (code, "Nothing was loaded, because all rows are bad" in said, "?import=" in said) == (1, True, False)
    assert bad.read_text("utf-8-sig").splitlines()[0].endswith(";línea;columna;motivo")
    file.write_text("Name;Invoice number;Amount;Due date\nAna;F-1;much;05/03/2026\n", "utf-8")
    recobro("import", "receivables", file, "--leave-out-bad", bad)
    assert bad.read_text("utf-8-sig").splitlines()[0].endswith(";line;column;reason")


def test_who_has_the_identification_of_another_is_told_with_the_option_that_says_it_is_the_same_one(recobro, tmp_path):
    file = tmp_path / "clientes.csv"
    file.write_text("Código;Nombre;NIF\n1;Ana Ejemplo;12345678Z\n", "utf-8")
    recobro("import", "clients", file)
    file.write_text("Código;Nombre;NIF\n2;Ana Ejemplo;12345678Z\n", "utf-8")
    code, said = recobro("import", "clients", file)
    assert (code, "--same-identification" in said, "column NIF" in " ".join(said.split())) == (1, True, True)
    assert recobro("import", "clients", file, "--same-identification")[0] == 0


def test_a_file_that_takes_more_than_it_may_is_refused_in_a_line(recobro, tmp_path, monkeypatch):
    """It is read by the bounded process, as those are that come over the pages."""
    monkeypatch.setattr(decoding, "TABLES", Bound(200 * MB, 60, patience=60))
    (tmp_path / "rows.csv").write_bytes(b"a;b\n" + 20_000_000 * b";")
    code, said = recobro("import", "clients", tmp_path / "rows.csv")
    assert code == 1
    assert said.splitlines()[-1] == "This file is too large: reading it takes too much memory or time"
    assert "Traceback" not in said


def test_a_lost_key_of_a_client_is_told_by_who_verifies_and_rebuilds_and_no_backup_is_overwritten(
    recobro, address, master_key_file, tmp_path
):
    copies = tmp_path / "copies"
    with open_store(address, master_key_file) as store:
        registered(store)
        lost = registered(store, reference="C-2")
    assert recobro("backup", copies)[0] == 0
    before = {file: file.stat().st_mtime_ns for file in copies.iterdir()}
    with open_store(address, master_key_file) as store:
        store.key_table.remove([lost])
    for command in (["verify"], ["rebuild"], ["backup", copies]):
        code, said = recobro(*command)
        assert (code, "1 clients are lost, from position 2" in said) == (1, True), said
    assert {file: file.stat().st_mtime_ns for file in copies.iterdir()} == before
