"""The networks of the flagship, in torch; only training and export import them."""
