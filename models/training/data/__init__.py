"""Motion data for the dancer: imported, cleaned, put onto beats and paired with music that fits."""
