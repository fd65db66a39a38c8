"""What people send is decoded by another process, in bounded memory and time: whatever it is, the server goes on.

One at a time of each kind, in each server process. `decoder.py` is the other side.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import Any, BinaryIO, TextIO, cast

import structlog

from application.files import OthersAreRead, TooMuchToRead
from application.imports.table import Finding, Row, Table, Why
from infrastructure.files.decoder import Answer
from infrastructure.imports.tables import is_small, read_table, write_left_out

MB = 2**20
ROOT = Path(__file__).parents[2]

PIECE = MB

IN_REAL_TIME = 3
"""So many times as long as it may compute, a process may take: others compute too."""

log = structlog.get_logger(__name__)


class DecoderFailed(Exception):
    """By a mistake of ours; the log has its place."""


@dataclass(frozen=True, slots=True)
class Bound:
    """`memory` is all that the process may have, Python itself included, and `seconds` those in which it computes.
    `patience` is how long it is waited for those before."""

    memory: int
    seconds: int
    patience: float
    turn: BoundedSemaphore = field(default_factory=BoundedSemaphore)

    def decoded(
        self,
        what: str,
        *arguments: object,
        field: str | None = None,
        pieces: Iterable[bytes] = (),
        **wished: object,
    ) -> Sequence[Any]:
        """Of the arguments, and the file that these `pieces` are.

        Raises what it refuses; `TooMuchToRead`; or `OthersAreRead`.
        """
        where = {"field": field} if field is not None else {}
        if not self.turn.acquire(timeout=self.patience):
            raise OthersAreRead(**where)
        try:
            parts, (kind, of), ended = self._run(
                (self.memory, self.seconds, what, arguments, {**wished, **where}), pieces
            )
        finally:
            self.turn.release()
        match kind:
            case Answer.DONE:
                return parts
            case Answer.REFUSED:
                refused, details = of
                raise refused(**details)
            case Answer.FAILED:
                log.error("decoder failed", what=what, **of)
                raise DecoderFailed
            case _:
                log.warning("decoding was broken off", what=what, exit_code=ended)
                raise TooMuchToRead(**where)

    def _run(self, asked: object, pieces: Iterable[bytes]) -> tuple[Sequence[Any], tuple[Answer, Any], int]:
        """The parts that came, what was told at the end, and the exit code. Without an end it was killed."""
        parts: list[Any] = []
        last: tuple[Answer, Any] = (Answer.TOO_MUCH, None)
        with subprocess.Popen(
            [sys.executable, "-c", "from infrastructure.files.decoder import main; main()"],
            cwd=ROOT,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what decoders say there may quote what they decode
        ) as process:
            timer = Timer(IN_REAL_TIME * self.seconds, process.kill)
            timer.start()
            try:
                asking, answering = cast("tuple[Any, Any]", (process.stdin, process.stdout))
                with suppress(BrokenPipeError), asking:
                    pickle.dump(asked, asking)
                    asking.writelines(pieces)
                with suppress(EOFError, pickle.UnpicklingError):
                    while True:
                        kind, of = pickle.load(answering)  # noqa: S301 - of our own code
                        if kind is not Answer.PART:
                            last = kind, of
                            break
                        parts.append(of)
            finally:
                timer.cancel()
                process.kill()
        return parts, last, process.returncode


PICTURES = Bound(768 * MB, 10, patience=20)
"""50 million pixels with what is made of them, twice; the decoder of WebP holds them twice itself."""

TABLES = Bound(1280 * MB, 120, patience=600)
"""A workbook of 200,000 rows of twelve columns takes 900 MB and 45 seconds. Jobs read tables: no page waits for it."""


class BoundedImages:
    """`Images` of `application/files.py`."""

    def redrawn(self, content: bytes, *, longest: int, field: str) -> bytes:
        return self._one("redrawn", content, field, longest=longest)

    def portrait(self, content: bytes, *, field: str) -> bytes:
        return self._one("portrait", content, field)

    def _one(self, how: str, content: bytes, field: str, **wished: Any) -> bytes:
        [made] = PICTURES.decoded("picture", how, content, field=field, **wished)
        return cast("bytes", made)


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """So that no file is held whole here."""
    return iter(lambda: file.read(PIECE), b"")


class BoundedTables:
    """`Tables` of `api/http/dependencies.py`. What is small takes little whatever is in it: no process for it."""

    def read_table(
        self, pieces: Iterable[bytes], /, *, header_line: int | None = None, sheet: str | None = None
    ) -> Table:
        coming = iter(pieces)
        first, second = next(coming, b""), next(coming, b"")
        if not second and is_small(first):
            return read_table(first, header_line=header_line, sheet=sheet)
        whole = chain([first, second], coming)
        parts = TABLES.decoded("table", pieces=whole, header_line=header_line, sheet=sheet)
        table: Table = parts[0]
        rows: list[Row] = []
        for part in parts[1:]:
            rows.extend(part)
        return replace(table, rows=rows)

    def write_left_out(self, out: TextIO, table: Table, bad: Sequence[Finding], say: Callable[[Why], str], /) -> None:
        write_left_out(out, table, bad, say)
