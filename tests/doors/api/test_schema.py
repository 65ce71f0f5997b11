"""The API against its own description: requests made up from the OpenAPI, good and bad ones."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.doors.api.desks import Caller, item

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 10  # for each address and each way


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_address_answers_as_it_says(call: Caller, mode: GenerationMode) -> None:
    for number in range(3):
        call("POST", "/items?wait=true", item(number))
    schema = schemathesis.openapi.from_asgi("/openapi.json", call.app)
    tried: set[str] = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        tried.add(operation.label)
        try:
            _ask(call, operation.as_strategy(generation_mode=mode))
        except Unsatisfiable:  # an address that takes nothing cannot be asked wrongly
            assert mode is GenerationMode.NEGATIVE
    assert len(tried) == sum(len(entry) for entry in call.app.openapi()["paths"].values())


def _ask(call: Caller, cases: Any) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=cases)
    def asked(case: Any) -> None:
        response = case.call(base_url="http://testserver", headers={"Authorization": f"Bearer {call.secret}"})
        case.validate_response(response, checks=CHECKS)

    asked()


def test_the_description_is_sound_and_versioned(call: Caller) -> None:
    told = call.app.openapi()
    assert (told["openapi"][:3], told["info"]["version"]) == ("3.1", "1.0.0")
    for schema in told["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    operations = [one for entry in told["paths"].values() for one in entry.values()]
    assert all(operation["description"] for operation in operations)
    assert all({"401", "422", "429"} <= set(operation["responses"]) for operation in operations)
    assert call.bare("GET", "/openapi.json").json() == told
