"""What the Help button leads to: what this program is, a report of a problem, and whether there is a newer version."""
