"""Forecasts, scenarios and prices for programs."""
