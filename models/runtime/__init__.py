"""What runs a trained model."""
