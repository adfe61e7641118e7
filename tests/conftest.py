"""What holds for every test."""

from hypothesis import settings

# A speed is measured in a benchmark, never asserted in a unit test: other work on the machine must not fail one.
settings.register_profile("farandole", deadline=None)
settings.load_profile("farandole")
