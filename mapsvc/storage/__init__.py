"""The database: engines, dialects, queries, bulk files, migrations."""
