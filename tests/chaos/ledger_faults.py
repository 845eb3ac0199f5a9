"""Faults of the ledger's database: it crashes, it throws everybody out, somebody else holds its lock."""

from __future__ import annotations

import signal
import sqlite3
from random import Random
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from chaos.fleet import Fleet

THROW_OUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"


def crash_database(fleet: Fleet, random: Random) -> str | None:
    """PostgreSQL ends as in a crash and recovers."""
    if fleet.database is None or not fleet.database_is_free.acquire(blocking=False):
        return None
    seconds = random.choice((0.0, random.uniform(0, 3)))
    try:
        fleet.database.stop(signal.SIGQUIT)
        fleet.pause(seconds)
        fleet.lasting.submit(fleet.database.start).result()
    finally:
        fleet.database_is_free.release()
    return f"away for {seconds:.1f} s and its recovery"


def break_connections(fleet: Fleet, random: Random) -> str | None:
    """Every connection to PostgreSQL ends, in the middle of whatever it does."""
    if fleet.database is None or not fleet.database_is_free.acquire(blocking=False):
        return None
    try:
        with psycopg.connect(fleet.ledger_url, autocommit=True) as connection:
            connection.execute(THROW_OUT + " AND pid <> pg_backend_pid()")
    finally:
        fleet.database_is_free.release()
    return "all of them"


def lock_file(fleet: Fleet, random: Random) -> str | None:
    """Another program holds the write lock of the SQLite file."""
    if fleet.database is not None:
        return None
    seconds = random.uniform(0.5, 6)
    other = sqlite3.connect(fleet.ledger_url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        fleet.pause(seconds)
        other.execute("ROLLBACK")
    finally:
        other.close()
    return f"for {seconds:.1f} s"
