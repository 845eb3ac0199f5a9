"""What the doctor finds on this machine: ledger, home, disk, accounts, workers, versions."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from support.counting_gateway import CountingGateway
from support.ledgers import force, new_ledger, put

from tasks import __version__
from tasks.clock import now_ms
from tasks.doctor import versions
from tasks.doctor.accounts import check_account, check_held, check_receipts, check_secrets
from tasks.doctor.broker import check_broker, check_default_queue, check_results, masked, task_name
from tasks.doctor.clock import found_skew
from tasks.doctor.embedded import check_embedded
from tasks.doctor.files import check_disk, check_home, share_kind
from tasks.doctor.finding import Finding, found
from tasks.doctor.ledger import check_ledger, check_ledger_storage
from tasks.doctor.patient import Patient
from tasks.doctor.settings import check_settings
from tasks.doctor.workers import check_workers
from tasks.ledger.schema import accounts, workers
from tasks.ledger.states import State

YUNTONGXUN = {
    "SMSDESK_YUNTONGXUN_ACCOUNT_SID": "a" * 32,
    "SMSDESK_YUNTONGXUN_AUTH_TOKEN": "token-of-the-test",
    "SMSDESK_YUNTONGXUN_APP_ID": "application",
}


def here(**variables: str) -> Patient:
    return Patient.here({**os.environ, **variables})


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.fixture
def file(isolated: Path) -> Path:
    """A new ledger that nobody has open."""
    new_ledger(isolated).close()
    return isolated / "ledger.sqlite"


def test_a_ledger_at_rest_is_looked_at_without_leaving_a_trace(file: Path) -> None:
    before = sorted(os.listdir(file.parent)), file.stat().st_mtime_ns
    assert codes(check_ledger(here())) == ["doctor.ledger.ok"]
    assert codes(check_ledger_storage(here())) == ["doctor.file.ok"]
    assert codes(check_workers(here())) == ["doctor.workers.none"]
    assert (sorted(os.listdir(file.parent)), file.stat().st_mtime_ns) == before


def test_accounts_that_send_nothing_are_named_with_the_reason(isolated: Path) -> None:
    ledger = new_ledger(isolated)
    try:
        put(ledger)
        assert check_held(here()) == []
        for retry_ms, code in ((None, "doctor.account.held"), (1, "doctor.account.away")):
            with ledger.writing() as connection:
                connection.execute(update(accounts).values(held_reason="http.tls", held_ms=1, retry_ms=retry_ms))
            (finding,) = check_held(here())
            assert (finding.code, finding.params["reason"]) == (code, "http.tls")
    finally:
        ledger.close()


def test_a_ledger_in_use_shows_what_is_not_yet_in_its_file(isolated: Path) -> None:
    ledger = new_ledger(isolated)
    try:
        put(ledger, 3)
        findings = check_workers(here())
    finally:
        ledger.close()
    assert (codes(findings), findings[0].params["waiting"]) == (["doctor.workers.none_and_waiting"], 3)


@pytest.mark.parametrize(
    ("version", "expected"), [("9999", "ledger.newer"), ("0000", "doctor.ledger.older"), (None, "doctor.ledger.empty")]
)
def test_another_version_of_the_tables(file: Path, version: str | None, expected: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM alembic_version")
        if version is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (version,))
    connection.close()
    assert codes(check_ledger(here())) == [expected]
    assert codes(check_workers(here())) == ["doctor.needs_ledger"]


def test_damage_is_found_and_left_alone(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[4096 : 4096 * 3] = bytes(4096 * 2)
    file.write_bytes(raw)
    assert codes(check_ledger_storage(here())) == ["ledger.damaged"]
    assert file.read_bytes() == bytes(raw)


def test_an_empty_or_missing_file(isolated: Path) -> None:
    isolated.mkdir()
    assert codes(check_ledger(here())) == ["doctor.ledger.missing"]
    assert codes(check_ledger_storage(here())) == ["doctor.file.missing"]
    (isolated / "ledger.sqlite").touch()
    assert codes(check_ledger(here())) == ["ledger.damaged"]


def test_an_address_that_is_refused_is_trouble_and_not_replaced_in_silence() -> None:
    patient = here(SMSDESK_LEDGER_URL="mysql://host/db")
    assert codes(check_ledger(patient)) == ["doctor.see_settings"]
    assert codes(check_settings(patient)) == ["settings.invalid"]


def test_a_remote_broker_with_a_ledger_file_is_refused() -> None:
    patient = here(SMSDESK_BROKER_URL="redis://queue.example:6379/0")
    assert codes(check_settings(patient)) == ["settings.ledger_not_shared"]


def test_a_file_that_stands_in_for_the_broker_is_named_and_not_made(isolated: Path) -> None:
    patient = here(SMSDESK_EMBEDDED_BROKER="stand_in")
    assert codes(check_broker(patient)) == ["doctor.broker.stand_in"]
    assert codes(check_embedded(patient)) == ["doctor.server.stand_in"]
    assert codes(check_default_queue(patient)) == ["doctor.queue.closed"]
    assert codes(check_results(patient)) == ["doctor.results.ledger"]
    assert not isolated.exists()


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
40 22 0:35 / /srv/team\\040share rw - nfs4 server:/share rw
41 40 8:2 / /srv/team\\040share/local rw - xfs /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/var/lib/ledger.sqlite", None),
        ("/srv/team share/ledger.sqlite", "nfs4"),
        ("/srv/team share/local/ledger.sqlite", None),
        ("/srv/team share2/ledger.sqlite", None),
    ],
)
def test_a_network_share_is_told_by_its_mount(tmp_path: Path, path: str, expected: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert share_kind(Path(path), str(mounts)) == expected


def test_the_disk_is_told_by_its_free_space(monkeypatch: pytest.MonkeyPatch) -> None:
    Usage = namedtuple("Usage", "free")
    for free, expected in ((5 << 30, "ok"), (500 << 20, "low"), (5 << 20, "full")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: Usage(free))
        assert codes(check_disk(here())) == [f"doctor.disk.{expected}"]


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_a_home_that_others_can_read(isolated: Path) -> None:
    assert codes(check_home(here())) == ["doctor.home.missing"]
    isolated.mkdir(mode=0o755)
    assert codes(check_home(here())) == ["doctor.home.open"]
    isolated.chmod(0o700)
    assert codes(check_home(here())) == ["doctor.home.ok"]


def test_a_secret_that_is_missing_names_its_variable() -> None:
    without = {name: value for name, value in YUNTONGXUN.items() if "TOKEN" not in name}
    (finding,) = check_secrets(here(**without))
    assert finding.code == "doctor.secrets.no_keyring"
    assert finding.params["variable"] == "SMSDESK_YUNTONGXUN_AUTH_TOKEN"
    (there,) = check_secrets(here(**YUNTONGXUN))
    assert there.code == "doctor.secrets.environment"
    assert "token-of-the-test" not in repr(there)
    assert codes(check_secrets(here())) == ["doctor.secrets.none"]


def test_the_simulator_is_named_where_it_would_take_real_messages() -> None:
    assert codes(check_account(here(), "simulator")) == ["doctor.simulated.ok"]
    assert codes(check_account(here(**YUNTONGXUN), "simulator")) == ["doctor.simulated.default"]
    chosen = here(**YUNTONGXUN, SMSDESK_GATEWAY="yuntongxun")
    assert codes(check_account(chosen, "simulator")) == ["doctor.simulated.ok"]


def test_a_login_is_tried_without_sending_anything() -> None:
    with CountingGateway() as gateway:
        patient = here(**YUNTONGXUN, SMSDESK_YUNTONGXUN_BASE_URL=gateway.url)
        (finding,) = check_account(patient, "yuntongxun")
        assert finding.code.startswith("doctor.login.")
        assert gateway.state()["numbers"] == 0
    (finding,) = check_account(here(**YUNTONGXUN, SMSDESK_YUNTONGXUN_BASE_URL="http://127.0.0.1:1"), "yuntongxun")
    assert finding.code == "gateway.unreachable"


def test_receipts_that_cannot_be_asked_for_are_named_with_those_that_wait(isolated: Path) -> None:
    ledger = new_ledger(isolated)
    try:
        first = put(ledger, 2, account="yuntongxun", gateway="yuntongxun").first_id
        force(ledger, first, State.SUBMITTED)
    finally:
        ledger.close()
    asked, pushed = check_receipts(here(**YUNTONGXUN))
    assert asked == found("doctor.receipts.asked", accounts=["simulator"], waiting=0)
    assert (pushed.code, pushed.params["waiting"]) == ("doctor.receipts.pushed", 1)


def note(ledger: Any, version: str, accounts: str, seen_ms: int) -> None:
    row = {"worker_id": f"host:1:{version}", "host": "host", "pid": 1, "version": version, "pool": "threads"}
    row |= {"concurrency": 8, "accounts": accounts, "started_ms": 0, "seen_ms": seen_ms}  # type: ignore[dict-item]
    with ledger.writing() as connection:
        connection.execute(insert(workers).values(row))


def test_workers_of_another_version_and_accounts_that_nobody_has(isolated: Path) -> None:
    ledger = new_ledger(isolated)
    try:
        note(ledger, __version__, '["simulator"]', now_ms())
        note(ledger, "0.0.1", '["simulator"]', now_ms())
        note(ledger, "0.0.2", '["yuntongxun"]', now_ms() - 3_600_000)
        put(ledger, 4, account="shop", gateway="yuntongxun")
    finally:
        ledger.close()
    findings = check_workers(here(**YUNTONGXUN))
    assert codes(findings) == [
        "doctor.workers.other_version",
        "doctor.workers.account_waiting",
        "doctor.workers.account_unserved",
    ]
    assert findings[0].params["names"] == ["host:1 0.0.1"]
    assert (findings[1].params["account"], findings[1].params["waiting"]) == ("shop", 4)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([], "alone"),
        ([(0.2, "broker"), (-0.4, "ledger")], "ok"),
        ([(0.2, "broker"), (-9.0, "ledger")], "skewed"),
        ([(900.0, "broker"), (0.0, "ledger")], "off"),
    ],
)
def test_the_worst_of_the_clocks_is_told(measured: list[tuple[float, str]], expected: str) -> None:
    assert found_skew(measured).code == f"doctor.clock.{expected}"


def test_libraries_are_compared_with_the_pins_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(versions.check_versions(here())) == ["doctor.versions.ok"]
    real = versions.installed
    monkeypatch.setattr(versions, "installed", lambda name: "5.4.0" if name == "kombu" else real(name))
    (wrong,) = versions.check_versions(here())
    assert (wrong.code, wrong.params["names"]) == ("doctor.versions.wrong", ["kombu 5.4.0 (==5.7.*)"])
    monkeypatch.setattr(versions, "installed", lambda name: None if name == "redis" else real(name))
    (missing,) = versions.check_versions(here())
    assert (missing.code, missing.params["names"]) == ("doctor.versions.missing", ["redis"])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rediss://user:pass@host:6379/0?ssl_cert_reqs=required&x=pass", "rediss://host:6379/0"),
        ("sentinel://:pass@a:1/0?sentinel_password=pass;sentinel://b:2", "sentinel://a:1/0;sentinel://b:2"),
        ("redis+socket://:pass@/run/x.sock?virtual_host=0", "redis+socket:///run/x.sock"),
    ],
)
def test_addresses_are_shown_without_logins_and_options(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_of_a_waiting_task_only_its_name_is_read() -> None:
    assert task_name(b'{"headers": {"task": "shop.mail"}, "body": "secret"}') == "shop.mail"
    assert task_name(b"not json") == task_name(b'{"headers": {"task": "+8613800138000"}}') == "?"
