"""Recorded dances in other programs' formats."""
