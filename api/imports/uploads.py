"""Files that wait to be loaded: each in a folder of its own, which nobody else may read, for a day at most."""

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec

from api.http.jobs import keep
from application.imports import NOTHING_WISHED, Wish
from application.imports.maps import Contents

LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """`at` is when it came. `told` is the map as the columns were matched, none yet where it is empty; then what is
    wished when it is loaded, and which case files that it does not name are to be closed. `header_line` and `sheet` are
    None where nobody chose others than are found."""

    folder: Path
    by: str
    name: str
    contents: Contents
    at: datetime
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])
    wish: Wish = NOTHING_WISHED
    withdrawn: Sequence[UUID] = ()
    header_line: int | None = None
    sheet: str | None = None

    @property
    def id(self) -> UUID:
        return UUID(self.folder.name)

    @property
    def address(self) -> str:
        return f"/import/{self.id}"

    @property
    def table(self) -> Path:
        return self.folder / "table"

    @property
    def left_out(self) -> Path:
        return self.folder / "left-out.csv"

    @property
    def debts(self) -> Path:
        """All that it says otherwise of debts than is known here."""
        return self.folder / "debts.json"

    # What is done with it, each told of in a file of its own

    @property
    def reading(self) -> Path:
        return self.folder / "reading.json"

    @property
    def checking(self) -> Path:
        return self.folder / "checking.json"

    @property
    def loading(self) -> Path:
        return self.folder / "loading.json"

    def with_map(self, told: Mapping[str, Any]) -> "Upload":
        """What an earlier map led to counts no more."""
        self.checking.unlink(missing_ok=True)
        matched = replace(self, told=told)
        _keep(matched)
        return matched

    def read_from(self, header_line: int | None, sheet: str | None) -> "Upload":
        """Another table of the same file: what was matched in the one before counts no more."""
        self.checking.unlink(missing_ok=True)
        chosen = replace(self, told={}, header_line=header_line, sheet=sheet)
        _keep(chosen)
        return chosen

    def checked_again(self, *, recognise: bool) -> "Upload":
        """With another wish, of which neither an earlier check nor a load that came to nothing says anything."""
        self.checking.unlink(missing_ok=True)
        self.loading.unlink(missing_ok=True)
        return self.with_wish(replace(self.wish, recognise=recognise), self.withdrawn)

    def with_wish(self, wish: Wish, withdrawn: Sequence[UUID]) -> "Upload":
        """Should the load break off, it goes on like this."""
        wished = replace(self, wish=wish, withdrawn=withdrawn)
        _keep(wished)
        return wished

    def forget_content(self) -> None:
        """Once it is loaded: what it said is in the log, and is to be erased there alone."""
        for file in (self.table, self.reading, self.checking, self.debts):
            file.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def upload(work: Path, upload_id: UUID, by: str, name: str, contents: Contents, *, data: BinaryIO) -> Upload:
    """The same again where the form was sent twice."""
    kept = Upload(work / "imports" / str(upload_id), by, name, contents, datetime.now(UTC))
    kept.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (kept.folder / "upload.json").exists():
        return find(work, upload_id, by) or kept
    kept.table.touch(0o600)
    with kept.table.open("wb") as file:
        shutil.copyfileobj(data, file)
    _keep(kept)
    return kept


def find(work: Path, upload_id: UUID, by: str) -> Upload | None:
    """One's own: what somebody else brings is nobody's business until it is loaded."""
    folder = work / "imports" / str(upload_id)
    with suppress(
        FileNotFoundError, ValueError, KeyError, TypeError
    ):  # none there, half written, or of another release
        told = json.loads((folder / "upload.json").read_text("utf-8"))
        if told["by"] == by:
            return Upload(
                folder=folder,
                by=by,
                name=told["name"],
                contents=Contents(told["contents"]),
                at=datetime.fromisoformat(told["at"]),
                told=told["told"],
                wish=msgspec.convert(told["wish"], Wish),
                withdrawn=[UUID(one) for one in told["withdrawn"]],
                header_line=told["header_line"],
                sheet=told["sheet"],
            )
    return None


def waiting(work: Path, by: str) -> Sequence[Upload]:
    """One's own that wait, the latest first."""
    ids = [UUID(folder.name) for folder in (work / "imports").glob("*-*-*-*-*")]
    found = [one for upload_id in ids if (one := find(work, upload_id, by)) is not None]
    return sorted(found, key=lambda one: one.at, reverse=True)


def remove_old(work: Path) -> None:
    """What came more than a day ago, and what broke off while it came."""
    for folder in (work / "imports").glob("*-*-*-*-*"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < datetime.now(UTC) - LIFE:
                shutil.rmtree(folder, ignore_errors=True)


def remove_loaded(work: Path) -> None:
    """What is told of files that were loaded quotes them, and so may the rows that were left out: once a client is
    erased, neither stays."""
    for folder in (work / "imports").glob("*-*-*-*-*"):
        if (folder / "loading.json").exists() and not (folder / "table").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _keep(kept: Upload) -> None:
    keep(
        kept.folder / "upload.json",
        {
            "by": kept.by,
            "name": kept.name,
            "contents": kept.contents,
            "at": kept.at.isoformat(),
            "told": kept.told,
            "wish": msgspec.to_builtins(kept.wish),
            "withdrawn": [str(one) for one in kept.withdrawn],
            "header_line": kept.header_line,
            "sheet": kept.sheet,
        },
    )
