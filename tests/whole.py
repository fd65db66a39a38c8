"""What `dev.py test` leaves to `dev.py test --all`: what takes long, and tells more of what a quick test tells too.

By its kind, which the quick run names at its end. A test that no rule finds says it itself: `@pytest.mark.whole(kind)`.
"""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

CRAWL = "crawls: every link and form, in a full and in an empty store"
EACH_PAGE = "each page by itself: in every role, light and dark, on a phone, printed, without JavaScript"
BROWSER = "stories in the browser beyond the main one of each page"
KILLS = "kills of servers and commands at work"
POSTGRES = "on PostgreSQL, what a quick test tells of SQLite"

ON_BOTH = ("infrastructure", "history")
"""Where what a database does is tested: on both of them, also in the quick run."""


def mark(items: list[pytest.Item]) -> None:
    for item in items:
        marked = item.get_closest_marker("long") or item.get_closest_marker("whole")
        if not marked and (kind := kind_of(item)):
            item.add_marker(pytest.mark.whole(kind))


def kind_of(item: pytest.Item) -> str | None:
    place = item.path.relative_to(TESTS)
    folder, name = place.parts[0], place.name
    if folder == "crawl":
        return CRAWL
    if name in {"test_pages.py", "test_tables.py"} and folder == "browser":
        return EACH_PAGE
    if folder == "browser" and not item.get_closest_marker("on_both_databases"):
        return BROWSER
    if name in {"test_kill.py", "test_killed_commands.py"}:
        return KILLS
    if folder not in ON_BOTH and "postgres" in drawn_from(item):
        return POSTGRES
    return None


def drawn_from(item: pytest.Item) -> list[object]:
    """The parameters that it was made with."""
    return [*item.callspec.params.values()] if hasattr(item, "callspec") else []
