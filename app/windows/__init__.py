"""The windows of the desk: operator, output."""
