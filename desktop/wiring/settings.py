"""Settings page ↔ its agent; the language is switched at once."""

from __future__ import annotations

from desktop.background.settings_agent import SettingsAgent
from desktop.i18n import apply_language
from desktop.widgets.settings.page import SettingsPage


def connect(page: SettingsPage, agent: SettingsAgent) -> None:
    """Wire both and fill the page. The page owns its agent from now on."""
    agent.setParent(page)
    page.shown.connect(agent.load)
    page.save_wanted.connect(agent.save)
    page.test_wanted.connect(agent.test)
    page.language_chosen.connect(agent.save_language)
    page.language_chosen.connect(apply_language)
    agent.loaded.connect(page.show_settings)
    agent.load_refused.connect(page.show_load_refused)
    agent.saved.connect(page.show_saved)
    agent.save_refused.connect(page.show_save_refused)
    agent.tested.connect(page.show_tested)
    agent.test_refused.connect(page.show_test_refused)
    agent.load()
