"""How a stranger's files are read as the tables of the contract: ``mapping.toml``, applied at the edge."""
