"""Settings of the whole application; every value that may differ between places comes from the environment.

docs/OPERATIONS.md lists the variables. Each module here is one subject.
"""

# ruff: noqa: F403 - Django reads every name of them here

import os

# Forecasts multiply small matrices: threads that wait for each other cost several times the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from cpq.settings.api import *
from cpq.settings.data import *
from cpq.settings.pages import *
from cpq.settings.people import *
from cpq.settings.place import *
from cpq.settings.selling import *
from cpq.settings.telling import *
from cpq.settings.work import *
