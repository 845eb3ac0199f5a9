"""Every string of the window is translated, with the same placeholders, and no language leaks into the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from support.tr_strings import Found, strings_in

import desktop
from desktop.error_texts import INVALID_REASONS, REMEDIES, SENTENCES
from desktop.i18n import TsTranslator, apply_language, current_language, read_ts, resolve

FOLDER = Path(desktop.__file__).parent
TS_FILES = sorted((FOLDER / "i18n" / "zh_CN").glob("*.ts"))
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{[^}]*\}|%n|%\d|%[a-z]")
SAME_IN_BOTH = re.compile(r"[\W\d_]*|.*\b(SMS Desk|PID|Celery|OK)\b.*")
"""Strings that may stay as they are: symbols and proper names."""


def wanted() -> list[Found]:
    found = [entry for path in sorted(FOLDER.rglob("*.py")) for entry in strings_in(path)]
    for texts in (SENTENCES, REMEDIES, INVALID_REASONS):
        found += [("errors", text, f"error_texts:{code}") for code, text in texts.items() if text]
    return found


def chinese() -> dict[tuple[str, str], list[str]]:
    return {key: forms for path in TS_FILES for key, forms in read_ts(path).items()}


@pytest.fixture
def in_english() -> Iterator[None]:
    yield
    apply_language("en")
    QLocale.setDefault(QLocale.c())


def test_every_string_has_a_finished_translation() -> None:
    known = chinese()
    assert [entry for entry in wanted() if not any(known.get(entry[:2], ["unset"])) or entry[:2] not in known] == []


def test_placeholders_are_the_same() -> None:
    wrong = [
        (context, source, form)
        for (context, source), forms in chinese().items()
        for form in forms
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(form))
    ]
    assert wrong == []


def test_english_has_no_chinese() -> None:
    allowed = ("中文",)  # the language's own name in the language list
    assert [entry for entry in wanted() if HAN.search(entry[1]) and not any(name in entry[1] for name in allowed)] == []


def test_chinese_is_chinese() -> None:
    wanted_keys = {entry[:2] for entry in wanted()}
    plain = [
        (key, form)
        for key, forms in chinese().items()
        for form in forms
        if key in wanted_keys
        and form
        and not HAN.search(form)
        and not SAME_IN_BOTH.fullmatch(PLACEHOLDER.sub("", form))
    ]
    assert plain == []


def test_chinese_punctuation_is_full_width() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:!?](?=[\u4e00-\u9fff\s]|$)|[\u4e00-\u9fff]\.(\s|$)")
    assert [form for forms in chinese().values() for form in forms if half.search(form)] == []


def test_nothing_is_translated_that_nobody_asks_for() -> None:
    asked = {entry[:2] for entry in wanted()}
    assert [key for key in chinese() if key not in asked] == []


def test_unfinished_and_plural_messages(tmp_path: Path, qapp: QApplication) -> None:
    path = tmp_path / "x.ts"
    path.write_text(
        """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="zh_CN"><context>
        <name>c</name>
        <message><source>a</source><translation type="unfinished">甲</translation></message>
        <message numerus="yes"><source>%n messages</source><translation><numerusform>%n 条短信</numerusform>
        </translation></message></context></TS>""",
        encoding="utf-8",
    )
    translator = TsTranslator([path])
    QCoreApplication.installTranslator(translator)
    try:
        assert QCoreApplication.translate("c", "a") == "a"
        assert QCoreApplication.translate("c", "%n messages", "", 3) == "3 条短信"
    finally:
        QCoreApplication.removeTranslator(translator)


def test_the_language_is_switched_back_and_forth(qtbot: QtBot, in_english: None) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    assert apply_language("zh_CN") == "zh_CN" == current_language()
    assert QCoreApplication.translate("states", "Delivered") == "已送达"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"  # Qt's own dialogs
    assert apply_language("en") == "en"
    assert QCoreApplication.translate("states", "Delivered") == "Delivered"


def test_auto_follows_the_system() -> None:
    assert resolve("auto") == "en"  # the tests run with LANG=C.UTF-8
    assert resolve("zh_CN") == "zh_CN"
