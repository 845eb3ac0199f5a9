"""`python -m tasks doctor` as an administrator calls it, before brokers and databases that work, refuse or hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.desk import ROOT
from support.postgres import PASSWORD, Databases
from support.redis_servers import RedisServer, redis_server

pytestmark = pytest.mark.server

SECRET = "geheim-77"
LONGEST_S = 15
"""Five seconds for what hangs, and the start of Python on a busy machine."""


class Told:
    """What one run said."""

    def __init__(self, done: subprocess.CompletedProcess[str], took_s: float) -> None:
        self.status = done.returncode
        self.took_s = took_s
        self.text = done.stdout + done.stderr
        self.by_check: dict[str, list[str]] = {}
        for row in json.loads(done.stdout)["checks"] if done.stdout.startswith("{") else ():
            self.by_check.setdefault(row["check"], []).append(row["code"])


def doctor(*words: str, **variables: str) -> Told:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tasks", "doctor", *words],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Told(done, time.monotonic() - began)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis", "--requirepass", SECRET) as server:
        yield server


def contents(server: RedisServer) -> set[Any]:
    with server.client(password=SECRET) as client:
        return set(client.keys("*"))


def test_all_is_well_on_redis_and_postgresql(redis: RedisServer, postgres_url: str, isolated: Path) -> None:
    told = doctor(
        "--json",
        SMSDESK_BROKER_URL=redis.url(password=SECRET),
        SMSDESK_RESULT_BACKEND=redis.url(password=SECRET, database=1),
        SMSDESK_LEDGER_URL=postgres_url,
    )
    assert told.status == 0, told.text
    assert told.by_check == {
        "versions": ["doctor.versions.ok"],
        "settings": ["doctor.settings.no_file"],
        "home": ["doctor.home.missing"],
        "disk": told.by_check["disk"],
        "server": ["doctor.server.not_wanted"],
        "broker": ["doctor.broker.local"],
        "queue": ["doctor.queue.ok"],
        "results": ["doctor.results.ok"],
        "ledger": ["doctor.ledger.ok"],
        "storage": ["doctor.rights.ok"],
        "clock": ["doctor.clock.ok"],
        "workers": ["doctor.workers.none"],
        "secrets": ["doctor.secrets.none"],
        "account": ["doctor.simulated.ok"],
        "receipts": ["doctor.receipts.asked"],
    }
    assert SECRET not in told.text
    assert PASSWORD not in told.text
    assert not isolated.exists()
    assert contents(redis) == set()


def test_a_wrong_password_has_one_line_and_one_remedy(redis: RedisServer) -> None:
    told = doctor("--language", "zh_CN", SMSDESK_BROKER_URL=redis.url(password="wrong-88"))
    assert told.status == 1
    lines = told.text.splitlines()
    (place,) = [number for number, line in enumerate(lines) if line.startswith("✗")]
    assert lines[place] == "✗ 故障     消息代理：消息代理拒绝了用户名或密码。"
    assert lines[place + 1].strip().startswith("→ 请改正 SMSDESK_BROKER_URL")
    assert "wrong-88" not in told.text


def test_a_broker_that_is_another_applications(redis: RedisServer) -> None:
    with redis.client(password=SECRET) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.lpush("celery", '{"headers": {"task": "shop.mail"}, "body": "its-own-secret"}')
    told = doctor("--json", SMSDESK_BROKER_URL=redis.url(password=SECRET))
    assert told.status == 1
    assert told.by_check["broker"] == ["doctor.broker.evicts"]
    assert told.by_check["queue"] == ["doctor.queue.shared"]
    assert "shop.mail" in told.text
    assert "its-own-secret" not in told.text
    with redis.client(password=SECRET) as client:
        assert client.llen("celery") == 1


def test_what_listens_is_no_broker(postgres_url: str) -> None:
    address = postgres_url.rpartition("@")[2].partition("/")[0]
    told = doctor("--json", SMSDESK_BROKER_URL=f"redis://{address}/0")
    assert told.status == 1
    assert told.by_check["broker"][0].startswith("broker.")


def test_nothing_hangs_before_a_frozen_broker_and_a_frozen_database(
    redis: RedisServer, postgres: Databases, postgres_url: str
) -> None:
    redis.freeze()
    with postgres.server.frozen():
        told = doctor("--json", SMSDESK_BROKER_URL=redis.url(password=SECRET), SMSDESK_LEDGER_URL=postgres_url)
    assert told.status == 1
    assert told.took_s < LONGEST_S
    assert told.by_check["broker"] == ["broker.silent"]
    assert told.by_check["ledger"][0] in ("ledger.unreachable", "doctor.too_slow")
    assert told.by_check["workers"][0] in ("doctor.needs_ledger", "doctor.too_slow")


def test_an_empty_database_stays_empty(postgres: Databases, empty_postgres_url: str) -> None:
    told = doctor("--json", SMSDESK_LEDGER_URL=empty_postgres_url)
    assert told.by_check["ledger"] == ["doctor.ledger.empty"]
    name = empty_postgres_url.rpartition("/")[2]
    assert postgres.server.execute("SELECT * FROM pg_tables WHERE schemaname = 'public'", database=name) == []


def test_a_database_user_without_rights(postgres: Databases, postgres_url: str) -> None:
    name = postgres_url.rpartition("/")[2]
    postgres.server.execute(
        "CREATE ROLE reader LOGIN PASSWORD 'reader-pass'",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        database=name,
    )
    try:
        address = postgres_url.rpartition("@")[2]
        told = doctor("--json", SMSDESK_LEDGER_URL=f"postgresql://reader:reader-pass@{address}")
        assert told.by_check["storage"] == ["ledger.no_rights"]
        told = doctor("--json", SMSDESK_LEDGER_URL=f"postgresql://reader:wrong@{address}")
        assert told.by_check["ledger"] == ["ledger.refused"]
    finally:
        postgres.server.execute("DROP OWNED BY reader", "DROP ROLE reader", database=name)


def test_bad_usage_ends_with_two() -> None:
    assert doctor("--nonsense").status == 2
