"""Rows of tables beside the log are sealed anew, once the master key was rotated."""

from collections.abc import Callable

from sqlalchemy import Engine, Table, and_, select, update

from infrastructure.keys.keyring import Keyring


def reseal(engine: Engine, keyring: Keyring, label: str, table: Table, bound_to: Callable[..., bytes]) -> None:
    """The column `sealed` of each row, under the master key in use. `bound_to` is told the row's primary key.

    One row at a time: together they may be large. What is replaced or removed meanwhile is left as it then is.
    """
    columns = [*table.primary_key]
    with engine.connect() as db:
        keys = db.execute(select(*columns)).all()
    for key in keys:
        row = and_(*(column == value for column, value in zip(columns, key, strict=True)))
        with engine.connect() as db:
            sealed = db.execute(select(table.c.sealed).where(row)).scalar_one_or_none()
        opened = None if sealed is None else keyring.unseal(label, sealed, bound_to(*key))
        if opened is not None:
            anew = keyring.seal(label, opened, bound_to(*key))
            with engine.begin() as db:
                db.execute(update(table).where(row, table.c.sealed == sealed).values(sealed=anew))
