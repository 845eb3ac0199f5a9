"""A settings file of an earlier program is carried over, one of a newer program is refused, and each is kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tasks.errors import SettingsError
from tasks.settings import load, save
from tasks.settings.document import VERSION, is_corrupt
from tasks.worker.signals import refuse_wrong_settings

FIRST = """# written by hand
gateway = "shop"
region = "HK"
time_zone = "Asia/Shanghai"
language = "zh_CN"
broker_url = "redis://127.0.0.1:6379/3"
result_backend = "redis://127.0.0.1:6379/4"
worker_pool = "solo"
worker_concurrency = 2
max_in_flight = 16
call_deadline_s = 9
max_tries = 4
receipt_wait_hours = 48
undo_s = 9
metrics_port = 9464
metrics_host = "127.0.0.1"
tomorrow = "a setting that no program has had yet"

[accounts.shop]
gateway = "yuntongxun"
account_sid = "abc"
app_id = "def"
base_url = "https://sms.example.com"
numbers_per_request = 50
signature = "Shop"
price_per_segment = "0.045"
currency = "CNY"
rate_per_s = 5.5

[accounts.simulator]
delay_ms = 5  # slow
"""
"""Every setting that programs before there was a version wrote; none may ever lose its meaning."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "desk"
    place.mkdir()
    return place


@pytest.fixture
def environ(place: Path) -> dict[str, str]:
    return {"SMSDESK_HOME": str(place)}


def in_force(environ: dict[str, str]) -> tuple[object, ...]:
    settings = load(environ)
    shop = settings.accounts["shop"]
    return (
        settings.gateway, settings.region, settings.time_zone, settings.language, settings.broker_url,
        settings.result_backend, settings.worker_pool, settings.worker_concurrency, settings.max_in_flight,
        settings.call_deadline_s, settings.max_tries, settings.receipt_wait_hours, settings.metrics_port,
        shop.fields["account_sid"], shop.fields["app_id"], shop.fields["base_url"], shop.fields["numbers_per_request"],
        shop.signature, shop.price_micros, shop.rate_per_s, settings.accounts["simulator"].fields["delay_ms"],
    )  # fmt: skip


VALUES = (
    "shop", "HK", "Asia/Shanghai", "zh_CN", "redis://127.0.0.1:6379/3", "redis://127.0.0.1:6379/4", "solo", 2, 16, 9, 4,
    48, 9464, "abc", "def", "https://sms.example.com", 50, "Shop", 45_000, 5.5, 5,
)  # fmt: skip


def test_a_file_of_the_first_programs_is_read_as_it_was_meant(place: Path, environ: dict[str, str]) -> None:
    (place / "settings.toml").write_text(FIRST)
    assert in_force(environ) == VALUES
    assert [problem.code for problem in load(environ).problems] == ["settings.unknown_key"]
    assert (place / "settings.toml").read_text() == FIRST  # reading changes nothing


def test_its_first_change_carries_it_over_and_keeps_it_as_it_was(place: Path, environ: dict[str, str]) -> None:
    file = place / "settings.toml"
    file.write_text(FIRST)
    save({"undo_s": 3}, environ)
    (backup,) = place.glob("settings.toml.*.bak")
    assert backup.name.startswith("settings.toml.version-0.20")
    assert backup.read_text() == FIRST
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    written = file.read_text()
    assert f"settings_version = {VERSION}\n" in written
    assert written.replace(f"settings_version = {VERSION}\n", "").replace("undo_s = 3", "undo_s = 9") == FIRST
    assert in_force(environ) == VALUES


def test_every_later_change_keeps_the_file_before_it(place: Path, environ: dict[str, str]) -> None:
    save({"max_tries": 3}, environ)
    first = (place / "settings.toml").read_text()
    save({"max_tries": 4}, environ)
    assert (place / "settings.toml.bak").read_text() == first
    save({"max_tries": 5}, environ)
    assert "max_tries = 4" in (place / "settings.toml.bak").read_text()
    assert sorted(os.listdir(place)) == ["settings.toml", "settings.toml.bak"]


def test_a_newer_file_is_refused_and_not_touched(place: Path, environ: dict[str, str]) -> None:
    newer = f'settings_version = {VERSION + 1}\nbroker_url = "redis://broker.example.com/0"\n'
    (place / "settings.toml").write_text(newer)
    settings = load(environ)
    (problem,) = settings.problems
    assert (problem.code, problem.params["version"], problem.params["known"]) == (
        "settings.newer",
        VERSION + 1,
        VERSION,
    )
    assert settings.broker_url is None
    with pytest.raises(SettingsError, match=r"settings\.newer"):
        save({"max_tries": 4}, environ)
    with pytest.raises(SystemExit, match="was written by a newer SMS Desk"):
        refuse_wrong_settings(settings)
    assert (place / "settings.toml").read_text() == newer
    assert os.listdir(place) == ["settings.toml"]


@pytest.mark.parametrize("version", ['"two"', "1.5", "true"])
def test_a_version_that_is_no_number_is_no_newer_one(place: Path, environ: dict[str, str], version: str) -> None:
    (place / "settings.toml").write_text(f"settings_version = {version}\nmax_tries = 4\n")
    assert load(environ).max_tries == 4


def test_a_damaged_file_names_the_last_good_one_beside_it(place: Path, environ: dict[str, str]) -> None:
    file = place / "settings.toml"
    save({"max_tries": 3}, environ)
    save({"max_tries": 4}, environ)
    file.write_text('max_tries = 4\nregion = "H')
    (problem,) = load(environ).problems
    assert is_corrupt(problem)
    assert (problem.params["line"], problem.params["backup"]) == (2, "settings.toml.bak")
    (place / "settings.toml.bak").replace(file)
    assert load(environ).max_tries == 3
    file.write_text("half = ")
    (problem,) = load(environ).problems
    assert problem.code == "settings.corrupt"


def test_a_link_to_the_file_stays_a_link(tmp_path: Path, place: Path, environ: dict[str, str]) -> None:
    real = tmp_path / "elsewhere.toml"
    real.write_text("max_tries = 3\n")
    (place / "settings.toml").symlink_to(real)
    save({"max_tries": 4}, environ)
    assert (place / "settings.toml").is_symlink()
    assert "max_tries = 4" in real.read_text()


LEDGER = 'ledger_url = "postgresql://desk@db.example.com/desk"\n'


@pytest.mark.parametrize(
    "content", [LEDGER + 'region = "C', f"settings_version = {VERSION + 1}\n{LEDGER}", f"what is this\n{LEDGER}"]
)
def test_a_file_that_may_name_a_ledger_and_cannot_be_used_leads_to_no_other(
    place: Path, environ: dict[str, str], content: str
) -> None:
    (place / "settings.toml").write_text(content)
    with pytest.raises(SettingsError, match=r"settings\.ledger_not_known"):
        load(environ).refuse_other_ledger()
    with pytest.raises(SystemExit, match="The worker cannot start: "):
        refuse_wrong_settings(load(environ), under_panel=True)
    load({**environ, "SMSDESK_LEDGER_URL": "sqlite:////tmp/named.sqlite"}).refuse_other_ledger()


@pytest.mark.parametrize("content", ['region = "C', '# ledger_url = "postgresql://…"\nregion = "C', LEDGER, ""])
def test_a_file_that_names_none_leads_to_the_ledger_of_the_home(
    place: Path, environ: dict[str, str], content: str
) -> None:
    (place / "settings.toml").write_text(content)
    load(environ).refuse_other_ledger()
