"""Motion models: trained, exported, run."""
