"""Which pool a worker has, and what is refused."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from celery.bin.worker import worker as celery_worker
from celery.concurrency import get_implementation
from celery.concurrency.prefork import TaskPool as Prefork

from tasks.errors import DeskError, SettingsError
from tasks.green import asks_for
from tasks.settings import checks, load
from tasks.worker.pool import (
    SENTENCES,
    Chosen,
    choose,
    name_of,
    place_of,
    refuse_broker,
    refuse_green,
    refuse_unusable,
    sentence,
)


def choose_with(words: Sequence[str], monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Chosen:
    """What Celery's own command line and these settings come to."""
    from types import SimpleNamespace

    from tasks.celery import app

    given = SimpleNamespace(app=app, no_color=True, quiet=True)
    with celery_worker.make_context("worker", list(words), obj=given) as context:
        return choose(context.params, replace(load(), **settings))


@pytest.mark.parametrize(
    ("words", "setting", "pool", "concurrency"),
    [
        ((), "threads", "threads", 8),
        ((), "prefork", "prefork", 8),
        ((), "solo", "solo", 1),
        (("-P", "prefork"), "threads", "prefork", 8),
        (("--pool=threads", "-c", "20"), "solo", "threads", 20),
        (("-P", "solo", "-c", "20"), "prefork", "solo", 1),
        (("-P", "threads", "-P", "prefork"), "threads", "prefork", 8),
        (("-P", "processes", "--autoscale", "10,3"), "threads", "prefork", 10),
    ],
)
def test_the_option_wins_over_the_setting(
    words: tuple[str, ...], setting: str, pool: str, concurrency: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = choose_with(words, monkeypatch, worker_pool=setting)
    assert (chosen.pool, chosen.concurrency) == (pool, concurrency)
    assert chosen.by_setting is not any("P" in word or "pool" in word for word in words)


def test_celery_takes_prefork_for_nothing_given_so_its_setting_must_stay_empty() -> None:
    """The trap that `tasks.worker.pool` is there for: if this fails, Celery has changed."""
    from tasks.celery import app

    assert app.conf.worker_pool == "prefork"
    assert get_implementation("prefork") is Prefork


@pytest.mark.parametrize(
    ("pool", "platform", "code"),
    [
        ("eventlet", "linux", "worker.pool_unsupported"),
        ("custom.module:Pool", "linux", "worker.pool_unsupported"),
        ("prefork", "win32", "worker.pool_not_on_windows"),
        ("gevent", "linux", "worker.gevent_unpatched"),
    ],
)
def test_what_cannot_work_is_refused(pool: str, platform: str, code: str) -> None:
    with pytest.raises(DeskError) as raised:
        refuse_unusable(pool, platform)
    assert raised.value.code == code
    assert sentence(raised.value) == f"{SENTENCES[code]} ({code})"


@pytest.mark.parametrize(("frozen", "code"), [(False, "worker.gevent_missing"), (True, "worker.gevent_not_in_program")])
def test_gevent_that_is_not_there_is_said_so(frozen: bool, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.worker.pool.find_spec", lambda _: None)
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    with pytest.raises(DeskError) as raised:
        refuse_unusable("gevent")
    assert raised.value.code == code


def test_a_green_pool_that_is_not_there_never_reaches_celery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.worker.pool.find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"The worker cannot start: gevent is not installed here\."):
        refuse_green(["-P", "gevent"])
    with pytest.raises(SystemExit, match="The worker cannot start: only the pools threads, prefork, solo and gevent"):
        refuse_green(["--pool", "eventlet"])
    refuse_green(["-P", "threads"])


@pytest.mark.parametrize(
    ("pool", "platform", "code"),
    [("gevent", "linux", "settings.pool_by_flag"), ("prefork", "win32", "settings.pool_not_on_windows")],
)
def test_a_setting_that_cannot_work_is_a_problem_with_a_name(pool: str, platform: str, code: str) -> None:
    with pytest.raises(SettingsError) as raised:
        checks.check_pool(pool, platform)
    assert (raised.value.code, raised.value.params["key"]) == (code, "worker_pool")
    checks.check_pool("threads", platform)


def test_prefork_is_refused_over_a_broker_that_is_a_file() -> None:
    with pytest.raises(DeskError, match=r"worker\.prefork_without_server"):
        refuse_broker(Chosen("prefork", 2, True), "sqla+sqlite:////x/broker.sqlite")
    refuse_broker(Chosen("threads", 2, True), "sqla+sqlite:////x/broker.sqlite")
    refuse_broker(Chosen("prefork", 2, True), "redis://localhost/0")


def test_a_pool_has_a_name_from_celery_s_class_and_children_share_tokens() -> None:
    assert name_of(Prefork) == name_of("prefork") == "prefork"
    settings = load()
    assert place_of(Chosen("prefork", 2, True), settings).tokens is not None
    assert place_of(Chosen("threads", 2, True), settings).tokens is None


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["-P", "gevent"], True),
        (["--pool=gevent"], True),
        (["-l", "info", "--pool", "gevent"], True),
        (["-Pgevent"], True),
        (["-P", "gevent", "-P", "threads"], False),
        (["-n", "gevent"], False),
        (["-P"], False),
        ([], False),
    ],
)
def test_gevent_is_recognised_before_anything_else_is_read(words: list[str], asked: bool) -> None:
    assert asks_for("gevent", words) is asked
