"""Every error code of `tasks` has a sentence and a remedy, and a bug becomes one redacted report."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

import tasks
from desktop.background.bugs import BugCatcher
from desktop.error_texts import REMEDIES, SENTENCES
from desktop.errors import remedy, sentence
from desktop.i18n import apply_language
from desktop.widgets.help.report_dialog import Cause, ReportDialog
from tasks.redaction import for_report as redact

FAMILIES = "settings|ledger|broker|gateway|request|server"
CODE = re.compile(rf"""["']((?:{FAMILIES})\.[a-z_]+)["']""")
NO_ERRORS = {
    "settings.toml", "settings.get", "settings.save", "settings.test",  # a file's name, requests
    "server.json", "ledger.sqlite", "server.log", "server.lock",  # files' names
    "gateway.bug", "gateway.cannot_open", "gateway.silent",  # codes of a message's outcome, of what holds an account
    "ledger.other",  # code of a task's result
}  # fmt: skip


def codes_of_tasks() -> dict[str, str]:
    folder = Path(tasks.__file__).parent
    return {
        code: path.name
        for path in sorted(folder.rglob("*.py"))
        for code in CODE.findall(path.read_text(encoding="utf-8"))
        if code not in NO_ERRORS
    }


def test_every_code_has_a_sentence() -> None:
    codes = codes_of_tasks()
    assert len(codes) > 30, "the codes are no longer found"
    assert {code: where for code, where in codes.items() if code not in SENTENCES} == {}


def test_every_sentence_has_a_remedy() -> None:
    by_themselves = {"window.already_open", "waiting.held"}  # the other window comes up; the held account's code tells
    assert [code for code in SENTENCES if not REMEDIES[code] and code not in by_themselves] == []


def test_no_sentence_about_updates_shows_a_code_of_ours() -> None:
    codes = [code for code in SENTENCES if code.startswith("updates.")]
    assert len(codes) == 6
    assert [code for code in codes if "http." in sentence(code, {"reason": "http.connect_refused"})] == []


def test_a_sentence_is_filled_even_where_a_param_is_missing() -> None:
    assert sentence("ledger.newer", {"version": 9, "known": 3}).startswith(
        "This ledger was written by a newer SMS Desk (version 9, this one knows 3)."
    )
    for code in SENTENCES:
        assert "{" not in sentence(code, {}) + remedy(code, {})


def test_an_unknown_code_is_named() -> None:
    assert "new.code" in sentence("new.code", {})


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"key": "worker_pool", "reason": "not_a_choice", "choices": ["threads", "solo"]}, "threads, solo"),
        ({"key": "worker_concurrency", "reason": "too_large", "maximum": 500}, "above 500"),
        ({"key": "gateway", "reason": "no_such_account", "choices": ["simulator"]}, "no such account"),
    ],
)
def test_a_bad_setting_says_why(params: dict[str, object], expected: str) -> None:
    assert expected in sentence("settings.invalid", params)


@pytest.mark.usefixtures("qapp")
def test_a_gateways_reason_is_explained_in_the_windows_language() -> None:
    params = {"gateway": "yuntongxun", "reason": "http.read_timeout"}
    english = sentence("gateway.no_answer", params)
    try:
        apply_language("zh_CN")
        chinese = sentence("gateway.no_answer", params)
    finally:
        apply_language("en")
    assert "http.read_timeout" not in english
    assert chinese.startswith("网关没有给出可用的响应：")
    assert re.search(r"[\u4e00-\u9fff]", chinese.split("：")[1])


def failing() -> None:
    secret = "+8613800138000"
    raise ValueError(f"token=abcdef123 cannot send to {secret}")


def hook_of(catcher: BugCatcher) -> None:
    try:
        failing()
    except ValueError:
        kind, error, trace = sys.exc_info()
        assert kind is not None
        assert error is not None
        catcher.hook(kind, error, trace)


def test_each_distinct_bug_is_reported_once_and_redacted(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    catcher = BugCatcher()
    reports: list[str] = []
    catcher.caught.connect(reports.append)
    hook_of(catcher)
    hook_of(catcher)
    assert len(reports) == 1
    assert "ValueError" in reports[0]
    assert "failing" in reports[0]
    assert "13800138000" not in reports[0] + capsys.readouterr().err
    assert "abcdef123" not in reports[0]


def test_a_bug_in_another_thread_arrives_on_the_gui_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    catcher = BugCatcher()
    catcher.install()
    dialogs: list[ReportDialog] = []

    with qtbot.waitSignal(catcher.caught, timeout=5_000) as caught:
        thread = threading.Thread(target=failing)
        thread.start()
    thread.join()
    dialogs.append(ReportDialog(Cause.FAULT, caught.args[0]))
    qtbot.addWidget(dialogs[0])
    assert "ValueError" in dialogs[0].text.toPlainText()


def test_the_report_can_be_copied(qtbot: QtBot) -> None:
    dialog = ReportDialog(Cause.FAULT, "Traceback: …")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.isModal()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "Traceback: …"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("to +86 138 0013 8000 now", "138 0013 8000"),
        ("recipient='13800138000'", "13800138000"),
        ("redis://:p4ssw0rd@localhost/0", "p4ssw0rd"),
        ("amqps://user:p4ss@host", "p4ss"),
        ("Authorization: Basic QWxhZGRpbg==", "QWxhZGRpbg=="),
        ('{"auth_token": "s3cr3t"}', "s3cr3t"),
        ("password = hunter2", "hunter2"),
        ("sig=0123456789ABCDEF0123456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF"),
    ],
)
def test_redaction_hides_numbers_and_secrets(text: str, hidden: str) -> None:
    assert hidden not in redact(text)


def test_redaction_leaves_what_a_reader_needs() -> None:
    text = 'File "desktop/main_window.py", line 1234, in show_page\nValueError: 12 of 345 rows at 10:31:07'
    assert redact(text) == text


def test_an_account_is_called_in_a_sentence_as_it_is_in_the_window() -> None:
    missing = {"account": "yuntongxun", "field": "APP ID"}
    assert sentence("gateway.field_missing", missing).startswith("The account Yuntongxun (CCP) is not complete")
    assert sentence("gateway.field_missing", {**missing, "account": "clinic"}).startswith("The account clinic is")
    apply_language("zh_CN")
    try:
        assert "容联云通讯" in sentence("gateway.field_missing", missing)
    finally:
        apply_language("en")
