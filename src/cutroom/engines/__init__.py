"""Floor 3: capabilities behind contracts; plain synchronous code that runs in child processes."""
