"""How this browser shows pages: the side bar open or folded, rows wide or compact. Kept in a cookie for a year."""

from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.pages.context import COOKIE, VIEW, VIEWS, Page

router = APIRouter(prefix="/view")


@router.post("")
def choose_view(context: Page) -> Response:
    """Back on the page where the form was sent, shown that way. What names no way changes nothing."""
    response = RedirectResponse(context.back("/escritorio"), 303)
    chosen = context.form.value("side"), context.form.value("rows")
    kept = [one or now for one, now in zip(chosen, context.view, strict=True)]
    if all(one in ways for one, ways in zip(kept, VIEWS, strict=True)):
        response.set_cookie(VIEW, "-".join(kept), max_age=int(timedelta(days=365).total_seconds()), **COOKIE)
    return response
