"""Every format of the log that ever landed: it loads, verifies and gives the figures it gave then."""

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from categories import assert_categories_follow_from_first_events
from figures import figures

from infrastructure.log.chain import Head
from infrastructure.read_models.served import rebuild
from infrastructure.stores import open_store

LANDED = sorted(folder.parent for folder in Path(__file__).parent.glob("*/events.db"))


@pytest.mark.parametrize("landed", LANDED, ids=lambda folder: folder.name)
def test_a_log_of_an_earlier_release_gives_the_figures_it_gave_then(landed, tmp_path):
    with opened(landed, tmp_path) as store:
        kept = Head.parse((landed / "events.head").read_text().strip())
        assert store.events.verify(kept) == kept
        rebuild(store)
        assert_still_tells(figures(store), json.loads((landed / "figures.json").read_text()))


@pytest.mark.parametrize("landed", LANDED, ids=lambda folder: folder.name)
def test_what_was_claimed_follows_from_its_events(landed, tmp_path):
    """So a log that is taken up at an earlier moment holds what was held then; and what later rules claim."""
    with opened(landed, tmp_path) as store:
        store.events.forget_erased()
        held = {(kind, bytes(value), UUID(bytes=stream)) for kind, value, stream in store.log._rows(CLAIMS)}
        assert held
        store.events.cut(store.events.head()[0])
        assert {(kind, bytes(value), UUID(bytes=stream)) for kind, value, stream in store.log._rows(CLAIMS)} >= held


@pytest.mark.parametrize("landed", LANDED, ids=lambda folder: folder.name)
def test_what_a_stream_is_of_follows_from_its_first_event(landed, tmp_path):
    with opened(landed, tmp_path) as store:
        assert_categories_follow_from_first_events(store)


def test_the_story_of_all_events_can_be_told_and_written_down_today(tmp_path):
    """So that the next format that lands can be written when it does."""
    subprocess.run([sys.executable, Path(__file__).parent / "write.py", tmp_path / "today"], check=True)  # noqa: S603
    (tmp_path / "again").mkdir()
    with opened(tmp_path / "today", tmp_path / "again") as store:
        rebuild(store)
        figures_then = json.loads((tmp_path / "today" / "figures.json").read_text())
        assert_still_tells(figures(store), figures_then)


CLAIMS = "SELECT kind, value, stream FROM claims"


def opened(landed, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("events.db", "keys.db"):
        shutil.copy(landed / name, data / name)
    key = shutil.copy(landed / "master.key", tmp_path / "master.key")
    key.chmod(0o600)
    return open_store(data, key)


def less(owed, credit):
    assert owed["currency"] == credit["currency"]
    return owed | {"amount": str(Decimal(owed["amount"]) - Decimal(credit["amount"]))}


def assert_still_tells(now, then):
    """All that was told when this format landed, as it was told then; more may be told since."""
    if isinstance(then, dict):
        assert then.keys() <= now.keys()
        if "outstanding" in then and "credit" in now.keys() - then.keys():  # credit was told as less than nothing owed
            now = now | {"outstanding": less(now["outstanding"], now["credit"])}
        for name, value in then.items():
            assert_still_tells(now[name], value)
    elif isinstance(then, list):
        assert len(now) == len(then)
        for one, known in zip(now, then, strict=True):
            assert_still_tells(one, known)
    else:
        assert now == then
