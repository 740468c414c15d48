"""Writing in forecasting: runs, scenarios, portfolios."""

from forecasting.actions.runs import run_forecast

__all__ = ["run_forecast"]
