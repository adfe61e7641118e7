"""Measures of a dance: numpy only, one question a module, every definition with its rate, tolerance and source.

Conventions: motions are sampled at `FPS`; times are seconds; positions are metres, Y up, the floor at 0; arrays
are batch-first. A share is 0 to 1. What cannot be said of a motion (no beat in it, no accent) is nan, not 0.
"""
