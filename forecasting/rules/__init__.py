"""Pure decisions of forecasting: grain of a history, calendar steps, sentences."""
