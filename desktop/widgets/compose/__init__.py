"""The page where a message is written, priced and confirmed."""
