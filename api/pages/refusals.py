"""What is shown to whoever sent a form that is refused: a verb says it above its function, which only raises."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from fastapi import Response

from api.pages.context import PageContext
from domain.errors import Invalid, Refusal

Verb = Callable[..., Response]
Meanwhile = Callable[[PageContext, Refusal, dict[str, Any]], str]
"""Says who did what before, of what the verb was given: nothing where that is not why it is refused."""


def shown_again_by(
    page: Callable[..., Response], *, about: str = "", to: str = "", meanwhile: Meanwhile | None = None, **fixed: Any
) -> Callable[[Verb], Verb]:
    """The page of the form, with what was typed and why not at its field.

    `page` is called with those of the verb's parameters that it takes, with `sent`, the form that was refused, and with
    what is `fixed`. `about` is the parameter that names the row of the page below which the form stands. Where the verb
    may be one click as well, without a form, it answers that as `sent_back_to` does, with this address; with
    `meanwhile`, so it does whatever is refused for how things stand, and says who changed them.
    """
    takes = signature(page).parameters

    def shows(context: PageContext, refusal: Refusal, given: dict[str, Any]) -> Response:
        if to and (not context.form.name or (meanwhile and not isinstance(refusal, Invalid))):
            why = meanwhile(context, refusal, given) if meanwhile else ""
            return context.refused(refusal, context.back(to.format_map(given)), why=why)
        taken = {name: value for name, value in given.items() if name in takes} | fixed
        if about:
            taken["about"] = given[about]
        return page(**taken | {"sent": context.form.refused(refusal)})

    return _where_refused(shows)


def sent_back_to(address: str) -> Callable[[Verb], Verb]:
    """For one click: on to where it was clicked, or to this address (say `/tasks/{task_id}`), which says why not."""

    def sends(context: PageContext, refusal: Refusal, given: dict[str, Any]) -> Response:
        return context.refused(refusal, context.back(address.format_map(given)))

    return _where_refused(sends)


def _where_refused(answer: Callable[[PageContext, Refusal, dict[str, Any]], Response]) -> Callable[[Verb], Verb]:
    def of(verb: Verb) -> Verb:
        parameters = signature(verb)

        @wraps(verb)
        def answered(*args: Any, **named: Any) -> Response:
            try:
                return verb(*args, **named)
            except Refusal as refusal:
                given = parameters.bind(*args, **named).arguments
                return answer(given["context"], refusal, given)

        return answered

    return of
