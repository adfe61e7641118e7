"""One widget a file, each talking to the view model only."""
