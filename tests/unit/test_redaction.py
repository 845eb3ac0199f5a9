"""A bug report is read by strangers: no number, secret, address or name may be in it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import redaction
from tasks.redaction import MASK, for_report, names_in
from tasks.settings import Secret

DIGITS = "13800138000"
NATIONAL = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
SEPARATORS = st.sampled_from(
    ["", " ", "-", "\u2013", "\u00a0", ".", " - ", "\u3000", ",", "_", "%20", "\u200b", "\ufeff"]
)
PREFIXES = st.sampled_from(["", "+86", "+86 ", "0086", "0086-", "(+86) ", "86 ", "+86-"])
SURROUNDINGS = st.sampled_from(["{}", "to {}.", "['{}']", "number={}", "“{}”", "x,{},y", "<{}>", "error: {}: no"])
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")


@given(NATIONAL, SEPARATORS, PREFIXES, SURROUNDINGS, st.booleans())
def test_a_number_goes_however_it_is_written(
    national: str, separator: str, prefix: str, around: str, full_width: bool
) -> None:
    written = prefix + separator.join([national[:3], national[3:7], national[7:]])
    if full_width:
        written = written.translate(FULL_WIDTH)
    shown = for_report(around.format(written))
    assert MASK in shown
    assert len(re.sub(r"\D", "", shown)) < 4


@pytest.mark.parametrize(
    "written",
    ["+1 (415) 555-2671", "(415) 555-2671", "030/901820", "+49 30 901820", "1 3 8 0 0 1 3 8 0 0 0", "020 7946 0958"],
)
def test_numbers_of_other_regions_go(written: str) -> None:
    assert len(re.sub(r"\D", "", for_report(f"sent to {written} now"))) < 4


KEYS = st.sampled_from(
    ["password", "auth_token", "AUTH TOKEN".replace(" ", "_"), "api-key", "Authorization", "app_id", "secret", "sig"]
)


@given(KEYS, st.sampled_from(["=", ": ", " = ", "': '"]), st.from_regex(r"[A-Za-z0-9/+_.-]{4,40}", fullmatch=True))
def test_the_value_of_what_is_named_a_secret_goes(key: str, sign: str, value: str) -> None:
    shown = for_report(f"{key}{sign}{value}")
    assert shown.startswith(key)
    assert shown.replace("'", "").endswith(MASK)


@given(st.from_regex(r"[A-Za-z0-9!$%^*_-]{5,30}", fullmatch=True))
def test_a_secret_the_program_knows_goes_wherever_it_stands(value: str) -> None:
    assert value not in for_report(f"could not use {Secret(value)} there")


@given(st.from_regex(r"[a-z]{3,10}\.[a-z]{3,10}\.(com|cn|internal)", fullmatch=True), st.integers(1, 65535))
def test_hosts_and_logins_of_addresses_go(host: str, port: int) -> None:
    shown = for_report(f"rediss://worker:Geheim9@{host}:{port}/0 refused")
    assert host not in shown
    assert "Geheim9" not in shown
    assert shown.startswith("rediss://")
    assert shown.endswith("refused")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("account " + "8a216da86a1b2c3d016a1b2c3d4e5f60" + " refused", "8a216da8"),
        ("mail to jane.doe@clinic.example now", "jane.doe"),
        ("connect to 10.20.30.40 failed", "10.20.30.40"),
        ("INSERT … [parameters: ('你好', 'Jane')] failed", "你好"),
        ('{"datas": ["9527", "5"], "token": "x1y2"}', "x1y2"),
        (r"{\"password\": \"hunter2\"}", "hunter2"),
        ("pwd=hunter2", "hunter2"),
        ("user x, pass: hunter2", "hunter2"),
        ("Authorization header: Bearer abc.def", "abc.def"),
        ("DETAIL:  Failing row contains (1, 2, 您的验证码是1234，张伟先生).", "张伟"),
    ],
)
def test_what_else_goes(text: str, hidden: str) -> None:
    assert hidden not in for_report(text)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("redis://localhost:6379/0", set()),
        ("redis://:pw@127.0.0.1:6379/0", set()),
        (
            "rediss://clerk:pw@[2001:db8::7]:6379/0?ssl_ca_certs=/etc/ours/ca.pem",
            {"clerk", "2001:db8::7", "/etc/ours/ca.pem"},
        ),
        ("sentinel://one.corp:26379;sentinel://two.corp:26379/0?master_name=m", {"one.corp", "two.corp"}),
        ("postgresql://smsadmin:pw@db1.corp:5432,db2.corp/sms", {"smsadmin", "db1.corp", "db2.corp"}),
        ("postgresql://u%40x@/sms?host=db3.corp,db4.corp", {"u@x", "db3.corp", "db4.corp"}),
        ("amqps://[broken", set()),
    ],
)
def test_what_an_address_tells_of_others(address: str, names: set[str]) -> None:
    assert names_in(address) == names


@pytest.mark.parametrize(
    "long",
    [
        "a-" * 10_000,
        "a" * 20_000,
        "0123456789abcdef" * 1_250,
        "a:" * 10_000,
        "1-" * 10_000,
        "pass-" * 4_000,
        "a@" * 10_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_line_without_end_takes_no_time(long: str) -> None:
    """The window takes them out of what it reports itself."""
    started = time.perf_counter()
    for_report(long)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("home", "said", "shown"),
    [
        ("C:\\Users\\张伟", r"No such file: 'C:\\Users\\张伟\\x'", r"No such file: '~\\x'"),
        ("C:\\Users\\张伟", "C:/Users/张伟/x", "~/x"),
        ("/home/张伟", "/home/张伟/x", "~/x"),
    ],
)
def test_the_home_is_found_in_every_way_of_writing(
    monkeypatch: pytest.MonkeyPatch, home: str, said: str, shown: str
) -> None:
    monkeypatch.setattr(redaction.Path, "home", lambda: home)
    assert for_report(said) == shown


def test_a_user_without_a_home_gets_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(redaction.Path, "home", no_home)
    assert for_report("to 13800138000") == f"to {MASK}"


def test_the_network_of_a_computer_goes_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction.socket, "gethostname", lambda: "desk-pc")
    assert for_report("at desk-pc.corp.example.com now") == f"at {MASK} now"


def test_names_of_the_user_and_the_computer_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction.getpass, "getuser", lambda: "zhangwei")
    monkeypatch.setattr(redaction.socket, "gethostname", lambda: "clinic-3")
    monkeypatch.setenv("HOME", "/home/zhangwei")
    shown = for_report("worker clinic-3:4711 reads /home/zhangwei/.local/share/sms-desk, user zhangwei")
    assert shown == f"worker {MASK}:4711 reads ~/.local/share/sms-desk, user {MASK}"


@pytest.fixture
def short_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user and a computer with names of two letters."""
    monkeypatch.setattr(redaction.getpass, "getuser", lambda: "li")
    monkeypatch.setattr(redaction.socket, "gethostname", lambda: "vm")
    monkeypatch.setattr(redaction.os, "getuid", lambda: 1000, raising=False)
    monkeypatch.setenv("HOME", "/home/li")


