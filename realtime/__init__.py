"""Hears music and performs a dance. Read `engine.py` first, then `types.py`."""
