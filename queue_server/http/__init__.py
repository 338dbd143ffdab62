"""What every `api.py` stands on: reading a request, answering, saying no, and the document of it all."""

from queue_server.http.application import HallFlask
from queue_server.http.describing import described, riders_of
from queue_server.http.documents import docs_html, openapi
from queue_server.http.problems import install, problem_bytes
from queue_server.http.requests import Caller, answer, body, caller, idempotency_key, language, set_caller

__all__ = [
    "Caller",
    "HallFlask",
    "answer",
    "body",
    "caller",
    "described",
    "docs_html",
    "idempotency_key",
    "install",
    "language",
    "openapi",
    "problem_bytes",
    "riders_of",
    "set_caller",
]
