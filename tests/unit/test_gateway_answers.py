"""What the status of an answer proves, and when a gateway wants to be asked again."""

from __future__ import annotations

import time

import pytest

from tasks.gateways.answers import HttpAnswer, classify_status, retry_after
from tasks.gateways.protocol import OutcomeKind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeKind.UNKNOWN),
        (302, OutcomeKind.UNKNOWN),
        (307, OutcomeKind.ACCOUNT),
        (400, OutcomeKind.REFUSED),
        (401, OutcomeKind.ACCOUNT),
        (404, OutcomeKind.ACCOUNT),
        (408, OutcomeKind.UNKNOWN),
        (429, OutcomeKind.BUSY),
        (499, OutcomeKind.UNKNOWN),
        (500, OutcomeKind.UNKNOWN),
        (503, OutcomeKind.UNKNOWN),
        (504, OutcomeKind.UNKNOWN),
    ],
)
def test_what_a_status_alone_proves(status: int, kind: OutcomeKind) -> None:
    found = classify_status(HttpAnswer(status, {"retry-after": "3"}, b""))
    assert (found.kind, found.code) == (kind, f"http.{status}")
    assert found.retry_after_s == (3.0 if kind is OutcomeKind.BUSY else None)


def test_a_gateways_own_table_comes_first() -> None:
    found = classify_status(HttpAnswer(503, {"retry-after": "9"}, b""), {503: OutcomeKind.BUSY})
    assert (found.kind, found.retry_after_s) == (OutcomeKind.BUSY, 9.0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("soon", None), ("nan", None), ("0", 0.0), ("1.5", 1.5), ("-4", 0.0), ("1e9", 3600.0)],
)
def test_retry_after_in_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    ahead = retry_after(time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60)))
    assert ahead is not None
    assert 50 < ahead <= 60
