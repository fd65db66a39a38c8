"""Files beside the log, on both databases: encrypted, the same for all, and gone with whom they are about."""

import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import text

from infrastructure.files.store import FileDiffers, StoredFiles
from infrastructure.wiring import credentials

CONTENT = b"a photograph of somebody" * 100


@pytest.fixture
def engine(store):
    logins = credentials(store)
    yield logins.engine
    logins.close()


@pytest.fixture
def files(store, engine):
    return StoredFiles(engine, store.keys)


def test_a_file_is_read_as_it_was_kept_and_known_by_its_hash(files):
    kept = files.keep(uuid4(), uuid4(), CONTENT)
    assert files.read(kept.id) == CONTENT
    assert kept.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert files.read(uuid4()) is None


def test_what_lies_in_the_database_does_not_show_it(files, engine):
    files.keep(uuid4(), uuid4(), CONTENT)
    with engine.connect() as db:
        [sealed] = db.execute(text("SELECT sealed FROM files")).scalars()
    assert CONTENT[:24] not in bytes(sealed)


def test_the_same_again_changes_nothing_and_another_content_needs_its_own_id(files):
    file_id, subject = uuid4(), uuid4()
    assert files.keep(file_id, subject, CONTENT) == files.keep(file_id, subject, CONTENT)
    with pytest.raises(FileDiffers):
        files.keep(file_id, subject, b"something else")
    assert files.read(file_id) == CONTENT


def test_a_removed_file_is_gone_and_the_others_stay(files):
    subject = uuid4()
    one, other = (files.keep(uuid4(), subject, CONTENT) for _ in range(2))
    files.remove(one.id)
    assert (files.read(one.id), files.read(other.id)) == (None, CONTENT)


def test_all_files_go_with_their_subject(files):
    subject, stranger = uuid4(), uuid4()
    of_subject, of_stranger = files.keep(uuid4(), subject, CONTENT), files.keep(uuid4(), stranger, CONTENT)
    files.remove_all_of(subject)
    assert (files.read(of_subject.id), files.read(of_stranger.id)) == (None, CONTENT)


def test_without_the_subjects_key_a_file_reads_as_removed(store, files):
    subject = uuid4()
    kept = files.keep(uuid4(), subject, CONTENT)
    store.keys.forget([subject])
    assert files.read(kept.id) is None
