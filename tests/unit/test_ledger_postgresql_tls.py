"""A ledger on PostgreSQL over TLS: what the address asks for is checked, and without it nothing leaves this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.certificates import make_certificates
from support.postgres import Databases

from tasks.errors import LedgerError
from tasks.ledger import postgresql
from tasks.ledger.engine import open_ledger

pytestmark = pytest.mark.server


@pytest.fixture
def authority(postgres: Databases, tmp_path: Path) -> Iterator[Path]:
    """The server speaks TLS as `localhost`; the file of who signed its certificate."""
    made = make_certificates(tmp_path / "certificates", "localhost")
    with postgres.server.speaking_tls(made.certificate, made.key):
        yield made.authority


def refusal(url: str) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)
    return refused.value


def test_the_servers_certificate_is_checked_where_the_address_asks_for_it(
    postgres_url: str, authority: Path, tmp_path: Path
) -> None:
    by_name = postgres_url.replace("@127.0.0.1:", "@localhost:")
    asked = f"?sslmode=verify-full&sslrootcert={authority}"
    ledger = open_ledger(by_name + asked)
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar()
    ledger.close()
    other = make_certificates(tmp_path / "other", "localhost").authority
    for wrong in (
        by_name + f"?sslmode=verify-full&sslrootcert={other}",
        postgres_url + asked,  # the certificate names no 127.0.0.1
        by_name + "?sslmode=verify-full&sslrootcert=/not/there.pem",
    ):
        assert refusal(wrong).code == "ledger.tls"


def test_a_server_without_tls_is_not_used_where_the_address_asks_for_it(postgres_url: str) -> None:
    assert refusal(postgres_url + "?sslmode=require").code == "ledger.tls"


@pytest.mark.parametrize(
    ("host", "hostaddr", "sslmode", "encrypted", "protected"),
    [
        ("/var/run/postgresql", "", None, False, True),
        ("localhost", "127.0.0.1", None, False, True),
        ("db", "10.0.0.5", "verify-full", True, True),
        ("db", "10.0.0.5", "require", True, False),
        ("db", "10.0.0.5", None, True, False),
        ("db", "10.0.0.5", None, False, False),
    ],
)
def test_a_connection_is_protected_on_this_machine_or_by_a_checked_certificate(
    host: str, hostaddr: str, sslmode: str | None, encrypted: bool, protected: bool
) -> None:
    info = SimpleNamespace(host=host, hostaddr=hostaddr, get_parameters=lambda: {"sslmode": sslmode})
    driver = SimpleNamespace(info=info, pgconn=SimpleNamespace(ssl_in_use=encrypted))
    connection: Any = SimpleNamespace(connection=SimpleNamespace(driver_connection=driver))
    assert postgresql.is_protected(connection) is protected
