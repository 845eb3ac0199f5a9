"""A new ledger is made whole and once; an empty file in its place is not taken for one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from support.ledgers import new_ledger, put, states

from tasks.errors import LedgerError
from tasks.ledger import new_file
from tasks.ledger.engine import open_ledger


def test_an_empty_file_where_the_ledger_was_is_damage_and_stays_empty(tmp_path: Path) -> None:
    """A copy of a backup begins as an empty file: a new ledger made in it would spoil the backup."""
    path = tmp_path / "ledger.sqlite"
    path.touch()
    with pytest.raises(LedgerError) as raised:
        open_ledger(f"sqlite:///{path}")
    assert raised.value.code == "ledger.damaged"
    assert os.listdir(tmp_path) == ["ledger.sqlite"]
    assert path.read_bytes() == b""


def test_a_new_ledger_is_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    new_ledger(tmp_path / "deep" / "down").close()
    folder = tmp_path / "deep" / "down"
    assert os.listdir(folder) == ["ledger.sqlite"]
    assert stat.S_IMODE((folder / "ledger.sqlite").stat().st_mode) == 0o600


def test_where_files_cannot_be_linked_the_ledger_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(new_file.os, "link", no_links)
    ledger = new_ledger(tmp_path)
    put(ledger, 2)
    assert len(states(ledger)) == 2
    ledger.close()
    assert os.listdir(tmp_path) == ["ledger.sqlite"]
