"""What the clerk tells for About and for a report."""

from __future__ import annotations

import io
import platform
import re
from pathlib import Path

import pytest
from support.counting_gateway import CountingGateway

from tasks import __version__
from tasks.clerk.about import About, parts
from tasks.clerk.desk import Desk
from tasks.clerk.report import Report
from tasks.clerk.wire import Replies, Request
from tasks.errors import RequestError


def test_versions_places_and_parts(isolated: Path) -> None:
    told = About(Desk()).look(Request(1, "about.look", {}, Replies(io.BytesIO())))
    assert told["versions"]["SMS Desk"] == __version__
    assert told["versions"]["Python"] == platform.python_version()
    assert told["versions"]["celery"].startswith("5.7.")
    assert told["places"]["ledger"] == str(isolated / "ledger.sqlite")
    assert {"celery", "kombu", "redis", "PySide6_Essentials", "phonenumberslite"} <= {part["name"] for part in parts()}
    assert "pytest" not in {part["name"] for part in parts()}


def test_a_licence_can_be_read() -> None:
    text = About(Desk()).licence(Request(1, "about.licence", {"name": "celery"}, Replies(io.BytesIO())))["text"]
    assert "Redistribution and use in source and binary forms" in text


@pytest.mark.parametrize("name", ["../../etc/passwd", "sms-desk", "", "pytest"])
def test_only_of_what_is_inside(name: str) -> None:
    with pytest.raises(RequestError) as refused:
        About(Desk()).licence(Request(1, "about.licence", {"name": name}, Replies(io.BytesIO())))
    assert refused.value.code == "request.malformed"


def test_a_report_says_what_was_set_and_found_but_no_name_and_no_number(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSDESK_MAX_TRIES", "7")
    monkeypatch.setenv("SMSDESK_BROKER_URL", "redis://worker:Geheim9x@broker.clinic.internal:6379/0")
    monkeypatch.setenv("SMSDESK_YUNTONGXUN_AUTH_TOKEN", "0123456789abcdef0123456789abcdef")
    (isolated / "logs").mkdir(parents=True)
    (isolated / "logs" / "worker.log").write_text(
        "the first line may be torn\n2026-11-23 13:55:08,123 INFO 4711 MainThread tasks: sent to 13800138000\n", "utf-8"
    )
    text = Report(Desk()).gather(Request(1, "report.gather", {}, Replies(io.BytesIO())))["text"]
    assert f"SMS Desk {__version__}" in text
    assert "max_tries = 7, from environment" in text
    assert "not in order: settings.ledger_not_shared" in text
    assert "== Checks" in text
    assert "2026-11-23 13:55:08,123 INFO 4711 MainThread tasks: sent to •••" in text
    for hidden in ("13800138000", "Geheim9x", "broker.clinic.internal", "0123456789abcdef"):
        assert hidden not in text


def test_a_report_has_the_only_line_of_a_log(isolated: Path) -> None:
    (isolated / "logs").mkdir(parents=True)
    (isolated / "logs" / "worker.log").write_text("2026-11-23 13:55:08,123 ERROR 4711 MainThread tasks: no room\n")
    text = Report(Desk()).gather(Request(1, "report.gather", {}, Replies(io.BytesIO())))["text"]
    assert "== worker.log, its last lines\n2026-11-23 13:55:08,123 ERROR" in text


def test_a_report_names_no_account_no_host_and_asks_no_gateway(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CountingGateway() as gateway:
        monkeypatch.setenv("SMSDESK_LEDGER_URL", "postgresql://desk:Geheim9x@ledger-box/desk?sslmode=require")
        monkeypatch.setenv(
            "SMSDESK_BROKER_URL", "sentinel://:Geheim9x@one.inner:26379;sentinel://two:26379/0?master_name=m"
        )
        isolated.mkdir(exist_ok=True)
        (isolated / "settings.toml").write_text(
            f'[accounts."Klinik Nord"]\ngateway = "yuntongxun"\naccount_sid = "{"a" * 32}"\napp_id = "b"\n'
            f'base_url = "{gateway.url}"\n[accounts."诊所"]\ngateway = "yuntongxun"\n',
            "utf-8",
        )
        (isolated / "logs").mkdir(parents=True)
        (isolated / "logs" / "worker.log").write_text(
            "torn\n12:13:14 receipts of Klinik Nord and 诊所 wait\nError 111 connecting to one.inner:6379.\n"
            "could not reach two, ledger-box or [fe80::12ab] at 12:13:14; worker@machine9 is gone\n",
            "utf-8",
        )
        text = Report(Desk()).gather(Request(1, "report.gather", {}, Replies(io.BytesIO())))["text"]
        assert gateway.state()["requests"] == 0
    assert "12:13:14 receipts of ••• and ••• wait" in text
    assert "Error 111 connecting to •••:6379." in text
    assert "could not reach •••, ••• or [•••] at 12:13:14; ••• is gone" in text
    assert "accounts of: simulator, yuntongxun, yuntongxun" in text
    for hidden in ("Klinik", "诊所", "one.inner", "ledger-box", "Geheim9x"):
        assert hidden not in text


def test_a_report_does_not_name_the_user(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "li")
    isolated.mkdir(exist_ok=True)
    (isolated / "settings.toml").write_text('[accounts.clinic]\ngateway = "yuntongxun"\n', "utf-8")
    text = Report(Desk()).gather(Request(1, "report.gather", {}, Replies(io.BytesIO())))["text"]
    assert "auth_token of ••• is not in the environment, and this user has no keyring" in text
    assert not re.search(r"\bli\b", text)
