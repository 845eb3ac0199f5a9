"""The doctor's table: complete in both languages, and every code has its row."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import pytest

import tasks
from tasks.doctor import examination
from tasks.doctor.examination import Examined
from tasks.doctor.finding import Finding, found
from tasks.doctor.report import Printer, language_of
from tasks.doctor.sentences import LEVELS, level_of, remedy, say, table
from tasks.errors import BrokerError, LedgerError
from tasks.gateways.codes import explain
from tasks.ledger.faults import BY_STATE, BY_WORDS, BY_WORDS_OF_LIBPQ
from tasks.settings import load

FAMILIES = "settings|ledger|broker|gateway|server"
CODE = re.compile(rf"""["']((?:{FAMILIES})\.[a-z_]+)["']""")
OWN_CODE = re.compile(r"""["'](doctor\.[a-z_.]+[a-z])["']""")
NO_ERRORS = {
    "settings.toml", "settings.get", "settings.save", "settings.test",  # a file's name, requests
    "server.json", "ledger.sqlite", "server.log", "server.lock",  # files' names
    # Codes of a message's outcome, of what holds an account, and of a task's result.
    "gateway.bug", "gateway.cannot_open", "gateway.silent", "ledger.other",
}  # fmt: skip
FOLDER = Path(tasks.__file__).parent
PLACES = string.Formatter()


def codes_in(pattern: re.Pattern[str], folder: Path) -> set[str]:
    return {code for path in folder.rglob("*.py") for code in pattern.findall(path.read_text("utf-8"))}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in PLACES.parse(text) if name}


def test_every_error_of_the_program_has_a_remedy() -> None:
    codes = codes_in(CODE, FOLDER) - NO_ERRORS
    codes |= {code for _, code in (*BY_STATE, *BY_WORDS, *BY_WORDS_OF_LIBPQ)}
    assert len(codes) > 40, "the codes are no longer found"
    assert sorted(codes - table().keys()) == []
    assert [code for code in codes if level_of(found(code)) == "ok"] == []


def test_every_finding_of_the_doctor_has_a_row() -> None:
    codes = codes_in(OWN_CODE, FOLDER / "doctor")
    assert len(codes) > 30, "the codes are no longer found"
    assert sorted(codes - table().keys()) == []


def test_every_check_has_a_name() -> None:
    names = {name for name, _ in examination.FIRST + examination.LAST} | {"account"}
    assert {f"check.{name}" for name in names} == {code for code in table() if code.startswith("check.")}


@pytest.mark.parametrize("code", sorted(table()))
def test_a_row_is_whole_in_both_languages(code: str) -> None:
    row = table()[code]
    assert row.level in ("", *LEVELS)
    for text in (row.text, row.remedy):
        english, chinese = text["en"], text["zh_CN"]
        assert bool(english) == bool(chinese)
        assert names_in(english) == names_in(chinese)
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", english)
    assert row.text["en"]
    # A word and a good finding need no remedy; all the others have one.
    assert bool(row.remedy["en"]) == (row.level in ("warning", "trouble"))


@pytest.mark.parametrize("code", sorted(code for code, row in table().items() if row.level))
def test_a_sentence_is_one_line_even_where_a_param_is_missing(code: str) -> None:
    for language in ("en", "zh_CN"):
        for text in (say(Finding(code), language), remedy(Finding(code), language)):  # type: ignore[arg-type]
            assert "{" not in text
            assert "\n" not in text


def test_the_reason_of_a_bad_setting_is_said_in_words() -> None:
    finding = found("settings.invalid", key="worker_pool", reason="not_a_choice", choices=["threads", "solo"])
    assert "it is not one of threads, solo" in say(finding, "en")
    assert "threads, solo" in say(finding, "zh_CN")
    assert "worker_pool" in say(finding, "zh_CN")


def test_a_gateways_code_has_the_remedy_of_its_own_table() -> None:
    finding = found("gateway.login_refused", gateway="yuntongxun", reason="111109", account="shop")
    assert explain("yuntongxun", "111109", "zh").meaning in say(finding, "zh_CN")
    assert remedy(finding, "en") == explain("yuntongxun", "111109", "en").remedy


def test_secrets_and_logins_in_params_are_masked() -> None:
    finding = found("doctor.results.failed", kind="x", address="redis://user:geheim77@host/0")
    assert "geheim77" not in say(finding, "en")


def test_an_unlisted_code_is_named_and_counts_as_trouble() -> None:
    assert "new.code" in say(found("new.code"), "en")
    assert level_of(found("new.code")) == "trouble"


@pytest.mark.parametrize(
    ("asked", "setting", "environ", "expected"),
    [
        ("en", "zh_CN", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", "en", {}, "zh_CN"),
        (None, "zh_CN", {"LANG": "en_US.UTF-8"}, "zh_CN"),
        (None, "auto", {"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        (None, "auto", {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, "auto", {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_settings_then_the_systems(
    asked: str | None, setting: str, environ: dict[str, str], expected: str
) -> None:
    assert language_of(asked, setting, environ) == expected


@pytest.mark.parametrize(
    ("encoding", "language", "line"),
    [
        ("utf-8", "en", "✗ TROUBLE  Broker: "),
        ("utf-8", "zh_CN", "✗ 故障     消息代理："),
        ("ascii", "en", "TROUBLE  Broker: "),
        ("ascii", "zh_CN", "TROUBLE  Broker: "),
        ("gb18030", "zh_CN", "✗ 故障     消息代理："),
    ],
)
def test_what_the_output_cannot_write_is_said_in_plain_signs(encoding: str, language: str, line: str) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding)
    printer = Printer(out, language)  # type: ignore[arg-type]
    printer.show([Examined("broker", found(BrokerError("broker.login").code))])
    printer.show([Examined("account", found("doctor.login.ok", account="店铺"))])
    first, second, third = raw.getvalue().decode(encoding).splitlines()
    assert first.startswith(line)
    assert second.strip().startswith("->" if encoding == "ascii" else "→")
    assert ("\\u5e97" in third) == (encoding == "ascii")
    assert printer.worst == "trouble"


def test_a_check_that_fails_or_hangs_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    hangs = threading.Event()

    def fail(_patient: object) -> list[Finding]:
        raise LedgerError("ledger.failed")

    def hang(_patient: object) -> list[Finding]:
        hangs.wait(20)
        return []

    checks = [("ledger", hang), ("broker", fail), ("disk", lambda _patient: [found("doctor.disk.ok")])]
    monkeypatch.setattr(examination, "checks_of", lambda _patient, logs_in: checks)
    try:
        told = list(examination.examine(None, limit_s=0.2))  # type: ignore[arg-type]
    finally:
        hangs.set()
    assert [one.finding.code for one in told] == ["doctor.too_slow", "doctor.failed", "doctor.disk.ok"]


def test_settings_are_looked_at_without_making_the_home(isolated: Path) -> None:
    from tasks.doctor.patient import Patient

    patient = Patient.here()
    assert patient.settings.home == isolated
    assert not isolated.exists()
    assert load().ledger_url == patient.settings.ledger_url
