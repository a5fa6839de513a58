"""The portal's own settings, with one more address: the same page as a constant."""

from civic.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
