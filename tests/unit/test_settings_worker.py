"""Settings without which a worker does not begin: a default in their place would send elsewhere, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.settings import Settings, load
from tasks.worker.signals import refuse_wrong_settings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "desk"
    place.mkdir()
    return place


def read(place: Path, text: str | None = None, **variables: str) -> Settings:
    if text is not None:
        (place / "settings.toml").write_text(text, "utf-8")
    return load({"SMSDESK_HOME": str(place), **variables})


@pytest.mark.parametrize("key", ["broker_url", "result_backend", "ledger_url", "worker_pool", "gateway"])
def test_a_worker_does_not_start_on_a_default_in_place_of_a_file_that_it_cannot_read(place: Path, key: str) -> None:
    variable = f"SMSDESK_{key.upper()}_FILE"
    with pytest.raises(SystemExit, match=f"The worker cannot start: .*{variable}"):
        refuse_wrong_settings(read(place, **{variable: str(place / "not there")}))


def test_a_worker_does_not_send_through_the_simulator_in_place_of_a_gateway_that_is_not_there(place: Path) -> None:
    with pytest.raises(SystemExit, match=r"The worker cannot start: .*gateway"):
        refuse_wrong_settings(read(place, SMSDESK_GATEWAY="yuntongxum"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('gateway = "yuntongxun"\nregion = "CN', "has a mistake in line 2"),
        ('gateway = "yuntongxum"', "gateway cannot be used: there is no such account"),
    ],
)
def test_a_worker_on_a_server_does_not_send_through_the_simulator_for_a_mistake_in_its_file(
    place: Path, content: str, said: str
) -> None:
    (place / "settings.toml").write_text(content)
    settings = read(place)
    assert (settings.gateway, settings.gateway_not_known) == ("simulator", True)
    with pytest.raises(SystemExit, match=f"The worker cannot start: .*{said}"):
        refuse_wrong_settings(settings)
    refuse_wrong_settings(settings, under_panel=True)  # the window says it, and offers to mend it


def test_a_gateway_that_the_environment_names_is_known_whatever_the_file_says(place: Path) -> None:
    (place / "settings.toml").write_text("what is this")
    assert not read(place, SMSDESK_GATEWAY="simulator").gateway_not_known


def test_a_worker_on_a_server_does_not_start_where_it_cannot_read_its_file(place: Path) -> None:
    (place / "settings.toml").mkdir()  # root too cannot read that
    with pytest.raises(SystemExit, match="The worker cannot start: The settings file cannot be read"):
        refuse_wrong_settings(read(place))
