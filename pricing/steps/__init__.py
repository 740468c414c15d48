"""The steps of a rating, one subject per module; `pricing.rating.STEPS` puts them in order."""
