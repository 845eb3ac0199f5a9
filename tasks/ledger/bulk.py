"""Many rows into one table: by COPY where the database has it, a third of the time of INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

from tasks.ledger.faults import driver_errors

WORTH_A_COPY = 500

AT_ONCE = 20_000
"""Rows in one COPY, so that a million of them do not run into the limit of a statement."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, inside the caller's transaction."""
    if connection.dialect.name == "sqlite" or len(rows) < WORTH_A_COPY:
        connection.execute(insert(table), rows)
        return
    columns = list(rows[0])
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    with driver_errors(connection), driver.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            with cursor.copy(statement) as copy:
                for row in rows[start : start + AT_ONCE]:
                    copy.write_row([row[column] for column in columns])
