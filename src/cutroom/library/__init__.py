"""Floor 4: projects, assets, and the files behind them."""
