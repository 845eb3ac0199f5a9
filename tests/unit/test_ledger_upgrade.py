"""A ledger of an earlier version is brought to this one with everything in it."""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from support.ledgers import put, row, states

from tasks.doctor.ledger import found_copies
from tasks.errors import LedgerError
from tasks.ledger import control, migration
from tasks.ledger.backup import copies_of
from tasks.ledger.claims import Claimant, claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.schema import metadata, workers
from tasks.ledger.version import HEAD, version_of
from tasks.log import redact

FIRST = Path(__file__).parents[1] / "support" / "ledger_0001.sql"
"""Written by the first program. A migration that is changed afterwards would not fit it any more."""


def write_first(path: Path, *statements: str) -> str:
    """A file of the first version, changed by statements; its address."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return f"sqlite:///{path}"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(write_first(tmp_path / "ledger.sqlite"))
    yield opened
    opened.close()


def test_the_first_version_has_this_versions_tables_afterwards(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert version_of(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_its_rows_are_there(ledger: Ledger) -> None:
    assert states(ledger) == ["queued"] * 3
    assert row(ledger, 1).text == "你好，第一版"
    assert ledger.uuid == "ed6a2d38584344c3b42991ce30d04922"
    with ledger.reading() as connection:
        (worker,) = connection.execute(select(workers)).all()
    assert (worker.worker_id, worker.accounts, json.loads(worker.notes)) == ("w", '["simulator"]', [])


def test_what_waited_in_it_is_sent_and_new_messages_follow(ledger: Ledger) -> None:
    me = Claimant("host:1:me", 60_000)
    assert claim_message(ledger, 1, me, lambda _account: True)[0] is not None
    assert [one.message_id for one in claim_chunk(ledger, 1, me, 100).messages] == [2, 3]
    assert put(ledger).first_id == 4


def test_a_ledger_that_has_the_new_column_already_is_taken_as_it_is(tmp_path: Path) -> None:
    """Programs between two versions made it, under the first version's number."""
    column = "ALTER TABLE workers ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'"
    opened = open_ledger(write_first(tmp_path / "ledger.sqlite", column))
    with opened.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    opened.close()


def test_the_ledger_as_it_was_is_kept_beside_it_for_the_user_alone(tmp_path: Path, ledger: Ledger) -> None:
    (copy,) = copies_of(str(tmp_path / "ledger.sqlite"))
    assert re.fullmatch(r"ledger\.sqlite\.version-0001\.\d{4}-\d\d-\d\d-\d{6}", copy.name)
    assert redact(copy.name) == copy.name  # one can find it by what a log says
    assert ledger.copy == copy
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (3,)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []
    new = open_ledger(f"sqlite:///{tmp_path / 'new.sqlite'}")
    new.close()
    assert list(tmp_path.glob("new.sqlite.version*")) == []
    assert new.copy is None


def test_the_doctor_names_the_copy(tmp_path: Path, ledger: Ledger) -> None:
    (copy,) = copies_of(str(tmp_path / "ledger.sqlite"))
    (finding,) = found_copies(tmp_path / "ledger.sqlite")
    assert (finding.code, finding.params["count"], finding.params["newest"]) == ("doctor.file.copies", 1, copy)


def test_a_ledger_that_cannot_be_copied_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = write_first(tmp_path / "ledger.sqlite")

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(LedgerError, match=r"ledger\.disk_full"):
        open_ledger(url)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_change_that_fails_leaves_neither_change_nor_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window tries again every two seconds: copies would fill the disk."""
    url = write_first(tmp_path / "ledger.sqlite")

    def fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (done INTEGER)"))
        connection.execute(text("SELECT not_there FROM half"))

    monkeypatch.setattr(migration, "run", fail)
    with pytest.raises(LedgerError, match=r"ledger\.failed"):
        open_ledger(url)
    assert copies_of(str(tmp_path / "ledger.sqlite")) == []
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def test_the_operator_commands_what_waited_in_it(ledger: Ledger) -> None:
    assert control.pause(ledger, Scope(message_ids=(1, 2)), "ada@desk") == 2
    assert control.stop(ledger, "ada@desk") == 1
    assert control.start_again(ledger, "ada@desk") == 1
    assert control.cancel_all(ledger, control.EVERYTHING, "ada@desk") == 3
    assert states(ledger) == ["cancelled"] * 3
