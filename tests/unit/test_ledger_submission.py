"""A click is written once, whole, and in one transaction."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from support.ledgers import new_ledger, numbers, put, row, states

from tasks.errors import LedgerError
from tasks.ledger import migration
from tasks.ledger.engine import Ledger, current_revision, open_ledger
from tasks.ledger.schema import metadata
from tasks.ledger.version import HEAD


def test_the_same_click_again_writes_nothing(ledger: Ledger) -> None:
    first = put(ledger, 3, request_id="one click")
    again = put(ledger, 3, request_id="one click")
    assert again.repeated
    assert (again.batch_id, again.first_id, again.count) == (first.batch_id, first.first_id, 3)
    assert (again.message_ids, again.chunk_ids) == ((), ())
    assert len(states(ledger)) == 3


def test_a_single_message_travels_alone_and_many_in_chunks(ledger: Ledger) -> None:
    single = put(ledger)
    assert single.message_ids == (single.first_id,)
    many = put(ledger, 250)
    assert len(many.chunk_ids) == 3
    assert row(ledger, many.first_id + 249).chunk_id == many.chunk_ids[2]


def test_only_what_can_leave_soon_is_given_out_for_publishing(ledger: Ledger) -> None:
    assert len(put(ledger, 5_000).chunk_ids) == 10
    assert put(ledger, 200).chunk_ids == ()


def test_ids_of_two_submitters_never_meet(ledger: Ledger) -> None:
    def submit_some() -> None:
        for _ in range(10):
            put(ledger, 7)

    threads = [threading.Thread(target=submit_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states(ledger)) == 280


def test_price_and_segments_are_kept_per_message(ledger: Ledger) -> None:
    submitted = put(ledger, numbers(2), segments=[1, 2], price_micros_per_segment=45_000, currency="CNY")
    assert [row(ledger, submitted.first_id + index).price_micros for index in (0, 1)] == [45_000, 90_000]
    assert row(ledger, put(ledger).first_id).price_micros is None


def test_every_writing_raises_the_revision(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        before = current_revision(connection)
    message_id = put(ledger).first_id
    with ledger.reading() as connection:
        assert before < row(ledger, message_id).revision <= current_revision(connection)


def test_the_file_is_private_and_commits_are_on_disk(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "ledger.sqlite").stat().st_mode) == 0o600
    with ledger.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    ledger.close()


def test_the_migrations_build_the_tables_of_the_schema(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_head_is_the_newest_migration() -> None:
    files = sorted(path.name.split("_")[0] for path in (migration.SCRIPTS / "versions").glob("[0-9]*.py"))
    assert files[-1] == HEAD


def test_two_programs_may_open_a_new_ledger_at_once(tmp_path: Path) -> None:
    uuids: list[str] = []

    def open_and_note() -> None:
        opened = new_ledger(tmp_path)
        uuids.append(opened.uuid)
        opened.close()

    threads = [threading.Thread(target=open_and_note) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(uuids) == 4
    assert len(set(uuids)) == 1


def test_a_ledger_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    new_ledger(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(LedgerError) as raised:
        new_ledger(tmp_path)
    assert raised.value.code == "ledger.newer"


@pytest.mark.parametrize("content", [b"this is no database " * 400, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    with pytest.raises(LedgerError) as raised:
        new_ledger(tmp_path)
    assert raised.value.code == "ledger.damaged"


def test_a_place_that_cannot_be_written_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError) as raised:
        open_ledger(f"sqlite:///{tmp_path / 'file' / 'ledger.sqlite'}")
    assert raised.value.code == "ledger.cannot_open"


def test_an_error_of_the_database_never_carries_values(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as raised:
        put(ledger, ["+8613800138000"], text=object())
    assert "13800138000" not in str(raised.value)
    assert raised.value.__cause__ is None
