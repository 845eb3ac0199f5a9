"""Saving settings: whole or not at all, checked before, comments kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import SettingsError
from tasks.settings import load, save


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "desk"
    place.mkdir()
    return place


@pytest.fixture
def environ(place: Path) -> dict[str, str]:
    return {"SMSDESK_HOME": str(place)}


def test_saved_settings_are_in_force_and_private(place: Path, environ: dict[str, str]) -> None:
    save(
        {
            "max_tries": 3,
            "accounts.shop.account_sid": "abc",
            "accounts.shop.price_per_segment": "0.045",
            "accounts.shop.gateway": "yuntongxun",
            "gateway": "shop",
        },
        environ,
    )
    settings = load(environ)
    assert (settings.max_tries, settings.gateway, settings.problems) == (3, "shop", ())
    assert settings.accounts["shop"].fields["account_sid"] == "abc"
    assert settings.accounts["shop"].price_micros == 45_000
    assert stat.S_IMODE((place / "settings.toml").stat().st_mode) == 0o600
    assert os.listdir(place) == ["settings.toml"]


def test_comments_and_unknown_keys_stay(place: Path, environ: dict[str, str]) -> None:
    file = place / "settings.toml"
    file.write_text("# mine\nmax_tries = 7  # not more\nfuture = 1\n\n[accounts.simulator]\n# slow\ndelay_ms = 5\n")
    save({"max_tries": 4, "accounts.simulator.delay_ms": 6}, environ)
    assert file.read_text() == (
        "# mine\nmax_tries = 4  # not more\nfuture = 1\nsettings_version = 1\n\n"
        "[accounts.simulator]\n# slow\ndelay_ms = 6\n"
    )


def test_none_removes_a_key_and_an_account(place: Path, environ: dict[str, str]) -> None:
    save({"max_tries": 3, "accounts.shop.gateway": "yuntongxun"}, environ)
    save({"max_tries": None, "accounts.shop": None}, environ)
    settings = load(environ)
    assert settings.sources["max_tries"] == "default"
    assert list(settings.accounts) == ["simulator"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"max_tries": "x"}, "settings.invalid"),
        ({"max_tries": True}, "settings.invalid"),
        ({"max_tries": 0}, "settings.invalid"),
        ({"accounts.shop.gateway": "pigeon"}, "settings.invalid"),
        ({"accounts.shop.account_sid": "of no gateway"}, "settings.invalid"),
        ({"accounts.a b.c.gateway": "simulator"}, "settings.invalid"),
        ({"gateway": "nobody"}, "settings.invalid"),
        ({"no_such": 1}, "settings.unknown_key"),
        ({"accounts.simulator.no_such": 1}, "settings.unknown_key"),
        ({"accounts.yuntongxun.auth_token": "a-real-token"}, "settings.secret_in_file"),
        ({"broker_url": "rediss://localhost/0"}, "settings.tls_unchecked"),
        ({"broker_url": "redis://broker.example.com/0"}, "settings.ledger_not_shared"),
        ({"result_backend": "rpc://"}, "settings.result_backend_rpc"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(
    place: Path, environ: dict[str, str], changes: dict[str, Any], code: str
) -> None:
    file = place / "settings.toml"
    file.write_text("max_tries = 7\n")
    with pytest.raises(SettingsError) as refused:
        save({"region": "HK", **changes}, environ)
    assert refused.value.code == code
    assert "a-real-token" not in str(refused.value)
    assert file.read_text() == "max_tries = 7\n"
    assert os.listdir(place) == ["settings.toml"]


def test_a_ledger_that_others_cannot_see_is_refused_beside_a_broker_that_they_can(
    environ: dict[str, str],
) -> None:
    save({"broker_url": "redis://broker.example.com/0", "ledger_url": "postgresql://u@db/x"}, environ)
    with pytest.raises(SettingsError) as refused:
        save({"ledger_url": None}, environ)
    assert refused.value.code == "settings.ledger_not_shared"


def test_the_account_in_use_by_default_cannot_be_removed(environ: dict[str, str]) -> None:
    save({"accounts.shop.gateway": "yuntongxun", "gateway": "shop"}, environ)
    with pytest.raises(SettingsError) as refused:
        save({"accounts.shop": None}, environ)
    assert refused.value.params["key"] == "gateway"


def test_an_old_mistake_elsewhere_does_not_stop_a_good_change(place: Path, environ: dict[str, str]) -> None:
    (place / "settings.toml").write_text('region = "nowhere"\nmax_tries = 7\n')
    save({"max_tries": 4}, environ)
    assert load(environ).max_tries == 4


def test_a_damaged_file_is_set_aside_before_it_is_replaced(place: Path, environ: dict[str, str]) -> None:
    file = place / "settings.toml"
    for content in ("region = ", "regino = = 1"):
        file.write_text(content)
        save({"max_tries": 4}, environ)
        assert load(environ).problems == ()
    aside = {path.read_text() for path in place.glob("settings.toml.damaged-*")}
    assert aside == {"region = ", "regino = = 1"}


def test_a_full_disk_leaves_the_old_file(place: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    save({"max_tries": 4}, environ)
    before = (place / "settings.toml").read_text()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError) as refused:
        save({"max_tries": 5}, environ)
    assert refused.value.code == "settings.cannot_write"
    assert (place / "settings.toml").read_text() == before
    assert os.listdir(place) == ["settings.toml"]


FORMS = {
    "dotted keys": 'gateway = "shop"\naccounts.shop.gateway = "yuntongxun"\naccounts.shop.account_sid = "SID"\n'
    "accounts.shop.per_day = 100\n",
    "an inline table": 'accounts = {shop = {gateway = "yuntongxun", account_sid = "SID", per_day = 100}}\n',
    "an inline account": '[accounts]\nshop = {gateway = "yuntongxun", account_sid = "SID", per_day = 100}\n',
    "dotted accounts": '[accounts]\nshop.gateway = "yuntongxun"\nshop.account_sid = "SID"\nshop.per_day = 100\n',
    "tables": '[accounts.shop]\ngateway = "yuntongxun"\naccount_sid = "SID"\nper_day = 100\n',
    "tables apart": '[accounts.shop]\ngateway = "yuntongxun"\naccount_sid = "SID"\nper_day = 100\n[later]\na = 1\n'
    '[accounts.other]\ngateway = "yuntongxun"\n',
}
"""An account in every form that TOML has for it."""


@pytest.mark.parametrize("form", FORMS)
def test_a_new_account_leaves_the_others_as_they_are(place: Path, environ: dict[str, str], form: str) -> None:
    (place / "settings.toml").write_text("# mine\nmax_tries = 7  # not more\n" + FORMS[form])
    before = load(environ)
    save({"accounts.second.gateway": "yuntongxun", "accounts.second.per_day": 5}, environ)
    after = load(environ)
    assert after.accounts["second"].per_day == 5
    assert after.accounts["shop"] == before.accounts["shop"]
    assert (after.accounts["shop"].per_day, after.accounts["shop"].fields["account_sid"]) == (100, "SID")
    assert (after.max_tries, after.gateway) == (7, before.gateway)
    assert "# not more" in (place / "settings.toml").read_text()
    save({"accounts.second": None}, environ)
    assert load(environ).accounts == before.accounts


@pytest.mark.parametrize("accounts", ["accounts = 5", "[[accounts]]\na = 1", 'accounts = "shop"'])
def test_what_should_be_accounts_and_is_none_is_refused_and_stays(
    place: Path, environ: dict[str, str], accounts: str
) -> None:
    (place / "settings.toml").write_text(accounts)
    with pytest.raises(SettingsError) as refused:
        save({"accounts.second.gateway": "yuntongxun"}, environ)
    assert (refused.value.code, refused.value.params["key"]) == ("settings.invalid", "accounts")
    assert (place / "settings.toml").read_text() == accounts
