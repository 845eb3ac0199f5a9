"""`templates.*`: the template book, what a gateway has approved, as the operator noted it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import RequestError
from tasks.ledger.schema import templates

FIELDS = ("template_id", "account", "name", "text", "signature")


class Book:
    """The template book of the ledger."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self, _request: Request) -> dict[str, Any]:
        """`templates.list`: `{templates: [...]}` by account and name."""
        columns = [templates.c[name] for name in FIELDS]
        statement = select(*columns).order_by(templates.c.account, templates.c.name, templates.c.template_id)
        with self._desk.ledger().reading() as connection:
            return {"templates": [dict(row) for row in connection.execute(statement).mappings()]}

    def save(self, request: Request) -> dict[str, Any]:
        """`templates.save`: adds a template, or replaces the one with this account and id."""
        row = {name: str(request.params.get(name) or "").strip() for name in FIELDS}
        for name in ("template_id", "account"):
            if not row[name]:
                raise RequestError("request.field_missing", field=name)
        row["name"] = row["name"] or row["template_id"]
        with self._desk.ledger().writing() as connection:
            connection.execute(_this(row["account"], row["template_id"]))
            connection.execute(insert(templates).values(**row, updated_ms=now_ms()))
        return {"template": row}

    def delete(self, request: Request) -> dict[str, Any]:
        """`templates.delete`: `{account, template_id}`. One that is not there is no error."""
        with self._desk.ledger().writing() as connection:
            connection.execute(_this(request.param("account", str), request.param("template_id", str)))
        return {}


def _this(account: str, template_id: str) -> Any:
    return delete(templates).where(templates.c.account == account, templates.c.template_id == template_id)
