"""What `bench/fit_forecasting.py` needs: windows of the training series, the loss of a band, a network's training."""
