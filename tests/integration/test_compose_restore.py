"""A dump of the compose file's ledger comes back as its guide says: what was sent meanwhile is not sent again."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from dataclasses import dataclass

import pytest
from support.compose_file import FOLDER, GUIDES, for_the_database
from support.ledgers import force, put, row, states
from support.postgres import Databases

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import control
from tasks.ledger.chunks import take_stale, take_waiting
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.marks import is_stopped
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.states import State

pytestmark = pytest.mark.server

ME = Claimant("host:1:me", 60_000)
WHO = "ada@desk"
HOUR_MS = 3_600_000
STOP_SENDING = FOLDER / "stop_sending.sql"


@dataclass(frozen=True)
class Database:
    """A database of the test's own, and what the guide has one type for it."""

    databases: Databases
    name: str
    guide: str

    @property
    def url(self) -> str:
        return self.databases.server.url(self.name)

    def types(self, program: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """One command of the guide, for this server and database."""
        server = self.databases.server
        words = [self.name if word == "sms_desk" else word for word in for_the_database(self.guide)[program]]
        program = str(server.programs / program)
        command = [program, "-U", server.superuser, "-h", "127.0.0.1", "-p", str(server.port), *words]
        environment = {**os.environ, "PGPASSWORD": server.password}
        return subprocess.run(command, env=environment, input=given, capture_output=True, timeout=60)

    def answers(self, program: str, given: bytes = b"") -> bytes:
        """The same, where all goes well."""
        done = self.types(program, given)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout


@pytest.fixture(params=GUIDES)
def database(postgres: Databases, request: pytest.FixtureRequest) -> Database:
    return Database(postgres, postgres.new(), request.param)


def claim_all(ledger: Ledger) -> list[ClaimedMessage]:
    """What a worker gets that is handed every task there could be."""
    alone = [
        claim_message(ledger, number, ME, lambda _account: True)[0] for number in range(1, len(states(ledger)) + 1)
    ]
    return [one for one in alone if one is not None] + list(claim_chunk(ledger, 1, ME, 100).messages)


def test_what_was_sent_after_the_dump_waits_for_a_person(database: Database) -> None:
    later = now_ms() + HOUR_MS
    with closing(open_ledger(database.url)) as ledger:
        put(ledger, 3)
        put(ledger)
        force(ledger, put(ledger).first_id, State.RETRYING, due_ms=later, tries=1)
        force(ledger, put(ledger).first_id, State.SCHEDULED, due_ms=later)
        control.pause(ledger, Scope(message_ids=(put(ledger).first_id,)), WHO)
        before = states(ledger)
        assert before == ["queued"] * 4 + ["retrying", "scheduled", "held"]
        dump = database.answers("pg_dump")
        sent = claim_all(ledger)
        assert len(sent) == 4
        record(ledger, [TryEnd(one, Outcome(one.message_id, OutcomeKind.ACCEPTED, "")) for one in sent], RecordPolicy())
    database.answers("pg_restore", dump)
    assert database.answers("psql", STOP_SENDING.read_bytes()).splitlines() == [
        b"BEGIN",
        b"UPDATE 1",
        b"UPDATE 6",
        b"COMMIT",
    ]
    with closing(open_ledger(database.url)) as ledger:
        check_that_nothing_leaves(ledger)
        assert states(ledger) == ["held"] * 7
        assert put(ledger).message_ids == ()  # nor does what is new
        assert [row(ledger, number).due_ms for number in (1, 4, 5, 6)] == [None, None, None, later]
        # Two of them had left, as the gateway says.
        assert control.cancel_all(ledger, Scope(message_ids=(1, 4)), WHO) == 2
        assert control.start_again(ledger, WHO) == 5
        assert states(ledger) == ["cancelled", "queued", "queued", "cancelled", "queued", "scheduled", "held", "queued"]
        with ledger.writing() as connection:
            assert 1 in [*take_stale(connection, later), *take_waiting(connection, later)]
        assert sorted(one.message_id for one in claim_all(ledger)) == [2, 3, 5, 8]


def check_that_nothing_leaves(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        assert is_stopped(connection)
        since = int(connection.exec_driver_sql("SELECT value FROM ledger_info WHERE name = 'stopped_ms'").scalar_one())
        assert abs(since - now_ms()) < HOUR_MS
        assert take_waiting(connection, now_ms() + HOUR_MS) == ()
    assert claim_all(ledger) == []


def test_who_had_stopped_all_sending_before_the_dump_still_has(database: Database) -> None:
    with closing(open_ledger(database.url)) as ledger:
        put(ledger)
        control.stop(ledger, WHO)
        with ledger.writing() as connection:
            connection.exec_driver_sql("UPDATE ledger_info SET value = '1' WHERE name = 'stopped_ms'")
    for _ in range(2):
        database.answers("psql", STOP_SENDING.read_bytes())
    with closing(open_ledger(database.url)) as ledger:
        with ledger.reading() as connection:
            since = connection.exec_driver_sql("SELECT value FROM ledger_info WHERE name = 'stopped_ms'").scalar_one()
        assert since == "1"
        assert control.start_again(ledger, WHO) == 1


def test_a_step_that_fails_says_so_and_changes_nothing(database: Database) -> None:
    """Nobody takes the next one, which would let workers send."""
    assert database.types("psql", STOP_SENDING.read_bytes()).returncode != 0  # no ledger
    with closing(open_ledger(database.url)) as ledger:
        put(ledger)
        dump = database.answers("pg_dump")
        put(ledger)
    assert database.types("pg_restore", dump[: len(dump) * 3 // 4]).returncode != 0
    with closing(open_ledger(database.url)) as ledger:
        assert states(ledger) == ["queued", "queued"]
