"""One SQLite file, one writer: everything that is written goes through here."""

from queue_server.database.database import Database
from queue_server.database.writer import Tx

__all__ = ["Database", "Tx"]
