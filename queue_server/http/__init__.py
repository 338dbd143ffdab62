"""What every `api.py` stands on: reading a request, answering, saying no, and the document of it all."""

from queue_server.http.application import HallFlask
from queue_server.http.describing import described
from queue_server.http.documents import docs_html, openapi
from queue_server.http.problems import problem_bytes
from queue_server.http.requests import Caller, answer, body, caller, environ, idempotency_key, language

__all__ = [
    "Caller",
    "HallFlask",
    "answer",
    "body",
    "caller",
    "described",
    "docs_html",
    "environ",
    "idempotency_key",
    "language",
    "openapi",
    "problem_bytes",
]
