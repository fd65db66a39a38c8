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
    chosen = {part: context.form.value(part) or now for part, now in context.view.items()}
    if all(chosen[part] in ways for part, ways in VIEWS.items()):
        year = int(timedelta(days=365).total_seconds())
        response.set_cookie(VIEW, "-".join(chosen.values()), max_age=year, **COOKIE)
    return response
