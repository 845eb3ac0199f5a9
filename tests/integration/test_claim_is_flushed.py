"""A claim that a power cut could take back would be a message sent twice: it is on disk before the first byte leaves.

Of SQLite strace tells when its log is flushed. A PostgreSQL server flushes as its session asks: test_ledger_postgresql.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.counting_gateway import CountingGateway
from support.flushes import TracedWorker, sent
from support.sending import Sending

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="strace"),
]

LOG = "ledger.sqlite-wal"
CHUNK = 40


@pytest.fixture
def sending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    with CountingGateway(delay_ms=5) as gateway:
        opened = Sending(tmp_path / "home", gateway, monkeypatch)
        yield opened
        opened.close()


def requests_by_flushed_claim(sending: Sending, trace: Path, *, flushes: bool) -> dict[bool, int]:
    """Send a message alone and a chunk; how many requests left after the flush of their claim, and how many before."""
    worker = TracedWorker(sending.desk, trace, flushes=flushes)
    sending.send(1)
    sending.send(CHUNK)
    assert sending.wait_for("submitted") == {"submitted": 1 + CHUNK}
    worker.stop()
    told = sent(trace.read_text("utf-8", "replace"), LOG)
    assert {reference.partition("t")[0] for reference in told} == {str(one) for one in range(1, 2 + CHUNK)}
    return {flushed: list(told.values()).count(flushed) for flushed in (True, False)}


def test_every_claim_is_on_disk_before_the_first_byte_of_its_request(sending: Sending, tmp_path: Path) -> None:
    assert requests_by_flushed_claim(sending, tmp_path / "trace", flushes=True) == {True: 1 + CHUNK, False: 0}


def test_a_ledger_that_is_not_flushed_at_each_commit_would_be_found_out(sending: Sending, tmp_path: Path) -> None:
    assert requests_by_flushed_claim(sending, tmp_path / "trace", flushes=False)[False] > 0
