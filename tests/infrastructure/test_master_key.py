"""The master key: made once, for its owner alone, and apart from what it protects."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from infrastructure.keys.master_key import MasterKeyUnsafe, NoMasterKey, keyed_hash, master_key
from infrastructure.stores import open_store


def test_it_is_made_once_and_read_back(tmp_path):
    path = tmp_path / "keys" / "master.key"
    made = master_key(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(base64.b64decode(path.read_text())) == 32
    assert master_key(path, create=True) == made == master_key(path, create=False)
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_make_it_at_once_agree(tmp_path):
    path = tmp_path / "master.key"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: master_key(path, create=True), range(32)))
    assert len(made) == 1


def test_none_is_made_unless_asked(tmp_path):
    with pytest.raises(NoMasterKey, match="no master key"):
        master_key(tmp_path / "master.key", create=False)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_it_must_be_for_its_owner_alone(tmp_path, mode):
    path = tmp_path / "master.key"
    master_key(path, create=True)
    path.chmod(mode)
    with pytest.raises(MasterKeyUnsafe, match="chmod 600"):
        master_key(path, create=False)


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(31)).decode(), "ñ" * 44])
def test_it_must_be_a_whole_key(tmp_path, text):
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(MasterKeyUnsafe):
        master_key(path, create=True)


def test_each_use_has_a_key_of_its_own(tmp_path):
    master = master_key(tmp_path / "master.key", create=True)
    assert len({master.subkey("claims"), master.subkey("command bodies"), master.secret}) == 3
    assert repr(master) == "MasterKey()"


def test_parts_of_a_keyed_hash_do_not_run_together():
    assert keyed_hash(b"key", b"ab", b"c") != keyed_hash(b"key", b"a", b"bc")


def test_a_store_does_not_keep_its_master_key_beside_its_data(tmp_path):
    with pytest.raises(MasterKeyUnsafe, match="data folder"):
        open_store(tmp_path / "data", tmp_path / "data" / "master.key")


def test_a_store_whose_master_key_is_lost_gets_no_new_one(tmp_path):
    open_store(tmp_path / "data", tmp_path / "master.key").close()
    (tmp_path / "master.key").unlink()
    with pytest.raises(NoMasterKey):
        open_store(tmp_path / "data", tmp_path / "master.key")


def test_postgresql_must_be_given_one(postgres_address, tmp_path):
    with pytest.raises(NoMasterKey):
        open_store(postgres_address, tmp_path / "none.key")
