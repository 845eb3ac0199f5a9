"""The whole program on a ledger of every earlier version: carried over, copied first, nothing lost or sent twice."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from support import crashing
from support.counting_gateway import CountingGateway
from support.crashing import TESTS
from support.desk import ROOT, Clerk, ClerkAnswerError, Desk, wait_until
from support.earlier_ledgers import EARLIER, LEAVE, Earlier, engine_of, everything, make_earlier, number_of
from support.ledgers import ledger_url, put, states
from support.many_messages import fill
from support.sending import Sending
from support.small_disk import small_disk

from tasks.errors import LedgerError
from tasks.ledger import control, migration
from tasks.ledger.backup import copies_of, unfinished_of
from tasks.ledger.engine import open_ledger
from tasks.ledger.states import State
from tasks.ledger.version import HEAD, version_of

pytestmark = [pytest.mark.server, pytest.mark.skipif(sys.platform == "win32", reason="kill -9")]

NAMES = [*(state.value for state in State), "chunk"]


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def desk(isolated: Path, gateway: CountingGateway) -> Iterator[Desk]:
    isolated.mkdir(mode=0o700)
    account = {
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": "token-of-the-test",
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
    }
    with Desk(isolated, gateway="yuntongxun", **account) as made:
        yield made


def earlier_at(desk: Desk, database: str, version: str, request: pytest.FixtureRequest) -> Earlier:
    """A ledger of that version where the desk looks for its own."""
    if database == "postgresql":
        url = str(request.getfixturevalue("empty_postgres_url"))
        desk.environment["SMSDESK_LEDGER_URL"] = url
        return make_earlier(url, version)
    return make_earlier(f"sqlite:///{desk.home / 'ledger.sqlite'}", version)


def shown(clerk: Clerk) -> dict[str, dict[str, Any]]:
    """What a window shows of every message, by the name in its text."""
    view = clerk.ask("view.open", filter={})
    rows = clerk.ask("view.rows", view=view["view"], start=0, count=400)["rows"]
    return {row["text"]: row for row in rows}


def now_in(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return everything(connection)
    finally:
        engine.dispose()


def check_copy(desk: Desk, earlier: Earlier) -> None:
    """One, complete, named after its version, for the user alone."""
    (copy,) = copies_of(str(desk.home / "ledger.sqlite"))
    assert copy.name.startswith(f"ledger.sqlite.version-{earlier.version}.20")
    check_all_is_there(earlier, now_in(f"sqlite:///{copy}"))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert unfinished_of(str(desk.home / "ledger.sqlite")) == []


def check_all_is_there(earlier: Earlier, copied: dict[str, list[tuple[Any, ...]]]) -> None:
    """Everything as it was, but what waited is stopped: the program that goes on with the ledger sends it."""
    state, reason, due_ms, waits = 14, 15, 20, ("scheduled", "queued", "retrying")

    def stopped(row: tuple[Any, ...]) -> tuple[Any, ...]:
        if row[state] not in waits:
            return row
        due = row[due_ms] if row[state] == "scheduled" else None
        return (*row[:state], "held", "operator.stopped", *row[reason + 1 : due_ms], due, *row[due_ms + 1 :])

    expected = {**earlier.rows, "messages": sorted(map(stopped, earlier.rows["messages"]), key=repr)}
    (stop,) = [value for name, value in copied["ledger_info"] if name == "stopped_ms"] or [None]
    assert (stop is not None and int(stop) > 0) == (earlier.version >= "0003")
    for rows in (expected, copied):
        rows["ledger_info"] = [row for row in rows["ledger_info"] if row[0] != "stopped_ms"]
    assert copied == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database", "version"),
    [*(("sqlite", version) for version in EARLIER), ("postgresql", EARLIER[0])],
)
def test_a_ledger_of_every_earlier_version_is_carried_over_and_goes_on(
    desk: Desk, gateway: CountingGateway, database: str, version: str, request: pytest.FixtureRequest
) -> None:
    earlier = earlier_at(desk, database, version, request)
    at_once = 2 if version == EARLIER[0] else 1
    workers = [desk.worker(wait=False) for _ in range(at_once)]
    clerk = desk.clerk()  # at once with them
    wait_until(lambda: {shown(clerk)[name]["state"] for name in LEAVE} <= {"submitted", "delivered"}, 40)
    wait_until(lambda: shown(clerk)["sending"]["state"] == "unknown", 20)
    for worker in workers:
        worker.kill()
        desk.children.remove(worker)

    assert Counter(entry.to for entry in gateway.arrived) == {number_of(name).removeprefix("+86"): 1 for name in LEAVE}
    rows = shown(clerk)
    assert {name: rows[name]["state"] for name in NAMES if name not in (*LEAVE, "sending")} == {
        name: name for name in NAMES if name not in (*LEAVE, "sending")
    }
    assert {name: rows[name]["message_id"] for name in NAMES} == earlier.messages()
    assert rows["held"]["reason"] == "operator.paused"
    assert (rows["delivered"]["tries"], rows["delivered"]["provider_id"]) == (1, f"p{rows['delivered']['message_id']}")
    cancelled = clerk.ask("message.detail", message_id=rows["cancelled"]["message_id"])
    assert [entry["who"] for entry in cancelled["decisions"]] == (["ada@desk"] if version >= "0003" else [])
    after = now_in(earlier.url)
    ended = [row for row in earlier.rows["tries"] if row[6] is not None]
    assert [row for row in ended if row not in after["tries"]] == []
    assert after["templates"] == earlier.rows["templates"]
    if database == "sqlite":
        check_copy(desk, earlier)


OPEN = "import sys; from tasks.ledger.engine import open_ledger; open_ledger(sys.argv[1]).close()"


def killed_at(point: str, url: str) -> int:
    """The exit status of a program that opens the ledger and dies there."""
    dying = f"import sys; sys.path.append({str(TESTS)!r}); from support import crashing; crashing.{point}(); {OPEN}"
    return subprocess.run([sys.executable, "-c", dying, url], cwd=ROOT, timeout=60).returncode


@pytest.mark.parametrize(
    ("database", "point"),
    [
        ("sqlite", crashing.in_the_middle_of_the_copy.__name__),
        ("sqlite", crashing.before_the_upgrade.__name__),
        ("sqlite", crashing.before_the_upgrade_s_commit.__name__),
        ("postgresql", crashing.before_the_upgrade_s_commit.__name__),
    ],
)
def test_a_program_killed_in_the_middle_has_changed_nothing_and_the_next_one_does_it_all(
    desk: Desk, database: str, point: str, request: pytest.FixtureRequest
) -> None:
    earlier = earlier_at(desk, database, "0002", request)
    assert killed_at(point, earlier.url) == -9
    if database == "postgresql":  # the server notices the end of the connection by itself
        engine = engine_of(earlier.url)
        with engine.connect() as connection:
            locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            wait_until(lambda: not connection.execute(locks).scalar(), 10)
        engine.dispose()
    left = copies_of(str(desk.home / "ledger.sqlite"))
    assert now_in(earlier.url) == earlier.rows
    opened = open_ledger(earlier.url)
    with opened.reading() as connection:
        assert version_of(connection) == HEAD
        assert connection.execute(text("SELECT count(*) FROM messages")).scalar() == len(NAMES)
    opened.close()
    if database == "sqlite":
        assert unfinished_of(str(desk.home / "ledger.sqlite")) == []
        copies = copies_of(str(desk.home / "ledger.sqlite"))
        assert len(copies) == len(left) + 1
        for copy in copies:
            check_all_is_there(earlier, now_in(f"sqlite:///{copy}"))


def test_programs_that_start_at_once_wait_for_the_one_that_copies(desk: Desk) -> None:
    """However long it takes: here the first stands still in its copy for longer than a lock is waited for."""
    earlier = make_earlier(f"sqlite:///{desk.home / 'ledger.sqlite'}", "0003")
    waiting = (
        "import sys; from tasks.ledger import backup, engine, migration;"
        "migration.WAIT_S = 0.5; backup.PAGES_AT_ONCE = 1;"
        "write = backup.write_copy;"
        "backup.write_copy = lambda s, t, told: write(s, t, lambda d, n: (told(d, n), print(d, flush=True), d == 5 and"
        " sys.stdin.readline()));"
        "engine.open_ledger(sys.argv[1], lambda done, total: print('other', flush=True)).close(); print('open')"
    )
    command = [sys.executable, "-c", waiting, earlier.url]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert first.stdin is not None
    assert first.stdout is not None
    wait_until(lambda: first.stdout is not None and first.stdout.readline().strip() == "5", 20)
    second = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert second.stdout is not None
    for _ in range(5):  # it goes on waiting after its half second, and is told how far the other one is
        assert second.stdout.readline() == "other\n"
    first.stdin.write("go on\n")
    assert (first.communicate(timeout=30)[0].split()[-1], first.returncode) == ("open", 0)
    assert (second.communicate(timeout=30)[0].split()[-1], second.returncode) == ("open", 0)
    check_copy(desk, earlier)


def run(desk: Desk, *module: str) -> subprocess.CompletedProcess[str]:
    """One of the program's commands, until it ends."""
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=desk.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_window_that_closes_amid_the_copy_waits_for_nothing_and_leaves_nothing_half(desk: Desk) -> None:
    opened = open_ledger(f"sqlite:///{desk.home / 'ledger.sqlite'}")
    fill(opened, 60_000)
    opened.close()
    make_older(desk.home / "ledger.sqlite")
    clerk = Clerk(desk.environment)
    clerk.post("hello")
    clerk.post("status.look")  # it would open the ledger as well
    assert "progress" in json.loads(clerk.lines.get(timeout=20))
    assert clerk.stop(10) == 0
    with closing(sqlite3.connect(desk.home / "ledger.sqlite")) as connection:
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    copies = copies_of(str(desk.home / "ledger.sqlite"))
    assert (version, len(copies)) in (("0004", 0), (HEAD, 1))  # given up, or just done
    assert unfinished_of(str(desk.home / "ledger.sqlite")) == []


