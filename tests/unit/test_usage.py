"""`sms-desk-worker --help`: what stands there is so, in both languages and in the manual page."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import usage
from tasks.__main__ import run
from tasks.doctor import command as doctor_command
from tasks.launch import child_environment, command

MANUAL = Path(__file__).parents[2] / "packaging" / "linux" / "sms-desk-worker.1"
CHINESE = re.compile("[\u4e00-\u9fff]")
LANGUAGES: tuple[usage.Language, ...] = ("en", "zh_CN")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def said_by_the_manual() -> Iterator[tuple[str, str]]:
    """The manual's sections: title and words, without roff's signs."""
    text = MANUAL.read_text("utf-8").replace(r"\-", "-")
    for section in re.split(r"^\.SH ", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        lines = [re.sub(r"^\.(?:[A-Z]{1,2}|br|nf|fi)\b ?", "", line) for line in body.splitlines()]
        yield title, " ".join(" ".join(lines).split())


def words_of(page: usage.Page) -> list[str]:
    said = [page.summary, *page.more.splitlines(), *(word for row in page.options for word in row)]
    return said + [f"{status} {meaning}" for status, meaning in page.statuses]


def test_the_manual_says_what_the_help_says() -> None:
    manual = dict(said_by_the_manual())
    for name, pages in usage.PAGES.items():
        assert [word for word in words_of(pages["en"]) if word not in manual[name.upper()]] == []
        assert [line for line in pages["en"].examples if line not in manual["EXAMPLES"]] == []
        assert f"sms-desk-worker {name}" in manual["SYNOPSIS"]
    for variable, said in usage.ENVIRONMENT.items():
        assert f"{variable} {said['en']}" in manual["ENVIRONMENT"]
    # And nothing else: no command or option that is gone.
    options = {option for pages in usage.PAGES.values() for row in pages["en"].options for option in row[0].split(", ")}
    named = set(re.findall(r"(?<![\w-])--[a-z-]+", " ".join(manual.values())))
    assert named <= {option.split(" ")[0] for option in options} | {"--help", "--version"}
    assert {title.lower() for title in manual if f" {title.lower()}" in manual["SYNOPSIS"]} == set(usage.PAGES)


@pytest.mark.parametrize("name", usage.PAGES)
def test_a_page_is_whole_in_both_languages(name: str) -> None:
    english, chinese = (usage.PAGES[name][language] for language in LANGUAGES)
    assert [option for option, _ in english.options] == [option for option, _ in chinese.options]
    assert [status for status, _ in english.statuses] == [status for status, _ in chinese.statuses] == [0, 1, 2]
    assert not CHINESE.search(" ".join(words_of(english)))
    told = [chinese.summary, *(said for _, said in chinese.options), *(said for _, said in chinese.statuses)]
    assert [text for text in told if not CHINESE.search(text)] == []
    for language in LANGUAGES:
        text = usage.page_of(name, language)
        assert max(map(len, text.splitlines())) <= 110
        assert all(line.startswith(name) or f" sms-desk-worker {name}" in f" {line}" for line in english.examples)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_the_overview_names_what_is_typed_and_hides_what_is_not(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 0
    said = capsys.readouterr().out
    assert said == usage.overview("en")
    assert re.findall(r"^  ([a-z]+)  +\S", said, re.MULTILINE) == list(usage.PAGES)
    assert [name for name in usage.INTERNAL if re.search(rf"^  {name}\b", said, re.MULTILINE)] == []


@pytest.mark.parametrize("name", [*usage.PAGES, *sorted(usage.INTERNAL)])
def test_every_command_explains_itself_instead_of_running(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([name, "--help"], [name, "-h"], ["help", name], ["--help", name], [f"--{name}", "--help"]):
        assert run(words) == 0
        assert capsys.readouterr().out == usage.page_of(name, "en")


@pytest.mark.parametrize("words", [["fly"], ["help", "fly"], ["fly", "--help"]])
def test_what_is_not_a_command_is_said_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert "unknown command: fly\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "用法"),
        ({"LC_ALL": "zh_CN.UTF-8", "SMSDESK_LANGUAGE": "en"}, "usage"),
        ({"LC_ALL": "C", "SMSDESK_LANGUAGE": "zh_CN"}, "用法"),
        # Rather English than a page of question marks, or a traceback.
        ({"LC_ALL": "zh_CN.UTF-8", "PYTHONIOENCODING": "latin-1"}, "usage"),
    ],
)
def test_the_language_follows_setting_and_locale(variables: dict[str, str], word: str) -> None:
    environment = {**child_environment(), "PYTHONIOENCODING": "utf-8", **variables}
    done = subprocess.run([*command("worker"), "--help"], env=environment, capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(word)


def test_a_command_that_there_is_not_is_said_in_that_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMSDESK_LANGUAGE", "zh_CN")
    assert run(["fly"]) == 2
    assert capsys.readouterr().err.startswith("sms-desk-worker: 没有这个命令：fly\n\n用法：")


def test_the_help_of_the_doctor_has_every_option_of_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    parsers: list[argparse.ArgumentParser] = []

    def remember(self: argparse.ArgumentParser, *_: Any, **__: Any) -> argparse.Namespace:
        parsers.append(self)
        return argparse.Namespace()

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", remember)
    doctor_command.parse([])
    options = {option for action in parsers[0]._actions for option in action.option_strings}
    assert options == {option.split(" ")[0] for option, _ in usage.PAGES["doctor"]["en"].options}


def test_the_help_of_the_worker_has_options_that_celery_takes(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [*command("worker"), "--celery-help"], env=child_environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    known = [option.split(" ")[0].rstrip(",") for option, _ in usage.PAGES["worker"]["en"].options]
    assert [option for option in known if f" {option}" not in done.stdout] == ["--celery-help"]


@pytest.mark.parametrize("words", [["worker", "--nonsense"], ["doctor", "--nonsense"], ["health", "--nonsense"]])
def test_an_option_that_is_not_known_is_two_lines_not_a_traceback(words: list[str]) -> None:
    program = [sys.executable, "-m", "tasks", *words]
    done = subprocess.run(program, env=child_environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_health_without_a_port_or_a_worker_is_bad(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["health"]) == 1
    monkeypatch.setenv("SMSDESK_METRICS_PORT", "1")
    assert run(["health"]) == 1
    assert capsys.readouterr().out.startswith("SMSDESK_METRICS_PORT is not set\nno answer from port 1: ")
