"""The repairs that the fixer tries, and how it weighs them."""
