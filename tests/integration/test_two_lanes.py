"""A single message during a campaign of 100,000: at the gateway within half a second, also while that gateway hangs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from support.counting_gateway import CountingGateway
from support.desk import Clerk, send, wait_until
from support.ledgers import put
from support.sending import TEMPLATE, Sending

from tasks.ledger.schema import accounts

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(240)]

CAMPAIGN = 100_000
WITHIN_MS = 500
SINGLES = 8
SECOND = (
    '[accounts.second]\ngateway = "yuntongxun"\nbase_url = "{url}"\naccount_sid = "{sid}"\napp_id = "application"\n'
)


@dataclass
class Stage:
    """A campaign under way through one gateway, and a second account with a gateway of its own."""

    sending: Sending
    campaigns: CountingGateway
    second: CountingGateway
    clerk: Clerk
    numbers: Iterator[int]

    def wait_ms(self, account: str, gateway: CountingGateway) -> int:
        """From the window's request to the arrival of a message at its gateway."""
        number = f"139{next(self.numbers):08d}"
        content = {"template_id": "1", "variables": ["9527", "5"], "text": "", "sender": None}
        asked_ms = int(time.time() * 1000)
        send(self.clerk, [number], content, account, f"single-{number}")
        arrived = wait_until(lambda: [one for one in gateway.arrived if one.to.endswith(number)], 10, 0.005)
        return int(arrived[0].at_ms - asked_ms)

    def slowest_ms(self, account: str, gateway: CountingGateway) -> int:
        waits = [self.wait_ms(account, gateway) for _ in range(SINGLES)]
        print(f"{account}: {sorted(waits)} ms")
        return max(waits)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with ExitStack() as stack:
        campaigns = stack.enter_context(CountingGateway(delay_ms=50))
        second = stack.enter_context(CountingGateway(delay_ms=50))
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        (home / "settings.toml").write_text(SECOND.format(url=second.url, sid="b" * 32))
        more = {"second_auth_token": "token-of-the-second", "call_deadline_s": 6}
        sending = Sending(home, campaigns, monkeypatch, **more)
        stack.callback(sending.close)
        clerk = sending.desk.clerk()
        sending.desk.worker()
        batch = put(sending.ledger, CAMPAIGN, **TEMPLATE)
        sending.client.publish_chunks(batch.chunk_ids)
        wait_until(lambda: len(campaigns.arrived) > 200, 30)
        yield Stage(sending, campaigns, second, clerk, itertools.count(1))


def test_a_single_message_does_not_wait_for_the_campaign(stage: Stage) -> None:
    before = len(stage.campaigns.arrived)
    assert stage.slowest_ms("yuntongxun", stage.campaigns) < WITHIN_MS
    assert len(stage.campaigns.arrived) > before + SINGLES, "the campaign stood still meanwhile"


def test_it_does_not_wait_for_a_gateway_that_hangs(stage: Stage) -> None:
    """Through the same gateway while the campaign's calls are out without an answer; through another at any time."""
    stage.campaigns.set(mode="hang")
    taken = len(stage.campaigns.arrived)
    wait_until(lambda: len(stage.campaigns.arrived) >= taken + 30, 20)
    assert stage.wait_ms("yuntongxun", stage.campaigns) < WITHIN_MS
    assert stage.slowest_ms("second", stage.second) < WITHIN_MS

    def is_held() -> bool:
        with stage.sending.ledger.reading() as connection:
            held = select(accounts.c.held_reason).where(accounts.c.name == "yuntongxun")
            return connection.execute(held).scalar() is not None

    wait_until(is_held, 40)
    assert stage.slowest_ms("second", stage.second) < WITHIN_MS
