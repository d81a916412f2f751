"""The database's schema, one revision after another: an Alembic environment, run by `storage/schema.py`."""
