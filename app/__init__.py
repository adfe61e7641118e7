"""The windows, the command line and the wiring: the only place for Qt, VisPy and concrete classes."""
