"""`templates.*`: the template book, what a gateway has approved, as the operator noted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import GatewayError, RequestError
from tasks.gateways.protocol import Deadline, GatewayTemplate, ListsTemplates
from tasks.gateways.registry import open_gateway
from tasks.ledger.schema import templates
from tasks.settings import Account, secrets

FETCH_S = 15.0
"""The longest a gateway is asked for its templates."""

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

    def fetch(self, request: Request) -> dict[str, Any]:
        """`templates.fetch`: asks the account's gateway for its templates and writes the approved ones into the book.

        `{account}` → progress, `{found, added, changed, not_approved: [id], missing: [id]}`; `missing` are those of the
        book that the gateway does not name. Nothing is deleted. Raises GatewayError: `gateway.no_template_query`
        (account), those of `open_gateway` and of `ListsTemplates.templates`; LedgerError.
        """
        account = self._desk.account(request.param("account", str))
        request.progress(0, None)
        found = fetched(account)
        request.raise_if_cancelled()
        return {"found": len(found), **self._merge(account.name, found)}

    def _merge(self, account: str, found: Sequence[GatewayTemplate]) -> dict[str, Any]:
        columns = [templates.c[name] for name in FIELDS if name != "account"]
        added = changed = 0
        with self._desk.ledger().writing() as connection:
            rows = connection.execute(select(*columns).where(templates.c.account == account)).mappings()
            book = {row["template_id"]: dict(row) for row in rows}
            for template in found:
                entry = _merged(template, book.get(template.template_id))
                if template.approved is False or entry == book.get(template.template_id):
                    continue
                added += template.template_id not in book
                changed += template.template_id in book
                connection.execute(_this(account, template.template_id))
                connection.execute(insert(templates).values(**entry, account=account, updated_ms=now_ms()))
                book[template.template_id] = entry
        at_gateway = {template.template_id for template in found}
        return {
            "added": added,
            "changed": changed,
            "not_approved": [template.template_id for template in found if template.approved is False],
            "missing": sorted(book.keys() - at_gateway),
        }

    def delete(self, request: Request) -> dict[str, Any]:
        """`templates.delete`: `{account, template_id}`. One that is not there is no error."""
        with self._desk.ledger().writing() as connection:
            connection.execute(_this(request.param("account", str), request.param("template_id", str)))
        return {}


def fetched(account: Account) -> list[GatewayTemplate]:
    """All templates that the account's gateway names."""
    gateway = open_gateway(secrets.resolve(account))
    try:
        if not isinstance(gateway, ListsTemplates):
            raise GatewayError("gateway.no_template_query", account=account.name)
        return gateway.templates(Deadline.after(FETCH_S))
    finally:
        gateway.close()


def _merged(template: GatewayTemplate, known: Mapping[str, str] | None) -> dict[str, str]:
    """An entry of the book with the gateway's word for text and signature, and the operator's for the name."""
    known = known or {}
    name = known.get("name", "")
    if name in ("", template.template_id):
        name = template.name or template.template_id
    return {
        "template_id": template.template_id,
        "name": name,
        "text": template.text or known.get("text", ""),
        "signature": template.signature or known.get("signature", ""),
    }


def _this(account: str, template_id: str) -> Any:
    return delete(templates).where(templates.c.account == account, templates.c.template_id == template_id)
