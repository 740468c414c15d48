"""What every address of the API keeps to: problems, pages, tags, limits, keys that make a request count once."""
