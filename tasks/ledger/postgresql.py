"""PostgreSQL as the ledger's database: its engines, what it must be, and the limits that hold on every connection.

Nothing here waits for ever: connecting, waiting for another's lock, a statement, and a server that says nothing all
have an end, so that a hung server freezes neither clerk nor worker.
"""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError

from tasks.errors import LedgerError
from tasks.ledger.faults import translated_errors
from tasks.ledger.version import refuse_foreign, version_of

CONNECT_S = 5
LOCK_S = 10
"""How long a statement waits for another transaction before it gives up with `ledger.locked`."""

STATEMENT_S = 25
"""How long one statement may take. A page or a count of a million rows takes a second or two on a cold server."""

IDLE_IN_TRANSACTION_S = 30
"""The server ends a transaction whose client says nothing for so long: a frozen worker must not hold its locks."""

POOL = 10
"""Connections that are kept. Threads beyond it wait for one: a worker's transactions take milliseconds."""

PING_AFTER_S = 1.0
"""A connection that nobody used for longer is tried before it is handed out: the server may have gone silently."""

OLDEST = 130_000
"""PostgreSQL 13: `pg_current_xact_id`."""

CONNECT_ARGS: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A network that swallows what we send would otherwise hold a statement for a quarter of an hour.
    "tcp_user_timeout": 20_000,
    "fallback_application_name": "sms-desk",
}

SESSION = (
    f"SELECT set_config('statement_timeout', '{STATEMENT_S}s', false)"
    f", set_config('lock_timeout', '{LOCK_S}s', false)"
    f", set_config('idle_in_transaction_session_timeout', '{IDLE_IN_TRANSACTION_S}s', false)"
    # A claim lost in a power cut is a message sent twice.
    ", set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
    " ELSE current_setting('synchronous_commit') END, false)"
)
READER_SESSION = (
    ", set_config('default_transaction_isolation', 'repeatable read', false)"
    ", set_config('default_transaction_read_only', 'on', false)"
)
WRITER_SESSION = (
    ", set_config('default_transaction_isolation', 'read committed', false)"
    # Whatever a writer looks for has an index. A plan made while a table was empty would read all of it for as long
    # as the server keeps that plan: until its statistics are first taken, a minute into the first campaign.
    ", set_config('enable_seqscan', 'off', false)"
)

MIGRATION_LOCK = 0x534D53_4445534B
"""Key of the advisory lock under which tables are made and changed: 'SMSDESK'."""


def is_postgresql(url: str) -> bool:
    """Whether a ledger's address is a PostgreSQL server's."""
    return make_url(url).get_backend_name() == "postgresql"


def driver_url(url: str) -> URL:
    """The address with the one driver this program uses, whatever driver it names."""
    return make_url(url).set(drivername="postgresql+psycopg")


def make_engines(url: str) -> tuple[Engine, Engine]:
    """A reader, whose transactions see one snapshot, and a writer. Raises LedgerError `ledger.no_driver`."""
    pool = {"pool_size": POOL, "max_overflow": 0, "pool_timeout": LOCK_S}
    return new_engine(url, SESSION + READER_SESSION, **pool), new_engine(url, SESSION + WRITER_SESSION, **pool)


def new_engine(url: str, session: str, **options: Any) -> Engine:
    """An engine whose connections are bounded and begin with the statement `session`."""
    try:
        from tasks.ledger.postgresql_connection import BoundedConnection
    except ImportError:
        raise LedgerError("ledger.no_driver", kind="postgresql") from None
    engine = create_engine(driver_url(url), hide_parameters=True, connect_args=CONNECT_ARGS, **options)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        # What the address itself says (`?connect_timeout=2`) comes first.
        return BoundedConnection.connect(*arguments, **(CONNECT_ARGS | named))

    @event.listens_for(engine, "connect")
    def begin_session(connection: Any, _record: Any) -> None:
        try:
            connection.autocommit = True
            connection.execute(session)
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "checkin")
    def note_use(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_idle(connection: Any, record: Any, _proxy: Any) -> None:
        idle_s = time.monotonic() - record.info.get("used", time.monotonic())
        try:
            if idle_s < PING_AFTER_S and not has_word(connection.fileno()):
                return
            connection.autocommit = True
            connection.execute("SELECT 1")
            connection.autocommit = False
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    return engine


def has_word(socket: int) -> bool:
    """Whether the server said something on an idle connection: of one that was restarted, that is its goodbye."""
    if not hasattr(select, "poll"):  # Windows, whose select takes any socket
        return bool(select.select([socket], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))


def check_server(connection: Connection) -> None:
    """Raise LedgerError unless a ledger can be on this server: `ledger.old_server`, `ledger.encoding`."""
    version, encoding = connection.execute(
        text("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
    ).one()
    if version < OLDEST:
        raise LedgerError("ledger.old_server", version=version // 10_000, least=OLDEST // 10_000)
    if encoding != "UTF8":
        raise LedgerError("ledger.encoding", encoding=encoding)


def is_protected(connection: Connection) -> bool:
    """Whether nobody in between can read along: the server is this machine, or shows a certificate that is checked."""
    driver: Any = connection.connection.driver_connection
    info = driver.info
    here = info.host.startswith("/") or info.hostaddr == "::1" or info.hostaddr.startswith("127.")
    checked = info.get_parameters().get("sslmode") in ("verify-ca", "verify-full")
    return here or (checked and driver.pgconn.ssl_in_use)


def lock_for_migration(connection: Connection) -> None:
    """Be the only one who makes or changes tables, until the transaction ends; what that takes has no limit.

    Another one who does is waited for: if that program is frozen, the server ends its transaction.
    """
    connection.execute(text("SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.execute(text("SELECT set_config('lock_timeout', '60s', true)"))


def lock_out_writers(connection: Connection) -> None:
    """Let those who are writing end, and no other begin until the tables are changed: it then learns their version."""
    connection.execute(text("LOCK TABLE counters IN EXCLUSIVE MODE"))


def check_address(url: str) -> None:
    """Raise LedgerError unless a ledger can be opened at this address; changes nothing."""
    engine = new_engine(url, SESSION + READER_SESSION, poolclass=NullPool)
    try:
        with translated_errors(), engine.connect() as connection:
            check_server(connection)
            version = version_of(connection)
            refuse_foreign(connection, version)
            may_create = connection.execute(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar()
            if version is None and not may_create:
                raise LedgerError("ledger.no_rights")
    finally:
        engine.dispose()


def server_ms(connection: Connection) -> int:
    """The server's clock, milliseconds since the epoch."""
    return int(connection.execute(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")).scalar_one())
