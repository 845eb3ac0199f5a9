"""Settings: environment over file over defaults, and never a crash over a bad value."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks import errors
from tasks.home import home
from tasks.settings import FIELDS, Secret, Settings, account_fields, load


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "desk"
    place.mkdir()
    return place


def read(place: Path, text: str | None = None, **variables: str) -> Settings:
    if text is not None:
        (place / "settings.toml").write_text(text, "utf-8")
    return load({"SMSDESK_HOME": str(place), **variables})


def problems(settings: Settings) -> list[tuple[str, Any]]:
    return [(problem.code, problem.params.get("key")) for problem in settings.problems]


def test_a_fresh_home_works_with_defaults_and_is_closed_to_others(tmp_path: Path) -> None:
    place = tmp_path / "new" / "desk"
    settings = load({"SMSDESK_HOME": str(place)})
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert (settings.broker_url, settings.result_backend) == (None, None)
    assert settings.ledger_url == f"sqlite:///{place}/ledger.sqlite"
    assert (settings.gateway, settings.region, settings.language) == ("simulator", "CN", "auto")
    assert (settings.worker_pool, settings.worker_concurrency, settings.max_in_flight) == ("threads", 8, 64)
    assert list(settings.accounts) == ["simulator"]
    assert settings.accounts["simulator"].price_micros is None
    assert settings.problems == ()
    assert settings.sources["broker_url"] == "default"


def test_environment_is_over_file_and_file_over_default(place: Path) -> None:
    settings = read(place, "worker_concurrency = 3\nmax_tries = 7\n", SMSDESK_WORKER_CONCURRENCY="12")
    assert (settings.worker_concurrency, settings.sources["worker_concurrency"]) == (12, "environment")
    assert (settings.max_tries, settings.sources["max_tries"]) == (7, "file")
    assert settings.sources["max_in_flight"] == "default"


def test_an_empty_variable_counts_as_not_set(place: Path) -> None:
    settings = read(place, "max_tries = 7\n", SMSDESK_MAX_TRIES="", SMSDESK_BROKER_URL=" ")
    assert settings.max_tries == 7
    assert settings.broker_url is None
    assert settings.problems == ()


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("SMSDESK_WORKER_CONCURRENCY", "many", "not_a_whole_number"),
        ("SMSDESK_WORKER_CONCURRENCY", "2.5", "not_a_whole_number"),
        ("SMSDESK_WORKER_CONCURRENCY", "0", "too_small"),
        ("SMSDESK_MAX_IN_FLIGHT", "100000", "too_large"),
        ("SMSDESK_WORKER_POOL", "eventlet", "not_a_choice"),
        ("SMSDESK_REGION", "China", "malformed"),
        ("SMSDESK_BROKER_URL", "localhost:6379", "malformed"),
        ("SMSDESK_LEDGER_URL", "mysql://host/db", "malformed"),
        ("SMSDESK_SIMULATOR_DELAY_MS", "-1", "too_small"),
        ("SMSDESK_SIMULATOR_PRICE_PER_SEGMENT", "nan", "not_a_number"),
        ("SMSDESK_SIMULATOR_CURRENCY", "¥", "malformed"),
        ("SMSDESK_GATEWAY", "nobody", "no_such_account"),
    ],
)
def test_a_bad_value_is_a_problem_and_the_default_holds(place: Path, variable: str, value: str, reason: str) -> None:
    plain, settings = read(place), read(place, **{variable: value})
    assert [problem.params["reason"] for problem in settings.problems] == [reason]
    assert settings.problems[0].code == "settings.invalid"
    for field in FIELDS:
        assert settings[field.key] == plain[field.key]
    assert settings.accounts["simulator"] == plain.accounts["simulator"]


def test_a_bad_variable_lets_the_files_value_through(place: Path) -> None:
    assert read(place, "max_tries = 7", SMSDESK_MAX_TRIES="x").max_tries == 7


def test_unknown_keys_and_variables_are_told(place: Path) -> None:
    settings = read(
        place,
        'brocker_url = "x"\n[accounts.simulator]\nspeed = 9\n',
        SMSDESK_BROKER_URI="redis://x",
        SMSDESK_TEST_SOMETHING="1",
    )
    assert sorted(problems(settings)) == [
        ("settings.unknown_key", "accounts.simulator.speed"),
        ("settings.unknown_key", "brocker_url"),
        ("settings.unknown_variable", "SMSDESK_BROKER_URI"),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'gateway = "simulator"\nregion = \n', 2),
        (b"max_tries = 7\nmax_tries = 8\n", 2),
        (b'# fine\n\nregion = "\xff\xfe"\n', 3),
        (b"[accounts\n", 1),
    ],
)
def test_a_file_that_cannot_be_parsed_is_told_with_its_line_and_stays(place: Path, content: bytes, line: int) -> None:
    (place / "settings.toml").write_bytes(content)
    settings = read(place, SMSDESK_MAX_TRIES="9")
    assert [(problem.code, problem.params["line"]) for problem in settings.problems] == [("settings.corrupt", line)]
    assert settings.max_tries == 9
    assert settings.region == "CN"
    assert (place / "settings.toml").read_bytes() == content


def test_a_file_saved_by_notepad_is_read(place: Path) -> None:
    (place / "settings.toml").write_bytes(b'\xef\xbb\xbfmax_tries = 7\r\nregion = "HK"\r\n')
    settings = read(place)
    assert (settings.max_tries, settings.region, settings.problems) == (7, "HK", ())


@pytest.mark.parametrize(
    "text", ["accounts = 3\n", "[accounts]\nshop = 3\n", '[accounts."a.b"]\ngateway = "simulator"\n']
)
def test_tables_of_the_wrong_shape_are_problems(place: Path, text: str) -> None:
    settings = read(place, text)
    assert list(settings.accounts) == ["simulator"]
    assert [problem.code for problem in settings.problems] == ["settings.invalid"]


def test_accounts_come_from_the_file(place: Path) -> None:
    settings = read(
        place,
        'gateway = "门店"\n[accounts."门店"]\ngateway = "yuntongxun"\naccount_sid = "abc"\nprice_per_segment = 0.045\n'
        'signature = "【好店】"\nrate_per_s = 20\n',
    )
    account = settings.accounts["门店"]
    assert (account.gateway, account.fields["account_sid"]) == ("yuntongxun", "abc")
    assert (account.price_micros, account.currency, account.signature, account.rate_per_s) == (
        45_000,
        "CNY",
        "好店",
        20,
    )
    assert settings.gateway == "门店"
    assert settings.problems == ()


def test_variables_of_a_gateway_make_its_account(place: Path) -> None:
    settings = read(
        place,
        SMSDESK_YUNTONGXUN_AUTH_TOKEN="a-real-token",
        SMSDESK_YUNTONGXUN_PRICE_PER_SEGMENT="0.055",
        SMSDESK_YUNTONGXUN_SIGNATURE="好店",
        SMSDESK_YUNTONGXUN_RATE_PER_S="50",
        SMSDESK_SIMULATOR_DELAY_MS="5",
    )
    account = settings.accounts["yuntongxun"]
    assert account.fields["auth_token"] == "a-real-token"
    assert (account.price_micros, account.signature, account.rate_per_s) == (55_000, "好店", 50.0)
    assert settings.accounts["simulator"].fields["delay_ms"] == 5
    assert settings.sources["accounts.yuntongxun.auth_token"] == "environment"


def test_naming_a_gateway_as_the_default_makes_its_account(place: Path) -> None:
    settings = read(place, SMSDESK_GATEWAY="yuntongxun")
    assert settings.gateway == "yuntongxun"
    assert settings.accounts["yuntongxun"].gateway == "yuntongxun"


def test_an_account_of_an_unknown_gateway_is_a_problem(place: Path) -> None:
    settings = read(place, '[accounts.shop]\ngateway = "pigeon"\n')
    assert problems(settings) == [("settings.invalid", "accounts.shop.gateway")]


def test_the_simulator_stays_the_simulator(place: Path) -> None:
    settings = read(place, '[accounts.simulator]\ngateway = "yuntongxun"\n')
    assert problems(settings) == [("settings.invalid", "accounts.simulator.gateway")]


def test_a_secret_in_the_file_is_not_used(place: Path) -> None:
    settings = read(place, '[accounts.yuntongxun]\nauth_token = "a-real-token"\n')
    assert "auth_token" not in settings.accounts["yuntongxun"].fields
    assert problems(settings) == [("settings.secret_in_file", "accounts.yuntongxun.auth_token")]
    assert "a-real-token" not in repr(settings)


def test_no_secret_and_no_address_is_in_a_repr(place: Path) -> None:
    settings = read(
        place,
        SMSDESK_YUNTONGXUN_AUTH_TOKEN="a-real-token",
        SMSDESK_BROKER_URL="redis://:a-real-password@localhost/0",
        SMSDESK_LEDGER_URL="postgresql://desk:a-db-password@db/desk",
    )
    assert settings.accounts["yuntongxun"].fields["auth_token"] == "a-real-token"
    assert not any(word in repr(settings) for word in ("a-real-token", "a-real-password", "a-db-password"))
    assert repr(Secret("a-real-token")) == "Secret(…)"


@pytest.mark.parametrize(
    ("variable", "url", "code"),
    [
        ("BROKER_URL", "rediss://localhost/0", "settings.tls_unchecked"),
        ("BROKER_URL", "rediss://localhost/0?ssl_cert_reqs=none", "settings.tls_unchecked"),
        ("RESULT_BACKEND", "rediss://localhost/0?ssl_cert_reqs=CERT_NONE", "settings.tls_unchecked"),
        ("RESULT_BACKEND", "rpc://", "settings.result_backend_rpc"),
        ("BROKER_URL", "redis://broker.example.com/0", "settings.ledger_not_shared"),
        ("BROKER_URL", "amqps://u:p@broker.example.com/v", "settings.ledger_not_shared"),
        ("BROKER_URL", "sentinel://localhost:1;sentinel://other:2?master_name=m", "settings.ledger_not_shared"),
        ("BROKER_URL", "sentinel://localhost:1;sentinel://localhost:2", "settings.sentinel_without_master"),
        ("BROKER_URL", "sentinel://localhost:1?master_name=m&ssl_cert_reqs=optional", "settings.tls_unchecked"),
        ("RESULT_BACKEND", "sentinel://localhost:1?master_name=m&ssl_ca_certs=/ca.pem", "settings.tls_unchecked"),
    ],
)
def test_dangerous_addresses_are_not_used(place: Path, variable: str, url: str, code: str) -> None:
    settings = read(place, **{f"SMSDESK_{variable}": url})
    assert [problem.code for problem in settings.problems] == [code]
    assert (settings.broker_url, settings.result_backend) == (None, None)


CHECKED = "rediss://localhost/0?ssl_cert_reqs=required"


@pytest.mark.parametrize("variable", ["BROKER_URL", "RESULT_BACKEND"])
@pytest.mark.parametrize(
    "url",
    [
        "rediss://localhost/0?ssl_cert_reqs=CERT_OPTIONAL",
        "rediss://localhost/0?ssl_cert_reqs=optional",
        "rediss://localhost/0?ssl_cert_reqs=REQUIRED",
        "rediss://localhost/0?ssl_cert_reqs=",
        "rediss://localhost/0?SSL_CERT_REQS=required",
        "rediss://localhost/0?ssl_cert_reqs=required&ssl_cert_reqs=none",
        "rediss://localhost/0?ssl_cert_reqs=none&ssl_cert_reqs=required",
        f"{CHECKED}&ssl_check_hostname=false",
        f"{CHECKED}&ssl_exclude_verify_flags=VERIFY_X509_STRICT",
        "rediss://localhost/0#?ssl_cert_reqs=required",
        "REDISS://localhost/0",
        "Rediss://localhost/0?ssl_cert_reqs=none",
        "redis://localhost/0?ssl_cert_reqs=none",
        "redis://localhost/0?ssl_ca_certs=/ca.pem",
        "redis+rediss://localhost/0",
        "tasks.results:PollingRedisBackend+rediss://localhost/0?ssl_cert_reqs=none",
        "celery.backends.redis:RedisBackend+REDISS://localhost/0",
        f"{CHECKED};rediss://localhost/1",
        f"redis://localhost/0;rediss://localhost/1;{CHECKED}",
        "sentinel://localhost:1?master_name=m;rediss://localhost/0",
        "sentinel://localhost:1?master_name=m&ssl_cert_reqs=none",
        "sentinel://localhost:1?master_name=m&ssl_cert_reqs=required;sentinel://localhost:2?ssl_cert_reqs=none",
        "sentinel://localhost:1?master_name=m&ssl_check_hostname=no",
        "SENTINEL://localhost:1?master_name=m&ssl_cert_reqs=none",
        "amqps://u:p@localhost/v?ssl_cert_reqs=none",
        "amqps://u:p@localhost/v?ssl_ca_certs=/ca.pem",
        "amqps://u:p@localhost/v?ssl_cert_reqs=required&ssl_check_hostname=no",
        "amqps://u:p@localhost/v;amqps://u:p@127.0.0.1/v",
        "amqp://u:p@localhost/v?ssl_cert_reqs=required",
        "amqp://u:p@localhost/v?heartbeat=5",
        "AMQPS://u:p@localhost/v",
        "pyamqp://u:p@localhost/v",
    ],
)
def test_no_way_round_the_check_of_the_certificate(place: Path, variable: str, url: str) -> None:
    settings = read(place, **{f"SMSDESK_{variable}": url})
    assert [problem.code for problem in settings.problems] in (["settings.tls_unchecked"], ["settings.invalid"])
    assert (settings.broker_url, settings.result_backend) == (None, None)


@pytest.mark.parametrize(
    ("url", "ledger"),
    [
        ("redis://:p@127.0.0.1:6380/0", "sqlite:////tmp/x"),
        ("redis+socket:///tmp/x.sock", "sqlite:////tmp/x"),
        ("rediss://localhost/0?ssl_cert_reqs=required", "sqlite:////tmp/x"),
        ("rediss://broker.example.com/0?ssl_cert_reqs=CERT_REQUIRED", "postgresql+psycopg://u@db/x"),
        (
            "rediss://localhost/0?ssl_cert_reqs=required&ssl_ca_certs=/ca.pem&ssl_certfile=/c&ssl_keyfile=/k",
            "sqlite:////x",
        ),
        ("sentinel://a:1;sentinel://b:2?master_name=m", "postgresql://u@db/x"),
        (
            "sentinel://u:p@a:1/2;sentinel://b:2?master_name=m&sentinel_password=s&ssl_cert_reqs=required&ssl_ca_certs=/ca",
            "postgresql://u@db/x",
        ),
    ],
)
def test_safe_addresses_are_used(place: Path, url: str, ledger: str) -> None:
    settings = read(place, SMSDESK_BROKER_URL=url, SMSDESK_LEDGER_URL=ledger)
    assert (settings.broker_url, settings.ledger_url, settings.problems) == (url, ledger, ())


def test_reading_an_undeclared_setting_is_an_error_in_the_code(place: Path) -> None:
    settings = read(place)
    assert settings["max_tries"] == 5
    with pytest.raises(KeyError):
        settings["max_trys"]


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.SettingsError) as refused:
        home({"SMSDESK_HOME": str(tmp_path / "file" / "desk")})
    assert refused.value.code == "settings.home_unusable"


def test_every_setting_has_words_in_both_languages_and_a_value_in_force(place: Path) -> None:
    settings = read(place)
    for field in (*FIELDS, *account_fields("simulator"), *account_fields("yuntongxun")):
        assert field.title["en"]
        assert field.title["zh"]
    assert {field.key for field in FIELDS} < settings.sources.keys()
    assert all(hasattr(settings, field.key) for field in FIELDS)


def test_importing_the_settings_loads_nothing_heavy() -> None:
    code = (
        "import sys, tasks.settings\n"
        "heavy = {'celery', 'kombu', 'keyring', 'sqlalchemy', 'redis', 'tomlkit', 'http.client', 'PySide6'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert answer.stdout.strip() == "[]"


def test_a_value_may_lie_in_a_file(place: Path) -> None:
    secret = place / "broker_url"
    secret.write_text("redis://user:geheim@host/0\n")
    ledger = "postgresql://host/database"
    settings = read(place, SMSDESK_BROKER_URL_FILE=str(secret), SMSDESK_LEDGER_URL=ledger)
    assert (settings.broker_url, settings.problems) == ("redis://user:geheim@host/0", ())
    assert settings.sources["broker_url"] == "environment"
    both = {"SMSDESK_BROKER_URL": "redis://other/0", "SMSDESK_BROKER_URL_FILE": str(secret)}
    assert read(place, SMSDESK_LEDGER_URL=ledger, **both).broker_url == "redis://other/0"


def test_an_accounts_file_may_be_empty_until_its_secret_is_there(place: Path) -> None:
    (place / "nothing").write_text("\n")
    settings = read(place, SMSDESK_GATEWAY="yuntongxun", SMSDESK_YUNTONGXUN_AUTH_TOKEN_FILE=str(place / "nothing"))
    assert problems(settings) == []


@pytest.mark.parametrize("content", [None, b"", b" \n", b"two\nlines", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_holds_no_value_is_told_by_its_variable(place: Path, content: bytes | None) -> None:
    named = place / "value"
    if content is not None:
        named.write_bytes(content)
    settings = read(place, SMSDESK_BROKER_URL_FILE=str(named))
    assert problems(settings) == [("settings.value_file", "SMSDESK_BROKER_URL_FILE")]
    assert settings.not_in_force == {"broker_url"}


def test_a_file_for_a_setting_that_does_not_exist_is_told(place: Path) -> None:
    (place / "value").write_text("x")
    settings = read(place, SMSDESK_BROKER_URI_FILE=str(place / "value"))
    assert problems(settings) == [("settings.unknown_variable", "SMSDESK_BROKER_URI_FILE")]


def test_no_setting_is_called_like_the_file_of_another() -> None:
    keys = [field.key for field in (*FIELDS, *account_fields("yuntongxun"), *account_fields("simulator"))]
    assert [key for key in keys if key.endswith("_file")] == []
