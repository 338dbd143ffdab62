"""One SQLite file, one writer: everything that is written goes through here."""

from queue_server.database.connections import Connection
from queue_server.database.database import Database, Reading
from queue_server.database.transaction import Tx
from queue_server.database.writer import Done, Job

__all__ = ["Connection", "Database", "Done", "Job", "Reading", "Tx"]
