"""Style, scripts and icons, as they travel: every page loads them, so our own go without comments and indentation."""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

router = APIRouter(prefix="/static")

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/{name}")
def show_asset(name: str, request: Request) -> Response:
    """By its `address`, which changes with its content, so browsers may keep it for ever."""
    if name not in {path.name for path in STATIC.iterdir()}:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER if request.url.query else "no-cache"}
    return Response(_content(name), media_type=mimetypes.guess_type(name)[0], headers=headers)


def address(name: str) -> str:
    return f"/static/{name}?{hashlib.sha256(_content(name)).hexdigest()[:8]}"


@cache
def _content(name: str) -> bytes:
    content = (STATIC / name).read_bytes()
    if not name.startswith("recobro."):
        return content
    lines = (line.strip() for line in content.decode().splitlines())  # comments have lines of their own
    kept = "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))
    return (_tight(kept) if name.endswith(".css") else kept).encode()


def _tight(style: str) -> str:
    return re.sub(r"\s*([{};,>])\s*|(:)\s+", r"\1\2", style).replace(";}", "}")
