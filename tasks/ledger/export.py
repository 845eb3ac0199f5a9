"""Messages as a CSV file that spreadsheets open: UTF-8 with its mark, one line a message, nothing that runs."""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping

from tasks.errors import RequestError
from tasks.gateways.codes import explain
from tasks.ledger import queries
from tasks.ledger.queries import Filter, Sort

COLUMNS = {
    "message_id": "Id",
    "created_ms": "Time",
    "updated_ms": "Changed",
    "recipient": "Recipient",
    "text": "Text",
    "account": "Account",
    "gateway": "Gateway",
    "state": "State",
    "reason": "Reason",
    "reason_words": "Reason in words",
    "tries": "Tries",
    "worker": "Worker",
    "segments": "Segments",
    "price_micros": "Price",
    "currency": "Currency",
    "batch_id": "Batch",
    "template_id": "Template",
    "variables": "Variables",
    "sender": "Sender",
    "provider_id": "Gateway's id",
}
"""Column → its heading unless the caller names another."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so may be run by a spreadsheet (OWASP, CSV Injection)."""

GROUP = 1_000
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Words:
    """In what words the file is written."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """Renames columns and states: `recipient`, `state.delivered`."""
    language: Literal["en", "zh"] = "en"


class AbandonedError(Exception):
    """Nobody wants the file any more."""


def export(
    connection: Connection,
    wanted: Filter,
    sort: Sort,
    path: Path,
    gateways: Mapping[str, str],
    words: Words,
    progress: Callable[[int, int], None],
) -> int:
    """Write all messages of a filter; returns how many.

    The file appears whole or not at all, and its user alone may read it (0600): it holds numbers and texts. `gateways`
    is account → gateway. `progress` (done, total) may raise to stop. Raises RequestError `request.cannot_write_file`,
    LedgerError.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "w", encoding="utf-8-sig", newline="", opener=for_user_alone) as file:
            done = write_rows(csv.writer(file), connection, wanted, sort, gateways, words, progress)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise RequestError("request.cannot_write_file", reason=error.strerror or "") from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return done


def write_rows(
    writer: Any,
    connection: Connection,
    wanted: Filter,
    sort: Sort,
    gateways: Mapping[str, str],
    words: Words,
    progress: Callable[[int, int], None],
) -> int:
    """The headings and every row; returns how many rows."""
    total = queries.count(connection, queries.conditions(wanted, connection.dialect.name))
    writer.writerow([words.titles.get(name, heading) for name, heading in COLUMNS.items()])
    done = 0
    progress(done, total)
    for group in queries.stream(connection, wanted, sort, GROUP):
        writer.writerows([cells_of(row, gateways, words) for row in group])
        done += len(group)
        progress(done, total)
    return done


def for_user_alone(path: str, flags: int) -> int:
    """Opens a file that no other user may read."""
    return os.open(path, flags, 0o600)


def cells_of(row: RowMapping, gateways: Mapping[str, str], words: Words) -> list[str]:
    """One message's cells, in the order of `COLUMNS`."""
    gateway = gateways.get(row["account"], "")
    shown = {
        "created_ms": local_time(row["created_ms"]),
        "updated_ms": local_time(row["updated_ms"]),
        "gateway": gateway,
        "state": words.titles.get(f"state.{row['state']}", row["state"]),
        "reason_words": explain(gateway, row["reason"] or "", words.language).meaning,
        "price_micros": money(row["price_micros"]),
    }
    return [harmless(shown[name] if name in shown else row[name]) for name in COLUMNS]


def local_time(ms: int) -> str:
    """A time as this machine's clocks show it, in the form that spreadsheets read."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def money(micros: int | None) -> str:
    """Millionths as a plain decimal number; empty where there is no price."""
    return "" if micros is None else format((Decimal(micros) / 1_000_000).normalize(), "f")


def harmless(value: Any) -> str:
    """A cell that no spreadsheet runs. A number in E.164 stays as it is: a plus and digits compute nothing."""
    cell = "" if value is None else str(value)
    is_number = cell.startswith("+") and cell[1:].isdigit() and cell.isascii()
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) and not is_number else cell
