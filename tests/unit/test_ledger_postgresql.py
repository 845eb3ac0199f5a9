"""Opening a ledger on PostgreSQL, and what a server may do to it: each is told apart, and nothing waits for ever."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from support.cutting_proxy import CuttingProxy
from support.ledgers import put, row, states
from support.postgres import USER, Databases, free_port

from tasks import clock
from tasks.errors import LedgerError
from tasks.gateways.protocol import Outcome, OutcomeKind, Receipt
from tasks.ledger import postgresql, postgresql_connection
from tasks.ledger.claims import Claimant, claim_message
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, apply_receipts, record
from tasks.ledger.postgresql import check_address
from tasks.ledger.server_clock import LOOK_EVERY_S
from tasks.ledger.states import State
from tasks.ledger.version import HEAD

pytestmark = pytest.mark.server

HOUR_MS = 3_600_000


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    opened = open_ledger(postgres_url)
    yield opened
    opened.close()


def refusal(url: str) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)
    return refused.value


def test_a_wrong_password_an_unknown_user_and_a_missing_database_are_told_apart(postgres: Databases) -> None:
    url = postgres.server.url("postgres")
    assert refusal(url.replace("password-of", "another-password-of")).code == "ledger.refused"
    assert refusal(url.replace(f"//{USER}:", "//nobody-known:")).code == "ledger.refused"
    assert refusal(postgres.server.url("not_there")).code == "ledger.no_database"


def test_nobody_listening_is_unreachable_and_said_soon() -> None:
    began = time.monotonic()
    assert refusal(f"postgresql://desk:secret@127.0.0.1:{free_port()}/ledger").code == "ledger.unreachable"
    assert time.monotonic() - began < 5


def test_an_error_tells_neither_address_nor_password(postgres: Databases) -> None:
    error = refusal(postgres.server.url("not_there"))
    assert "password-of-the-test" not in repr(error) + str(error.__cause__)


def test_any_driver_in_the_address_means_the_one_there_is(postgres_url: str) -> None:
    open_ledger(postgres_url.replace("postgresql:", "postgresql+psycopg2:")).close()


def test_without_the_driver_it_is_said_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tasks.ledger.postgresql_connection", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = refusal("postgresql://desk@127.0.0.1:1/ledger")
    assert (error.code, error.params) == ("ledger.no_driver", {"kind": "postgresql"})


def test_a_user_who_may_not_make_tables_is_told_so(postgres: Databases, empty_postgres_url: str) -> None:
    name = empty_postgres_url.rsplit("/", 1)[1]
    postgres.server.execute("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    guest = empty_postgres_url.replace(f"{USER}:password-of-the-test", "guest:guest")
    assert refusal(guest).code == "ledger.no_rights"
    with pytest.raises(LedgerError, match=r"ledger\.no_rights"):
        check_address(guest)
    assert postgres.server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == [
        (0,)
    ]


@pytest.mark.parametrize(
    "tables",
    [
        "CREATE TABLE messages (id int)",
        "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('5f3a')",
    ],
)
def test_a_database_of_another_program_is_refused_untouched(
    postgres: Databases, empty_postgres_url: str, tables: str
) -> None:
    name = empty_postgres_url.rsplit("/", 1)[1]
    postgres.server.execute(tables, database=name)
    assert refusal(empty_postgres_url).code == "ledger.foreign"
    there = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.server.execute(there, database=name) == [(1,)]


def test_a_ledger_of_a_newer_program_is_refused(postgres: Databases, empty_postgres_url: str) -> None:
    open_ledger(empty_postgres_url).close()
    name = empty_postgres_url.rsplit("/", 1)[1]
    postgres.server.execute("UPDATE alembic_version SET version_num = '9999'", database=name)
    assert refusal(empty_postgres_url).code == "ledger.newer"


def test_a_database_that_cannot_hold_every_sign_is_refused(postgres: Databases) -> None:
    postgres.server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    error = refusal(postgres.server.url("latin"))
    assert (error.code, error.params["encoding"]) == ("ledger.encoding", "LATIN1")


def test_an_old_server_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "OLDEST", 999_999)
    assert refusal(postgres_url).code == "ledger.old_server"


def test_a_server_that_takes_no_writing_is_told_apart(postgres: Databases, postgres_url: str) -> None:
    name = postgres_url.rsplit("/", 1)[1]
    postgres.server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    ledger = open_ledger(postgres_url)
    try:
        with pytest.raises(LedgerError, match=r"ledger\.standby"):
            put(ledger)
    finally:
        ledger.close()
        postgres.server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


OLDER = (
    "ALTER TABLE workers DROP COLUMN notes",
    "DELETE FROM counters WHERE name LIKE 'revision.%'",
    "ALTER TABLE chunks DROP COLUMN not_before_ms",
    "ALTER TABLE batches DROP COLUMN paused_ms, DROP COLUMN cancelled_ms",
    "DROP TABLE decisions",
    "ALTER TABLE accounts DROP COLUMN retry_ms, DROP COLUMN probe_ms, DROP COLUMN strikes, DROP COLUMN silent,"
    " DROP COLUMN closed_ms, DROP COLUMN recovering, DROP COLUMN most_in_flight, DROP COLUMN per_day,"
    " DROP COLUMN budget_micros, DROP COLUMN zone, DROP COLUMN segment_micros",
    "DROP TABLE account_days",
    "DELETE FROM ledger_info WHERE name = 'stopped_ms'",
    "UPDATE alembic_version SET version_num = '0001'",
)
"""Make a ledger one of the first version."""


@pytest.mark.parametrize("there", [False, True], ids=["new", "of an earlier version"])
def test_of_programs_that_start_at_once_one_makes_the_tables_and_the_others_wait(
    postgres: Databases, empty_postgres_url: str, there: bool
) -> None:
    name = empty_postgres_url.rsplit("/", 1)[1]
    if there:
        opened = open_ledger(empty_postgres_url)
        put(opened, 3)
        opened.close()
        postgres.server.execute(*OLDER, database=name)
    command = [sys.executable, "-c", "import sys; from tasks.ledger.engine import open_ledger; "
               "print(open_ledger(sys.argv[1]).uuid)", empty_postgres_url]  # fmt: skip
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [program.communicate(timeout=60)[0].strip() for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    assert len(set(answers)) == 1
    assert len(answers[0]) == 32
    rows = "SELECT count(*), (SELECT string_agg(version_num, ' ') FROM alembic_version) FROM messages"
    assert postgres.server.execute(rows, database=name) == [(3 if there else 0, HEAD)]
    opened = open_ledger(empty_postgres_url)
    assert put(opened).first_id == (4 if there else 1)
    opened.close()


def test_commits_are_on_disk_even_where_the_server_is_set_otherwise(postgres: Databases, postgres_url: str) -> None:
    name = postgres_url.rsplit("/", 1)[1]
    postgres.server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    ledger = open_ledger(postgres_url)
    try:
        with ledger.writing() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    finally:
        ledger.close()
        postgres.server.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


def test_a_reader_sees_one_snapshot_and_cannot_write(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 0
        put(ledger)
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 0
    with pytest.raises(LedgerError, match=r"ledger\.standby"), ledger.reading() as connection:
        connection.exec_driver_sql("DELETE FROM messages")


def test_a_restarted_server_costs_nobody_an_error(postgres: Databases, ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    postgres.server.stop()
    with pytest.raises(LedgerError, match=r"ledger\.unreachable"):
        put(ledger)
    postgres.server.start()
    assert states(ledger) == ["queued"]
    assert put(ledger).first_id > message_id
    assert states(ledger) == ["queued", "queued"]


def test_a_server_restarted_between_two_looks_costs_nobody_an_error(postgres: Databases, ledger: Ledger) -> None:
    put(ledger)
    assert states(ledger) == ["queued"]
    postgres.server.stop()
    postgres.server.start()
    assert states(ledger) == ["queued"]
    put(ledger)


def test_a_connection_that_was_closed_while_nobody_used_it_is_replaced(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        driver: Any = connection.connection.driver_connection
    driver.close()
    assert states(ledger) == []


def test_a_connection_ended_amid_a_transaction_has_it_run_again(postgres: Databases, ledger: Ledger) -> None:
    killed: list[bool] = []

    def work(connection: object) -> int:
        if not killed:
            killed.append(True)
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()  # type: ignore[attr-defined]
            postgres.server.execute(f"SELECT pg_terminate_backend({pid})")
        return int(connection.exec_driver_sql("SELECT 7").scalar())  # type: ignore[attr-defined]

    assert ledger.write(work) == 7


def test_a_frozen_server_is_given_up(postgres: Databases, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with CuttingProxy(postgres.server.port) as proxy:
        ledger = open_ledger(postgres_url.replace(f":{postgres.server.port}/", f":{proxy.port}/"))
        put(ledger)
        monkeypatch.setattr(postgresql_connection, "ANSWER_S", 0.3)
        monkeypatch.setattr(postgresql, "CONNECT_ARGS", {"connect_timeout": 2})
        began = time.monotonic()
        proxy.freeze()
        with pytest.raises(LedgerError, match=r"ledger\.unreachable"):
            put(ledger)
        assert time.monotonic() - began < 10
        proxy.thaw()
        assert put(ledger).first_id
        ledger.close()


def test_another_transaction_is_not_waited_for_without_end(
    ledger: Ledger, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SESSION", postgresql.SESSION.replace(f"'{postgresql.LOCK_S}s'", "'200ms'"))
    other = open_ledger(postgres_url)
    with ledger.writing() as connection:
        connection.exec_driver_sql("LOCK TABLE counters")
        with pytest.raises(LedgerError, match=r"ledger\.locked"):
            put(other)
    other.close()


def test_a_statement_does_not_run_without_end(ledger: Ledger) -> None:
    def sleep_long() -> None:
        with ledger.reading() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 100")
            connection.exec_driver_sql("SELECT pg_sleep(5)")

    with pytest.raises(LedgerError, match=r"ledger\.slow"):
        sleep_long()


@pytest.mark.parametrize("skew_ms", [HOUR_MS, -HOUR_MS])
def test_leases_are_told_by_the_servers_clock(postgres_url: str, monkeypatch: pytest.MonkeyPatch, skew_ms: int) -> None:
    """A worker whose clock is an hour off: nobody else must take its claims for expired, or wait an hour for them."""
    true_ms = clock.machine_ms
    monkeypatch.setattr(clock, "machine_ms", lambda: true_ms() + skew_ms)
    ledger = open_ledger(postgres_url)
    try:
        message_id = put(ledger).first_id
        claim_message(ledger, message_id, Claimant("host:1:me", 60_000), lambda _account: True)
        assert abs(row(ledger, message_id).due_ms - (true_ms() + 60_000)) < 5_000
    finally:
        ledger.close()
        clock.set_offset(0)


def test_a_clock_that_is_set_while_the_program_runs_is_noticed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    true_ms, now = clock.machine_ms, time.monotonic()
    monkeypatch.setattr(clock, "machine_ms", lambda: true_ms() + HOUR_MS)
    assert abs(clock.now_ms() - true_ms() - HOUR_MS) < 5_000
    monkeypatch.setattr(time, "monotonic", lambda: now + LOOK_EVERY_S + 1)
    states(ledger)
    assert abs(clock.now_ms() - true_ms()) < 5_000
    clock.set_offset(0)


def test_what_a_gateway_answers_can_always_be_recorded(ledger: Ledger) -> None:
    for provider_id, code in (("a\0b", "x\0"), ("\ud800", "\udfff code"), ("编号", "拒绝")):
        message_id = put(ledger).first_id
        claimed, _ = claim_message(ledger, message_id, Claimant("host:1:me", 60_000), lambda _account: True)
        assert claimed is not None
        outcome = Outcome(message_id, OutcomeKind.REFUSED, code, provider_id=provider_id)
        assert record(ledger, [TryEnd(claimed, outcome)], RecordPolicy())[0].state is State.REJECTED
    assert [(row(ledger, number).provider_id, row(ledger, number).reason) for number in (1, 2, 3)] == [
        (None, "x?"),
        (None, "? code"),
        ("编号", "拒绝"),
    ]


def test_a_receipt_with_any_code_can_be_written(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    claimed, _ = claim_message(ledger, message_id, Claimant("host:1:me", 60_000), lambda _account: True)
    assert claimed is not None
    record(ledger, [TryEnd(claimed, Outcome(message_id, OutcomeKind.ACCEPTED, provider_id="p"))], RecordPolicy())
    apply_receipts(ledger, [Receipt(message_id, delivered=False, code="\0\ud800")])
    assert (row(ledger, message_id).state, row(ledger, message_id).reason) == ("undelivered", "??")


@pytest.mark.parametrize("count", [1, 2_000])
def test_a_text_that_cannot_be_stored_is_told_apart_from_a_ledger_that_is_away(ledger: Ledger, count: int) -> None:
    with pytest.raises(LedgerError, match=r"ledger\.bad_value"):
        put(ledger, count, text="a\0b")
    assert states(ledger) == []


def test_a_campaign_is_written_whole_with_everything_that_a_message_has(ledger: Ledger) -> None:
    """By COPY, which hands on no types."""
    content = {"template_id": "1", "variables": ("9527", '引号"与\\\n换行'), "sender": "【诊所】", "text": "\\N\t你好"}
    batch = put(ledger, 1_500, **content, segments=[2] * 1_500, price_micros_per_segment=45_000, currency="CNY")
    first, last = row(ledger, batch.first_id), row(ledger, batch.first_id + 1_499)
    assert (first.text, first.sender, first.price_micros, first.expires_ms) == ("\\N\t你好", "【诊所】", 90_000, None)
    assert json.loads(last.variables) == list(content["variables"])
    assert (last.chunk_id, last.recipient) == (15, "+8613800001499")


def test_a_connection_that_breaks_while_a_campaign_is_written_writes_it_once(
    postgres: Databases, ledger: Ledger, postgres_url: str
) -> None:
    with CuttingProxy(postgres.server.port) as proxy:
        behind = open_ledger(postgres_url.replace(f":{postgres.server.port}/", f":{proxy.port}/"))
        proxy.cut_once_at(b"COPY messages", delivered=False)
        put(behind, 1_000)
        assert proxy.cuts == 1
        behind.close()
    assert len(states(ledger)) == 1_000
