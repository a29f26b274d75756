"""What the console knows and does. Imports no Qt."""
