"""The operator in command: undo, pause, resume and cancel by clicks on the real window, held against the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from support.counting_gateway import CountingGateway
from support.window import RealWindow, wait_for

pytestmark = pytest.mark.slow

COUNT = 300


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=700) as counting:
        yield counting


@pytest.fixture
def desk(
    qapp: QApplication, gateway: CountingGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RealWindow]:
    account = {
        "gateway": "yuntongxun",
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": "token-of-the-test",
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
        "max_in_flight": 16,
        "undo_s": 4,
        "home": tmp_path / "home",
    }
    for name, value in account.items():
        monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
    opened = RealWindow(qapp)
    yield opened
    opened.close()


def send(desk: RealWindow) -> None:
    wait_for(lambda: desk.children.worker.state == "running", 30)
    numbers = "\n".join(f"1380013{number:04d}" for number in range(COUNT))
    desk.compose_template(numbers, "1", "9527\n5")
    desk.send()


def figures(desk: RealWindow) -> dict[str, int]:
    """What the strip says, by its words."""
    said = desk.window.sending_bar.text.text().replace(",", "").partition(":")[2]
    return {what.strip(): int(count) for count, what in re.findall(r"(\d+) ([a-z ]+)", said)}


def test_undo_takes_all_of_it_back(desk: RealWindow, gateway: CountingGateway) -> None:
    send(desk)
    wait_for(lambda: desk.shown("Undo"), 10)
    desk.click("Undo")
    wait_for(lambda: figures(desk) == {"cancelled": COUNT}, 10)
    assert gateway.state()["numbers"] == 0
    compose = desk.application.compose
    wait_for(lambda: len(compose.recipients.text().split()) == COUNT, 5)
    assert compose.outcome.text.text() == "Undone: nothing was sent."
    desk.send()
    wait_for(lambda: desk.shown("Undo"), 10)
    assert compose.outcome.text.text() == f"{COUNT} messages handed over"


def test_a_pause_holds_within_two_seconds_with_the_gateways_own_figures(
    desk: RealWindow, gateway: CountingGateway
) -> None:
    send(desk)
    wait_for(lambda: desk.shown("Undo"), 10)
    wait_for(lambda: desk.shown("Pause batch"), 40)
    wait_for(lambda: figures(desk).get("submitted", 0) > 20, 20)
    desk.click("Pause batch")
    wait_for(lambda: desk.shown("Resume batch"), 2)
    wait_for(lambda: "in flight" not in figures(desk), 5)
    held = figures(desk)
    taken = gateway.state()["numbers"]
    assert held == {"submitted": taken, "held": COUNT - taken}
    desk.click("Resume batch")
    wait_for(lambda: figures(desk).get("submitted", 0) > taken, 10)
    desk.click("Cancel the rest…")
    desk.click(next(name for name in (f"Yes, cancel {count}" for count in range(COUNT, 0, -1)) if desk.shown(name)))
    wait_for(lambda: "finished" in desk.window.sending_bar.text.text(), 10)
    wait_for(lambda: figures(desk).get("submitted", 0) == gateway.state()["numbers"], 10)
    assert sum(figures(desk).values()) == COUNT
    assert gateway.state()["duplicates"] == 0
