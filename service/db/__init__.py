"""The database: connections, transactions and versions; tables live with their features."""
