"""The order that was begun, and its number: what is unchanged keeps it, so that it is never sent twice."""

from __future__ import annotations

import uuid
from dataclasses import replace

from desktop.models.draft import Content, Submission
from desktop.models.kept_draft import KeptDraft
from desktop.widgets.compose.sheet import Sheet


class Orders:
    """One at a time. Its fate may stay unknown: then it waits here, over the end of the program too."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.current: Submission | None = None
        self._begun = KeptDraft()
        """The fields as they stood when it got its number."""

    def begin(self, account: str, content: Content, recipients: str) -> Submission:
        """The order to ask about: the same one as long as nothing is changed."""
        last = self.current
        if last is None or (last.account, last.content, last.recipients) != (account, content, recipients):
            number = self.kept().request_id if last is None else ""
            self.current = Submission(number or str(uuid.uuid4()), account, content, recipients)
            self._begun = self._sheet.draft(self.current.request_id)
        assert self.current is not None
        return self.current

    def end(self) -> None:
        """It is handed over: what follows is another one, even if it is the same again."""
        self.current, self._begun = None, KeptDraft()

    def kept(self) -> KeptDraft:
        """What stands on the page, with the number of its order if it has one."""
        written = self._sheet.draft()
        return self._begun if written == replace(self._begun, request_id="") else written

    def restore(self, draft: KeptDraft) -> None:
        """What was kept stands on the page again."""
        self._sheet.put(draft)
        self._begun = draft