def make_older(path: Path) -> None:
    """Take from a large ledger what came after version 0004."""
    columns = ("segment_micros", "most_in_flight", "per_day", "budget_micros", "zone")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE account_days;"
            + "".join(f"ALTER TABLE accounts DROP COLUMN {column};" for column in columns)
            + "UPDATE alembic_version SET version_num = '0004'; PRAGMA wal_checkpoint(TRUNCATE)"
        )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_newer_ledger_is_refused_by_every_part_and_not_touched(desk: Desk) -> None:
    path = desk.home / "ledger.sqlite"
    ledger = open_ledger(f"sqlite:///{path}")
    put(ledger, 3)
    ledger.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("UPDATE alembic_version SET version_num = '0999'; PRAGMA wal_checkpoint(TRUNCATE)")
    before = digest(path)
    with pytest.raises(ClerkAnswerError, match=r"ledger\.newer .*0999"):
        desk.clerk()
    worker = run(desk, "celery", "-A", "tasks", "worker", "-P", "threads")
    assert worker.returncode != 0
    assert "written by a newer SMS Desk (version 0999, this one knows" in worker.stderr
    doctor = run(desk, "tasks", "doctor", "--json")
    told = [line for line in json.loads(doctor.stdout)["checks"] if line["check"] == "ledger"]
    assert [(line["level"], line["code"]) for line in told] == [("trouble", "ledger.newer")]
    assert digest(path) == before


