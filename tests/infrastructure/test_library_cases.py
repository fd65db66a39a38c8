"""What the `eventsourcing` library expects of a recorder, by its own tests."""

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase

from infrastructure.log.engine import Log
from infrastructure.stores import Store


class OnSQLite:
    @pytest.fixture(autouse=True)
    def _store(self, sqlite_store: Store) -> None:
        self.log = sqlite_store.log


class OnPostgres:
    @pytest.fixture(autouse=True)
    def _store(self, postgres_store: Store) -> None:
        self.log = postgres_store.log


class RecorderCase(ApplicationRecorderTestCase[Log]):
    log: Log

    def create_recorder(self) -> Log:
        return self.log

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class NonInterleavingCase(NonInterleavingNotificationIDsBaseCase):
    log: Log

    def create_recorder(self) -> Log:
        return self.log


class TestSQLiteRecorder(OnSQLite, RecorderCase): ...


class TestPostgresRecorder(OnPostgres, RecorderCase): ...


class TestSQLiteNonInterleaving(OnSQLite, NonInterleavingCase): ...


class TestPostgresNonInterleaving(OnPostgres, NonInterleavingCase): ...


del RecorderCase, NonInterleavingCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
