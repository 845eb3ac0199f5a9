"""The agent of the Compose page: everything it asks the clerk, and what of the answers is still wanted."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from desktop.background.clerk import Clerk
from desktop.background.measuring import measure
from desktop.models.draft import (
    Account,
    Fetched,
    HandedOver,
    Quote,
    RecipientCheck,
    Submission,
    Template,
    Writing,
)
from desktop.models.earlier import Earlier

MOST_REPEATS: Final = 10
"""Times a price or a submission is asked for again after the clerk has ended, before the page is told."""
LOST_TOKEN: Final = "request.recipients_gone"
"""The clerk no longer holds the numbers that were checked: it was started anew, or they gave way to newer ones."""


class Composer(QObject):
    """Checks, prices and hands over. Every answer that a newer question has overtaken is dropped."""

    accounts_loaded = Signal(object, str)
    """(accounts, name of the default one)."""
    templates_loaded = Signal(object)
    template_saved = Signal()
    template_refused = Signal(str, object)
    templates_fetched = Signal(str, object)
    """(account, Fetched); the book follows with `templates_loaded`."""
    template_fetch_refused = Signal(str, str, object)
    """(account, code, params)."""
    recipients_checked = Signal(object)
    recipients_refused = Signal(str, object)
    measured = Signal(object)
    quoted = Signal(object)
    quote_refused = Signal(str, object)
    earlier_found = Signal(object)
    earlier_refused = Signal()
    left_out = Signal(str, int)
    """(the numbers that remain, how many were left out)."""
    leave_out_refused = Signal(str, object)
    progressed = Signal(int, object)
    interrupted = Signal()
    """The clerk ended during a submission; the same one goes to the next clerk."""
    handed_over = Signal(object)
    refused = Signal(str, object)

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._region = "CN"
        self._life = 0
        self._checking: int | None = None
        self._text = ""
        self._token: str | None = None
        self._check: RecipientCheck | None = None
        self._writing: Writing | None = None
        self._quoting: Submission | None = None
        self._quote_repeats = 0
        self._submission: Submission | None = None
        self._submission_region = self._region
        self._repeats = 0
        self._wait_for_clerk = False
        self._looking: int | None = None
        clerk.ready.connect(self._clerk_ready)

    # -- what the page needs to be filled ---------------------------------------------------------------

    @Slot()
    def load(self) -> None:
        """Ask for the accounts and the template book."""
        self._clerk.request("settings.get", {}, self._settings_came, self._not_now)
        self._load_templates()

    @Slot(object)
    def save_template(self, template: Template) -> None:
        params = {
            "template_id": template.template_id, "account": template.account, "name": template.name,
            "text": template.text, "signature": template.signature,
        }  # fmt: skip
        self._clerk.request("templates.save", params, self._template_saved, self._template_refused)

    @Slot(object)
    def delete_template(self, template: Template) -> None:
        params = {"template_id": template.template_id, "account": template.account}
        self._clerk.request("templates.delete", params, self._load_templates, self._template_refused)

    @Slot(str)
    def fetch_templates(self, account: str) -> None:
        """Ask an account's gateway for its templates: `templates_fetched` or `template_fetch_refused` follows."""

        def came(answer: dict[str, Any]) -> None:
            self._load_templates()
            self.templates_fetched.emit(account, Fetched.from_wire(answer))

        def refused(code: str, params: dict[str, Any]) -> None:
            self.template_fetch_refused.emit(account, code, params)

        self._clerk.request("templates.fetch", {"account": account}, came, refused)

    def _settings_came(self, answer: dict[str, Any]) -> None:
        fields = {entry["key"]: entry.get("value") for entry in answer.get("fields", ())}
        region = str(fields.get("region") or "")
        accounts = tuple(Account.from_wire(entry) for entry in answer.get("accounts", ()))
        self.accounts_loaded.emit(accounts, str(fields.get("gateway") or ""))
        if region and region != self._region:
            self._region = region
            self._check_again()
            self._measure()

    def _load_templates(self, _answer: dict[str, Any] | None = None) -> None:
        self._clerk.request("templates.list", {}, self._templates_came, self._not_now)

    def _templates_came(self, answer: dict[str, Any]) -> None:
        entries = (
            Template(
                str(entry["template_id"]), str(entry["account"]), str(entry.get("name") or ""),
                str(entry.get("text") or ""), str(entry.get("signature") or ""),
            )
            for entry in answer.get("templates", ())
        )  # fmt: skip
        self.templates_loaded.emit(tuple(entries))

    def _template_saved(self, _answer: dict[str, Any]) -> None:
        self.template_saved.emit()
        self._load_templates()

    def _template_refused(self, code: str, params: dict[str, Any]) -> None:
        self.template_refused.emit(code, params)

    def _not_now(self, code: str, params: dict[str, Any]) -> None:
        """A clerk that has gone comes back with `ready`, and then the page is filled again."""
        if code != "clerk.gone":
            self._clerk.failed.emit("compose", code, params)

    # -- recipients -------------------------------------------------------------------------------------

    @Slot(str)
    def check_recipients(self, text: str) -> None:
        """Check the text; an answer to an older text never comes any more."""
        self._text = text
        self._quoting = None
        self._check_again()

    def _check_again(self) -> None:
        self._life += 1
        if self._checking is not None:
            self._clerk.cancel(self._checking)
            self._checking = None
        self._token = self._check = None
        if not self._text.strip():
            self._settle_check(RecipientCheck())
            return
        life = self._life

        def came(answer: dict[str, Any]) -> None:
            if life == self._life:
                self._checking = None
                self._token = str(answer["token"])
                self._settle_check(RecipientCheck.from_wire(answer))

        def refused(code: str, params: dict[str, Any]) -> None:
            if life == self._life:
                self._checking = None
                if code != "clerk.gone":  # then `ready` checks again
                    self._quoting = None
                    self.recipients_refused.emit(code, params)

        params = {"text": self._text, "region": self._region}
        self._checking = self._clerk.request("recipients.check", params, came, refused)

    def _settle_check(self, check: RecipientCheck) -> None:
        self._check = check
        waiting, self._quoting = self._quoting, None
        self.recipients_checked.emit(check)
        self._measure()
        if waiting is not None and self._quoting is None:  # else the page has just asked by itself
            self._quoting = waiting
            self._ask_price(waiting)

    # -- the text ---------------------------------------------------------------------------------------

    @Slot(object)
    def measure(self, writing: Writing) -> None:
        """Render and measure; answers at once with `measured`."""
        self._writing = writing
        self._measure()

    def _measure(self) -> None:
        if self._writing is not None:
            self.measured.emit(measure(self._writing, self._check, self._region))

    # -- price and submission ---------------------------------------------------------------------------

    @Slot(object)
    def quote(self, submission: Submission) -> None:
        """Price what is about to be confirmed: `quoted` or `quote_refused` follows, unless the numbers are edited.

        Numbers that are checked anew meanwhile (another clerk, another region) are priced anew: Send is pressed once.
        """
        self._quoting, self._quote_repeats = submission, 0
        self._ask_price(submission)

    def _ask_price(self, submission: Submission) -> None:
        life = self._life

        def came(answer: dict[str, Any]) -> None:
            if life == self._life:
                self._quoting = None
                self.quoted.emit(Quote.from_wire(answer))

        def refused(code: str, params: dict[str, Any]) -> None:
            if life != self._life:
                return
            if code == LOST_TOKEN and self._quote_repeats < MOST_REPEATS:
                self._quote_repeats += 1
                self._check_again()
                return
            self._quoting = None
            self.quote_refused.emit(code, params)

        params = {"token": self._token or "", "account": submission.account, "content": submission.content.to_wire()}
        self._clerk.request("compose.quote", params, came, refused)

    @Slot(object)
    def look_earlier(self, submission: Submission) -> None:
        """Look up what the numbers got before; an earlier question is given up."""
        self._give_up_looking()
        life = self._life

        def came(answer: dict[str, Any]) -> None:
            self._looking = None
            if life == self._life:
                self.earlier_found.emit(Earlier.from_wire(answer))

        def refused(_code: str, _params: dict[str, Any]) -> None:
            self._looking = None
            if life == self._life:
                self.earlier_refused.emit()

        params = {"token": self._token or "", "account": submission.account, "content": submission.content.to_wire()}
        self._looking = self._clerk.request("compose.earlier", params, came, refused)

    def _give_up_looking(self) -> None:
        if self._looking is not None:
            self._clerk.cancel(self._looking)
            self._looking = None

    @Slot(str)
    def leave_out(self, reason: str) -> None:
        """Ask for the numbers without those that were found for a reason."""
        text = self._text

        def came(answer: dict[str, Any]) -> None:
            if text != self._text:  # other numbers stand there by now
                return
            self.left_out.emit(str(answer["recipients"]), int(answer["left_out"]))

        params = {"token": self._token or "", "what": [reason]}
        self._clerk.request("compose.leave_out", params, came, self.leave_out_refused.emit)

    @Slot(object)
    def send(self, submission: Submission) -> None:
        """Hand a submission over. Exactly one of `handed_over` and `refused` follows.

        A clerk that ends meanwhile may or may not have written it: the next one is asked with the same
        `request_id`. It answers with the batch that is there, or that it does not know the numbers: then they are
        checked again, and handed over under the same `request_id`.
        """
        if self._submission is not None:
            return
        self._give_up_looking()
        self._submission = submission
        self._submission_region = self._region
        self._repeats = 0
        self._hand_over(self._token or "")

    def _hand_over(self, token: str) -> None:
        submission = self._submission
        if submission is None:
            return
        params = {
            "token": token, "account": submission.account, "content": submission.content.to_wire(),
            "request_id": submission.request_id,
        }  # fmt: skip
        self._clerk.request("compose.send", params, self._handed_over, self._send_refused, self._progressed)

    def _handed_over(self, answer: dict[str, Any]) -> None:
        self._submission = None
        self.handed_over.emit(
            HandedOver(int(answer["batch_id"]), int(answer.get("first_id") or 0), int(answer["count"]))
        )

    def _progressed(self, progress: dict[str, Any]) -> None:
        self.progressed.emit(int(progress.get("done") or 0), progress.get("total"))

    def _send_refused(self, code: str, params: dict[str, Any]) -> None:
        if code == "clerk.gone" and self._repeats < MOST_REPEATS:
            self._repeats += 1
            self._wait_for_clerk = True
            self.interrupted.emit()
        elif code == LOST_TOKEN and self._repeats < MOST_REPEATS:
            self._repeats += 1
            self._check_for_submission()
        else:
            self._submission = None
            self.refused.emit(code, params)

    def _check_for_submission(self) -> None:
        """The numbers as they were confirmed, for a clerk that does not have them any more."""
        submission = self._submission
        if submission is None:
            return
        params = {"text": submission.recipients, "region": self._submission_region}
        self._clerk.request("recipients.check", params, self._checked_for_submission, self._send_refused)

    def _checked_for_submission(self, answer: dict[str, Any]) -> None:
        self._token = str(answer["token"])
        self._hand_over(self._token)

    def _clerk_ready(self, _hello: dict[str, Any]) -> None:
        self.load()
        if self._wait_for_clerk:
            self._wait_for_clerk = False
            self._hand_over("")
        elif self._text.strip():
            self._check_again()
