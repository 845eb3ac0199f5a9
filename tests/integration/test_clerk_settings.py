"""The clerk reads, tests and saves settings; of a secret the window learns only whether it is set."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.desk import Clerk, ClerkAnswerError, Desk

SECRET = "b1946ac92492d2347c6235b4d2611184"


@pytest.fixture
def desk(isolated: Path) -> Iterator[Desk]:
    with Desk(isolated) as made:
        yield made


@pytest.fixture
def clerk(desk: Desk) -> Clerk:
    return desk.clerk()


def refused(clerk: Clerk, do: str, **params: Any) -> str:
    with pytest.raises(ClerkAnswerError) as error:
        clerk.ask(do, **params)
    return error.value.code


def value(clerk: Clerk, key: str) -> Any:
    return next(field["value"] for field in clerk.ask("settings.get")["fields"] if field["key"] == key)


def test_every_field_is_described(clerk: Clerk) -> None:
    settings = clerk.ask("settings.get")
    for field in settings["fields"]:
        assert field["title"].keys() == {"en", "zh"}
        assert field["source"] in ("default", "file", "environment")
    assert settings["keyring"] == {"available": False, "name": ""}
    assert {gateway["name"] for gateway in settings["gateways"]} >= {"simulator", "yuntongxun"}
    (account,) = settings["accounts"]
    assert (account["name"], account["usable"], account["needs_template"]) == ("simulator", True, False)
    assert account["title"].keys() == {"en", "zh"}


def test_a_change_is_in_force_and_in_the_file(clerk: Clerk, isolated: Path) -> None:
    clerk.ask("settings.save", changes={"region": "GB", "accounts.simulator.price_per_segment": "0.045"})
    assert value(clerk, "region") == "GB"
    assert clerk.ask("recipients.check", text="07911 123456", region="")["first"] == ["+447911123456"]
    (account,) = clerk.ask("settings.get")["accounts"]
    assert account["price_micros"] == 45_000
    assert {field["key"]: field["value"] for field in account["fields"]}["price_per_segment"] == "0.045"
    assert "GB" in (isolated / "settings.toml").read_text()
    assert refused(clerk, "settings.save", changes={"region": "nowhere"}) == "settings.invalid"
    assert value(clerk, "region") == "GB"


def test_a_secret_never_comes_back(clerk: Clerk, isolated: Path) -> None:
    changes = {
        "accounts.shop.gateway": "yuntongxun",
        "accounts.shop.account_sid": "a" * 32,
        "accounts.shop.app_id": "c" * 32,
    }
    clerk.ask("settings.save", changes=changes)
    before = account_of(clerk, "shop")
    assert (before["usable"], before["problem"]["code"]) == (False, "gateway.field_missing")
    assert before["needs_template"] is True
    saved = clerk.ask("settings.save", changes={}, secrets={"shop.auth_token": SECRET})
    assert saved == {"places": {"shop.auth_token": "session"}}
    after = account_of(clerk, "shop")
    assert (after["usable"], after["problem"]) == (True, None)
    (token,) = [field for field in after["fields"] if field["key"] == "auth_token"]
    assert (token["is_set"], token["source"], token["value"]) == (True, "session", None)
    assert SECRET not in json.dumps(clerk.ask("settings.get"))
    assert SECRET not in (isolated / "settings.toml").read_text()


def test_the_next_clerk_is_told_the_secrets_of_the_session(desk: Desk, clerk: Clerk) -> None:
    changes = {
        "accounts.shop.gateway": "yuntongxun",
        "accounts.shop.account_sid": "a" * 32,
        "accounts.shop.app_id": "c" * 32,
    }
    clerk.ask("settings.save", changes=changes)
    other = desk.clerk()
    other.ask("hello", secrets={"shop.auth_token": SECRET})
    assert account_of(other, "shop")["usable"] is True


def test_a_password_in_an_address_is_masked_and_survives_a_save(clerk: Clerk, isolated: Path) -> None:
    clerk.ask("settings.save", changes={"broker_url": f"redis://:{SECRET}@127.0.0.1:1/0"})
    shown = value(clerk, "broker_url")
    assert SECRET not in shown
    clerk.ask("settings.save", changes={"broker_url": shown.replace("/0", "/1")})
    assert f"redis://:{SECRET}@127.0.0.1:1/1" in (isolated / "settings.toml").read_text()


def test_the_test_buttons(clerk: Clerk, tmp_path: Path) -> None:
    assert refused(clerk, "settings.test", what="broker", values={"broker_url": "redis://127.0.0.1:1/0"}) == (
        "broker.refused"
    )
    assert clerk.ask("settings.test", what="ledger", values={}) == {}
    fresh = tmp_path / "new.sqlite"
    assert clerk.ask("settings.test", what="ledger", values={"ledger_url": f"sqlite:///{fresh}"}) == {}
    assert not fresh.exists()
    fresh.write_text("this is no database, and long enough to be looked at as one " * 20)
    assert refused(clerk, "settings.test", what="ledger", values={"ledger_url": f"sqlite:///{fresh}"}) == (
        "ledger.damaged"
    )
    missing = tmp_path / "no" / "ledger.sqlite"
    assert refused(clerk, "settings.test", what="ledger", values={"ledger_url": f"sqlite:///{missing}"}) == (
        "ledger.cannot_open"
    )
    assert clerk.ask("settings.test", what="account", name="simulator", values={}) == {}
    assert refused(clerk, "settings.test", what="account", name="new", values={"gateway": "yuntongxun"}) == (
        "gateway.field_missing"
    )
    assert refused(clerk, "settings.test", what="moon") == "request.malformed"


def test_a_test_of_something_silent_ends(clerk: Clerk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        code = refused(clerk, "settings.test", what="broker", values={"broker_url": url})
    assert code in ("broker.silent", "settings.test_timeout")


def test_a_damaged_settings_file_is_told_and_does_not_stop_the_clerk(isolated: Path) -> None:
    isolated.mkdir()
    (isolated / "settings.toml").write_text("region = [")
    with Desk(isolated) as desk:
        clerk = desk.clerk()
        assert [problem["code"] for problem in clerk.ask("hello")["problems"]] == ["settings.corrupt"]


def test_no_ledger_is_made_in_place_of_one_that_a_damaged_file_names(isolated: Path) -> None:
    isolated.mkdir()
    file = isolated / "settings.toml"
    file.write_text(f'ledger_url = "sqlite:///{isolated}/other.sqlite"\nregion = [')
    with Desk(isolated) as desk:
        clerk = Clerk(desk.environment)
        desk.children.append(clerk)
        assert refused(clerk, "hello") == "settings.ledger_not_known"
        assert refused(clerk, "view.open") == "settings.ledger_not_known"
        assert not (isolated / "ledger.sqlite").exists()
        file.write_text(file.read_text().replace("[", '"CN"'))
        assert clerk.ask("hello")["ledger"]
        assert (isolated / "other.sqlite").exists()


@pytest.mark.parametrize("name", ["50%20off", "what?now", "a#b", "中文 空格"])
def test_the_ledger_lies_in_its_home_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    with Desk(home) as desk:
        told = desk.clerk().ask("about.look")
    assert (home / "ledger.sqlite").exists()
    assert told["places"]["ledger"] == str(home / "ledger.sqlite")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in ("home", name)) == []


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names of files are text")
def test_a_home_whose_name_is_no_text_is_answered_all_the_same(tmp_path: Path) -> None:
    home = tmp_path / os.fsdecode(b"not\xffutf8")
    home.mkdir()
    with Desk(home) as desk:
        clerk = desk.clerk()
        assert clerk.ask("about.look")["places"]["home"] == str(home)


def test_a_ledger_that_cannot_be_opened_is_told_again_until_it_can(isolated: Path) -> None:
    isolated.mkdir()
    (isolated / "ledger.sqlite").write_text("this is no database, and long enough to be looked at as one " * 20)
    with Desk(isolated) as desk:
        clerk = Clerk(desk.environment)
        desk.children.append(clerk)
        assert refused(clerk, "hello") == "ledger.damaged"
        assert refused(clerk, "view.open") == "ledger.damaged"
        (isolated / "ledger.sqlite").unlink()
        assert clerk.ask("hello")["ledger"]


def account_of(clerk: Clerk, name: str) -> dict[str, Any]:
    return next(account for account in clerk.ask("settings.get")["accounts"] if account["name"] == name)
