"""The forecast engine: histories in, joint sample paths out. numpy and scipy only.

    forecast_batch(values, freqs, horizons, n_paths, seed) -> [paths (n_paths, horizon), ...]

The way of a history: `panel` (scale, mask, log) -> `season` -> `methods` and `combine` (the bank, weighed by its past)
-> `bands` (three quantiles per step) -> `noise` (persistent scores) -> paths. Series that are often zero take
`intermittent` instead; `stated` and `cohorts` speak where history is short; `joint` gives the meters of one customer
their company.
"""

from forecasting.engine.cohorts import Cohort
from forecasting.engine.engine import METHOD, VERSION, forecast, forecast_batch
from forecasting.engine.joint import couple
from forecasting.engine.stated import Stated

__all__ = ["METHOD", "VERSION", "Cohort", "Stated", "couple", "forecast", "forecast_batch"]
