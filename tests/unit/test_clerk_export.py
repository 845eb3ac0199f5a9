"""The exported file: complete or not there, readable by spreadsheets, and nothing in it runs."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path
from typing import Literal

import pytest
from support.ledgers import force, put

from tasks.errors import RequestError
from tasks.ledger.engine import Ledger
from tasks.ledger.export import COLUMNS, AbandonedError, Words, export, harmless, money
from tasks.ledger.queries import Filter, Sort
from tasks.ledger.states import State


def write(ledger: Ledger, path: Path, wanted: Filter = Filter(), titles: dict[str, str] | None = None) -> int:  # noqa: B008
    with ledger.reading() as connection:
        return export(
            connection, wanted, Sort(), path, {"simulator": "simulator"}, Words(titles or {}), lambda *_: None
        )


def test_every_message_of_the_filter_is_a_line(ledger: Ledger, tmp_path: Path) -> None:
    put(
        ledger,
        ["+8613800138000"],
        text="取件码 1234,\n请尽快",
        segments=[1],
        price_micros_per_segment=45_000,
        currency="CNY",
    )
    put(ledger, ["+8613800138001"], text="=1+1")
    path = tmp_path / "out.csv"
    assert write(ledger, path, titles={"recipient": "收件人", "state.queued": "排队中"}) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["收件人"] for row in rows] == ["+8613800138001", "+8613800138000"]
    assert [row["Text"] for row in rows] == ["'=1+1", "取件码 1234,\n请尽快"]
    assert {row["State"] for row in rows} == {"排队中"}
    assert [row["Price"] for row in rows] == ["", "0.045"]
    assert len(rows[0]) == len(COLUMNS)
    assert write(ledger, path, Filter(search="取件")) == 1


@pytest.mark.parametrize("cell", ["=1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "+1;cmd"])
def test_a_cell_that_a_spreadsheet_might_run_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["+8613800138000", "1234", "a=b", ""])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_money_is_plain() -> None:
    assert [money(micros) for micros in (None, 0, 45_000, 1_000_000, 123_456_789_000_000)] == [
        "",
        "0",
        "0.045",
        "1",
        "123456789",
    ]


def test_an_export_that_is_given_up_leaves_nothing_and_spoils_nothing(ledger: Ledger, tmp_path: Path) -> None:
    put(ledger, 3)
    path = tmp_path / "out.csv"
    path.write_text("former")

    def stop(done: int, _total: int) -> None:
        if done:
            raise AbandonedError

    with ledger.reading() as connection, pytest.raises(AbandonedError):
        export(connection, Filter(), Sort(), path, {}, Words(), stop)
    assert path.read_text() == "former"
    assert [entry.name for entry in tmp_path.glob("out.csv*")] == ["out.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other users out by the folder's rights")
@pytest.mark.parametrize("there", [False, True])
def test_no_other_user_may_read_the_file(ledger: Ledger, tmp_path: Path, there: bool) -> None:
    path = tmp_path / "out.csv"
    if there:
        path.touch(0o644)
    write(ledger, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The gateway's server does not take connections."), ("zh", "网关服务器拒绝连接。")],
)
def test_a_reason_is_told_in_words_beside_its_code(
    ledger: Ledger, tmp_path: Path, language: Literal["en", "zh"], words: str
) -> None:
    put(ledger, 2)
    force(ledger, 2, State.RETRYING, reason="http.connect_refused")
    path = tmp_path / "out.csv"
    with ledger.reading() as connection:
        export(connection, Filter(), Sort(), path, {"simulator": "simulator"}, Words({}, language), lambda *_: None)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Reason"], row["Reason in words"]) for row in rows] == [("http.connect_refused", words), ("", "")]


def test_a_folder_that_cannot_be_written_is_told(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        write(ledger, tmp_path / "missing" / "out.csv")
    assert refused.value.code == "request.cannot_write_file"
    assert "missing" not in str(refused.value)
