"""Learning Dance Revolution from paired data, and examining it as its paper does."""
