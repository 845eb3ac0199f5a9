"""Compose page ↔ its agent."""

from __future__ import annotations

from desktop.background.composer import Composer
from desktop.widgets.compose.page import ComposePage


def connect(page: ComposePage, composer: Composer) -> None:
    """Wire both and fill the page. The page owns its agent from now on."""
    composer.setParent(page)
    page.shown.connect(composer.load)
    page.recipients_edited.connect(composer.check_recipients)
    page.writing_changed.connect(composer.measure)
    page.quote_wanted.connect(composer.quote)
    page.earlier_wanted.connect(composer.look_earlier)
    page.confirmation.leave_out_wanted.connect(composer.leave_out)
    page.send_wanted.connect(composer.send)
    page.template_save_wanted.connect(composer.save_template)
    page.template_delete_wanted.connect(composer.delete_template)
    page.template_fetch_wanted.connect(composer.fetch_templates)
    composer.accounts_loaded.connect(page.show_accounts)
    composer.templates_loaded.connect(page.show_templates)
    composer.template_saved.connect(page.show_template_saved)
    composer.template_refused.connect(page.show_template_refused)
    composer.templates_fetched.connect(page.show_templates_fetched)
    composer.template_fetch_refused.connect(page.show_template_fetch_refused)
    composer.recipients_checked.connect(page.show_check)
    composer.recipients_refused.connect(page.show_check_refused)
    composer.measured.connect(page.show_measured)
    composer.quoted.connect(page.show_quote)
    composer.quote_refused.connect(page.show_quote_refused)
    composer.earlier_found.connect(page.confirmation.show_earlier)
    composer.earlier_refused.connect(page.confirmation.show_no_earlier)
    composer.left_out.connect(page.show_left_out)
    composer.leave_out_refused.connect(page.show_not_left_out)
    composer.progressed.connect(page.show_progress)
    composer.interrupted.connect(page.show_interrupted)
    composer.handed_over.connect(page.show_handed_over)
    composer.refused.connect(page.show_refused)
    composer.load()
