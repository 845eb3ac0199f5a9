"""Joins pages and agents: one module a page, each with `connect(page, *agents)`."""
