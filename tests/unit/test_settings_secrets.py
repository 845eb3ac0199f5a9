"""Secrets: environment, keyring, session; a keyring that hangs or is missing never holds anybody up for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.errors import InitError, PasswordDeleteError
from support.waiting import wait_until

from tasks.errors import SettingsError
from tasks.settings import Account, secrets


class MemoryKeyring(keyring.backend.KeyringBackend):
    priority = 1.0  # type: ignore[assignment]
    name = "Memory"  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    name = "Locked"  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        raise InitError("Prompt dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise InitError("Prompt dismissed")


class HangingKeyring(MemoryKeyring):
    """A prompt that nobody answers, until the test ends."""

    name = "Hanging"  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return super().get_password(service, username)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(secrets, "_session", {})
    monkeypatch.setattr(secrets, "_line", secrets._Line())
    former = keyring.get_keyring()
    yield
    keyring.set_keyring(former)


def use(backend: keyring.backend.KeyringBackend) -> None:
    keyring.set_keyring(backend)


def test_a_keyring_keeps_and_forgets() -> None:
    backend = MemoryKeyring()
    use(backend)
    assert secrets.keyring_state() == (True, "Memory")
    assert secrets.keep("shop", "auth_token", " a-real-token ", {}) == "keyring"
    assert backend.kept == {("SMS Desk", "shop.auth_token"): "a-real-token"}
    assert secrets.find("shop", "auth_token", {}) == ("a-real-token", "keyring")
    assert secrets.session_secrets() == {}
    secrets.forget("shop", "auth_token")
    secrets.forget("shop", "auth_token")
    assert secrets.find("shop", "auth_token", {}) == (None, None)


def test_the_environment_is_first_and_cannot_be_overwritten_unseen() -> None:
    use(MemoryKeyring())
    secrets.keep("shop", "auth_token", "from-the-keyring", {})
    environ = {"SMSDESK_SHOP_AUTH_TOKEN": "from-the-environment"}
    assert secrets.find("shop", "auth_token", environ) == ("from-the-environment", "environment")
    with pytest.raises(SettingsError) as refused:
        secrets.keep("shop", "auth_token", "another", environ)
    assert refused.value.code == "settings.set_by_environment"
    assert "another" not in str(refused.value)


def test_a_secret_may_lie_in_a_file_that_the_environment_names(tmp_path: Path) -> None:
    use(MemoryKeyring())
    file = tmp_path / "token"
    environ = {"SMSDESK_SHOP_AUTH_TOKEN_FILE": str(file)}
    assert secrets.find("shop", "auth_token", environ) == (None, None)
    file.write_text("from-the-file\n")
    assert secrets.find("shop", "auth_token", environ) == ("from-the-file", "environment")
    with pytest.raises(SettingsError):
        secrets.keep("shop", "auth_token", "another", environ)


@pytest.mark.parametrize(
    "backend",
    [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, LockedKeyring],
    ids=["none", "null", "locked"],
)
def test_without_a_usable_keyring_a_secret_lives_for_the_session(
    backend: type[keyring.backend.KeyringBackend],
) -> None:
    use(backend())
    available, _ = secrets.keyring_state()
    assert not available
    assert secrets.keep("shop", "auth_token", "a-real-token", {}) == "session"
    assert secrets.find("shop", "auth_token", {}) == ("a-real-token", "session")
    assert secrets.session_secrets() == {"shop.auth_token": "a-real-token"}


def test_a_keyring_that_hangs_is_given_up_once_and_not_asked_again_meanwhile() -> None:
    backend = HangingKeyring()
    use(backend)
    try:
        assert secrets.keyring_state(0.05)[0] is False
        threads, began = threading.active_count(), time.monotonic()
        assert secrets.keep("shop", "auth_token", "a-real-token", {}) == "session"
        assert secrets.find("shop", "auth_token", {}) == ("a-real-token", "session")
        assert time.monotonic() - began < secrets.LIMIT_S
        assert threading.active_count() == threads
    finally:
        backend.answered.set()
    wait_until(lambda: secrets.keyring_state() == (True, "Hanging"))


def test_resolving_fills_in_what_a_gateway_needs() -> None:
    use(MemoryKeyring())
    account = Account("shop", "yuntongxun", {"account_sid": "abc"})
    assert secrets.resolve(account, {}) is account
    secrets.keep("shop", "auth_token", "a-real-token", {})
    resolved = secrets.resolve(account, {})
    assert resolved.fields == {"account_sid": "abc", "auth_token": "a-real-token"}
    assert "a-real-token" not in repr(resolved)


def test_another_process_takes_over_session_secrets() -> None:
    use(keyring.backends.fail.Keyring())
    secrets.accept({"shop.auth_token": "a-real-token", "shop.other": ""})
    assert secrets.find("shop", "auth_token", {}) == ("a-real-token", "session")
    assert secrets.find("shop", "other", {}) == (None, None)
