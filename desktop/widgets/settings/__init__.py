"""The page of the program's settings, built from their descriptions."""
