"""Looking for a newer version: what the feed may say, and what is said when it says anything else."""

from __future__ import annotations

import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import __version__
from tasks.clerk.desk import Desk
from tasks.clerk.updates import Updates, compared
from tasks.clerk.wire import Replies, Request
from tasks.errors import RequestError
from tasks.gateways.http import CallError, HttpCaller
from tasks.gateways.protocol import OutcomeKind


class Feed:
    """A web server of one file."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, b"{}", 0
        feed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feed.asked += 1
                self.send_response(feed.status)
                self.send_header("Content-Length", str(len(feed.body)))
                self.end_headers()
                self.wfile.write(feed.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/versions.json"


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    made = Feed()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    monkeypatch.setenv("SMSDESK_UPDATE_FEED", made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def look() -> dict[str, Any]:
    return Updates(Desk()).look(Request(1, "updates.look", {}, Replies(io.BytesIO())))


def test_a_newer_version_is_told_with_its_page(feed: Feed) -> None:
    feed.body = json.dumps(
        {"version": "99.1", "page": "https://example.org/99", "notes": {"en": "New.", "zh": "新版。"}}
    ).encode()
    assert look() == {
        "here": __version__,
        "newest": "99.1",
        "newer": True,
        "page": "https://example.org/99",
        "notes": {"en": "New.", "zh": "新版。"},
    }
    assert feed.asked == 1


@pytest.mark.parametrize(("newest", "newer"), [(__version__, False), ("0.0.9", False), ("0.10.0", True)])
def test_versions_are_compared_as_versions(newest: str, newer: bool) -> None:
    assert compared(json.dumps({"version": newest}).encode())["newer"] is newer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"version": "newest"}',
        b'{"version": "1", "notes": 3}',
        b"1" * 70_000,
        b"[" * 60_000,
    ],
)
def test_anything_else_is_unreadable(body: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        compared(body)
    assert refused.value.code == "updates.unreadable"


@pytest.mark.parametrize("page", ["file:///etc/passwd", "javascript:alert(1)", "http://example.org", "smb://x/y"])
def test_only_a_safe_web_page_is_offered(page: str) -> None:
    assert compared(json.dumps({"version": "99", "page": page}).encode())["page"] == ""


def test_a_refusal_is_told_with_its_status(feed: Feed) -> None:
    feed.status = 404
    with pytest.raises(RequestError) as refused:
        look()
    assert (refused.value.code, refused.value.params) == ("updates.refused", {"status": 404})


def test_without_an_address_nothing_is_asked(isolated: Path) -> None:
    with pytest.raises(RequestError) as refused:
        look()
    assert refused.value.code == "updates.no_feed"


def test_a_server_that_takes_no_connection_is_not_taken_for_a_missing_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_UPDATE_FEED", "http://127.0.0.1:9/versions.json")
    with pytest.raises(RequestError) as refused:
        look()
    assert refused.value.code == "updates.not_taken"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("http.no_address", "updates.not_reached"),
        ("http.connect_timeout", "updates.not_reached"),
        ("http.read_timeout", "updates.not_reached"),
        ("http.tls", "updates.unproven"),
    ],
)
def test_what_went_wrong_on_the_way_is_told(monkeypatch: pytest.MonkeyPatch, code: str, told: str) -> None:
    def fail(*_: object) -> None:
        raise CallError(OutcomeKind.UNREACHED, code)

    monkeypatch.setenv("SMSDESK_UPDATE_FEED", "https://updates.example/versions.json")
    monkeypatch.setattr(HttpCaller, "get", fail)
    with pytest.raises(RequestError) as refused:
        look()
    assert refused.value.code == told


def test_an_address_without_tls_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_UPDATE_FEED", "http://example.org/versions.json")
    with pytest.raises(RequestError) as refused:
        look()
    assert refused.value.code == "updates.no_feed"
