"""What the reconciler does for rounds at every look."""

from civic.core.jobs import on_tick
from promises.services.quarters import quarters_advance

on_tick(quarters_advance)
