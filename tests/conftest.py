"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says something about the machine and nothing about the law it is an example of.
settings.register_profile("farandole", deadline=None)
settings.load_profile("farandole")
