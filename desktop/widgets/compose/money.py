"""Prices and numbers as the Compose page writes them: as the whole window does."""

from desktop.models.money import count, money

__all__ = ["count", "money"]