@pytest.mark.slow
@pytest.mark.parametrize(("database", "pool"), [("sqlite", "prefork"), ("postgresql", "threads")])
def test_a_worker_whose_ledger_a_newer_program_carries_over_ends_and_sends_nothing(
    tmp_path: Path,
    gateway: CountingGateway,
    monkeypatch: pytest.MonkeyPatch,
    database: str,
    pool: str,
    request: pytest.FixtureRequest,
) -> None:
    url = {} if database == "sqlite" else {"ledger_url": ledger_url(database, request, tmp_path)}
    sending = Sending(tmp_path / "home", gateway, monkeypatch, **url)
    try:
        worker = sending.desk.worker("-P", pool)
        ids = sending.send(1)
        sending.wait_for("submitted", "delivered")
        with sending.ledger.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
        sending.client.publish_message(ids[0])
        with pytest.raises(LedgerError, match=r"ledger\.newer"):
            sending.send(1)
        assert worker.process.wait(30) != 0
        sending.desk.children.remove(worker)
        worker.stop()
        assert "A newer SMS Desk has carried the ledger over" in "".join(worker.errors)
        assert len(gateway.arrived) == 1
        with sending.ledger.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM tries")).scalar() == 1
    finally:
        with sending.ledger.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
        sending.close()


def test_without_room_for_the_copy_nothing_is_touched_until_there_is(tmp_path: Path, desk: Desk) -> None:
    with small_disk(tmp_path / "disk") as disk:
        url = f"sqlite:///{disk.folder / 'ledger.sqlite'}"
        open_ledger(url).close()
        earlier = open_ledger(url)
        fill(earlier, 20_000)
        earlier.close()
        make_older(disk.folder / "ledger.sqlite")
        before = digest(disk.folder / "ledger.sqlite")
        ballast = disk.folder / "film"
        free = shutil.disk_usage(disk.folder).free
        ballast.write_bytes(bytes(free - (disk.folder / "ledger.sqlite").stat().st_size // 2))
        desk.environment["SMSDESK_LEDGER_URL"] = url
        with pytest.raises(ClerkAnswerError, match=r"ledger\.no_room_for_copy .*'0004'"):
            desk.clerk()
        worker = desk.worker(wait=False)
        assert worker.process.wait(30) != 0
        assert "MB are free. Nothing was changed. Free disk space." in "".join(worker.errors)
        assert digest(disk.folder / "ledger.sqlite") == before
        ballast.unlink()
        desk.clerk()
        assert len(copies_of(str(disk.folder / "ledger.sqlite"))) == 1
        for child in reversed(desk.children):
            child.stop()
        desk.children.clear()


@pytest.mark.parametrize("version", EARLIER)
def test_the_copy_put_back_is_a_ledger_for_the_earlier_program(
    desk: Desk, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.home / "ledger.sqlite"
    earlier = make_earlier(f"sqlite:///{path}", version)
    opened = open_ledger(earlier.url)
    put(opened)
    opened.close()
    (copy,) = copies_of(str(path))
    path.unlink()
    copy.rename(path)
    engine = engine_of(earlier.url)
    with monkeypatch.context() as as_then:
        as_then.setattr(migration, "HEAD", version)
        assert migration.is_current(engine)
    engine.dispose()
    check_all_is_there(earlier, now_in(earlier.url))
    again = open_ledger(earlier.url)  # and forward again
    assert not {"queued", "scheduled", "retrying"} & set(states(again))
    if version >= "0003":
        assert put(again).count == 1
        assert states(again)[-1] == "held"
        assert control.start_again(again, "ada@desk") == len(LEAVE) + 1
        assert states(again).count("queued") + states(again).count("scheduled") == len(LEAVE) + 1
    again.close()


@pytest.mark.slow
def test_what_such_a_worker_has_in_flight_ends_unknown_and_is_not_sent_again(
    tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(tmp_path / "home", gateway, monkeypatch)
    version = text("UPDATE alembic_version SET version_num = :version")
    try:
        worker = sending.desk.worker()
        gateway.set(delay_ms=2_000)
        sending.send(1)
        wait_until(lambda: len(gateway.arrived) == 1, 20)
        with sending.ledger.writing() as connection:
            connection.execute(version, {"version": "0999"})
        assert worker.process.wait(20) != 0
        assert states(sending.ledger) == ["sending"]
        sending.desk.children.remove(worker)
        worker.stop()
        with sending.ledger.writing() as connection:
            connection.execute(version, {"version": HEAD})
        sending.desk.worker()  # of the program that carried it over
        sending.wait_for("unknown")
        assert len(gateway.arrived) == 1
    finally:
        sending.close()
