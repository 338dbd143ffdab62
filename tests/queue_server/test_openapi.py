"""Schemathesis asks everything that the document allows, and much that it does not: no fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.conftest import SOAK
from tests.hall_process import HallProcess

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance, unsupported_method]


@pytest.fixture(scope="module")
def document(hall: HallProcess) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{hall.url}/api/v1/openapi.json")


# A stream does not end; its own tests read it, and its refusals stand in test_requests.
schema = schemathesis.pytest.from_fixture("document").exclude(path="/api/v1/stream")


@pytest.fixture(scope="module")
def line() -> Iterator[requests.Session]:
    """One connection for thousands of requests, and no look at the environment before each."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


# All calls of the document are one test.
@pytest.mark.timeout(7200 if SOAK else 300)
@schema.parametrize()
@settings(max_examples=100 if SOAK else 6, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_fault(case: schemathesis.Case, hall: HallProcess, line: requests.Session) -> None:
    keys = hall.keys("devices")
    for who in ("kiosk-1", "counter-Z1-01", None):
        headers = {} if who is None else {"Authorization": f"Bearer {keys[who]}"}
        case.validate_response(case.call(headers=headers, session=line), checks=CHECKS)
