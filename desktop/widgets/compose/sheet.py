"""What is written on the page, as one: read to be kept, and put back as it stood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.models.kept_draft import KeptDraft
from desktop.widgets.compose.content_field import ContentField
from desktop.widgets.compose.recipients_field import RecipientsField
from desktop.widgets.compose.through_field import ThroughField


class Sheet:
    """The fields of the page together."""

    def __init__(self, recipients: RecipientsField, through: ThroughField, content: ContentField) -> None:
        self._recipients, self._through, self._content = recipients, through, content

    def draft(self, request_id: str = "") -> KeptDraft:
        """The fields as they stand."""
        account = self._through.account()
        return KeptDraft(
            recipients=self._recipients.text(),
            account=account.name if account is not None else "",
            sender=self._through.sender_edit.text(),
            by_template=self._content.templated,
            text=self._content.message.text(),
            template_id=self._content.template.template_id(),
            variables=self._content.template.variables_text(),
            request_id=request_id,
        )

    def put(self, draft: KeptDraft) -> None:
        """In place of what stands there. An account that is gone leaves the chosen one."""
        self._recipients.edit.setPlainText(draft.recipients)
        self._through.want(draft.account)
        self._through.sender_edit.setText(draft.sender)
        self._content.put(draft.by_template, draft.text, draft.template_id, draft.variables)
        self._content.set_account(self._through.account())

    def fill(self, content: Mapping[str, Any]) -> bool:
        """Like another message; what is not given is left. Whether there were numbers among it."""
        recipients = content.get("recipients") or content.get("recipient")
        if recipients:
            lines = recipients if isinstance(recipients, str) else "\n".join(map(str, recipients))
            self._recipients.edit.setPlainText(lines)
        self._through.want(str(content.get("account") or ""))
        if content.get("sender") is not None:
            self._through.sender_edit.setText(str(content["sender"]))
        self._content.fill(content)
        self._content.set_account(self._through.account())
        return bool(recipients)

    @property
    def is_empty(self) -> bool:
        return self.draft().is_empty
