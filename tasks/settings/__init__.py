"""Settings of the program: one declared schema; environment over settings.toml over defaults.

    settings = load()
    settings.broker_url, settings.sources["broker_url"], settings.problems
    save({"accounts.shop.gateway": "yuntongxun", "worker_concurrency": 16})

Nothing heavy is imported here: the server's supervisor and every child process start through this package.
"""

from tasks.home import home
from tasks.settings.model import Account, Secret, Settings
from tasks.settings.reading import load
from tasks.settings.schema import FIELDS, Field, account_fields
from tasks.settings.writing import save

__all__ = ["FIELDS", "Account", "Field", "Secret", "Settings", "account_fields", "home", "load", "save"]
