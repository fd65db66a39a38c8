"""Connections that nobody closed: they stay open until garbage is collected, in whichever test that happens."""

import gc
import warnings


def dropped_open() -> list[str]:
    """Those let go of by now. Python tells of psycopg's, and from 3.13 on of SQLite's."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        gc.collect()
    return [str(one.message) for one in told]