@pytest.mark.usefixtures("short_names")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/li/.local/share/sms-desk", "~/.local/share/sms-desk"),
        ("/media/li/stick/ledger.sqlite: no room", f"/media/{MASK}/stick/ledger.sqlite: no room"),
        ("[Errno 13] Permission denied: '/srv/li'", f"[Errno 13] Permission denied: '/srv/{MASK}'"),
        ("/tmp/runtime-li/desk.sock", f"/tmp/runtime-{MASK}/desk.sock"),
        ("/run/user/1000/keyring", f"/run/user/{MASK}/keyring"),
        (r"C:\Users\li\AppData", rf"C:\Users\{MASK}\AppData"),
        ("the keyring of user li", f"the keyring of user {MASK}"),
        ("user=li, hostname: vm", f"user={MASK}, hostname: {MASK}"),
        ("User 'li' may not write", f"User '{MASK}' may not write"),
        ("worker vm:4711 is gone", f"worker {MASK}:4711 is gone"),
        ("celery@vm ready", f"{MASK} ready"),
    ],
)
def test_short_names_go_where_a_name_is_meant(text: str, shown: str) -> None:
    assert for_report(text) == shown


@pytest.mark.usefixtures("short_names")
@pytest.mark.parametrize(
    "text",
    [
        'File "/usr/lib/python3.11/vm.py", line 1000, in li\n    li = [vm for vm in list(alive)]',
        "1000 messages, li and vm are words, a live vmlinux",
        "/opt/sms-desk/lib/line/livm/file",
        "the user list is empty",
    ],
)
def test_short_names_leave_everything_else(text: str) -> None:
    assert for_report(text) == text


def test_a_short_name_of_other_letters_goes_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction.getpass, "getuser", lambda: "李伟")
    assert for_report("the keyring of 李伟 is locked") == f"the keyring of {MASK} is locked"


@pytest.mark.parametrize(
    "text",
    [
        'File "desktop/main_window.py", line 1234, in show_page\nValueError: 12 of 345 rows at 10:31:07',
        "2026-11-23 13:55:08,123 INFO 4711 MainThread tasks.worker: ready",
        "SMS Desk 0.1.0, Python 3.11.7, Celery 5.7.0, kombu 5.7.0, redis 8.1.0, SQLAlchemy 2.1.9, glibc 2.36",
        "PySide6 6.11.3 on Linux-6.1.0-x86_64-with-glibc2.36, screen 2560x1440 at 1.25",
        "task 1b4e28ba-2fa1-11d2-883f-0016d3cca427 took 0.120s",
        "redis://localhost:6379/0 and http://127.0.0.1:9808/healthz",
        "75.3 GB free, 2,488 messages, 64 in flight",
    ],
)
def test_what_a_reader_needs_stays(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction.getpass, "getuser", lambda: "zhangwei")
    monkeypatch.setattr(redaction.socket, "gethostname", lambda: "clinic-3")
    assert for_report(text) == text
