"""Regions without AWS IoT Core: its resource types are unknown there, and its endpoint does not resolve. MiniStack has every service everywhere."""

import json
from pathlib import Path

from ministack import app
from ministack.core.responses import get_region
from ministack.services.cloudformation import engine

from .controls import answer
from .fingerprint import expect

# From the endpoint lists of botocore 1.44.8. Functions read the file too: for them, the endpoints do not resolve.
WITHOUT_IOT = frozenset(json.loads((Path(__file__).parent.parent / "regions-without-iot.json").read_text()))


def apply() -> None:
    check = expect(engine._validate_template_statics, "407c822571bfb4e5")
    serve = app.app

    def validate_template_statics(template):
        unknown = {each.get("Type", "") for each in (template.get("Resources") or {}).values() if each.get("Type", "").startswith("AWS::IoT::")}
        if unknown and get_region() in WITHOUT_IOT:
            raise ValueError(f"Template format error: Unrecognized resource types: [{', '.join(sorted(unknown))}]")
        check(template)

    async def resolved_only(scope, receive, send):
        if scope["type"] == "http" and _is_unresolved(scope):
            # A caller outside of a function gets the closest thing to no answer that a server can give.
            return await answer(send, 503)
        return await serve(scope, receive, send)

    engine._validate_template_statics = validate_template_statics
    app.app = resolved_only


def _is_unresolved(scope) -> bool:
    """A signature contains its Region and service: `Credential=<key>/<day>/<Region>/<service>/aws4_request`."""
    signed = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"authorization"), "")
    parts = signed.partition("Credential=")[2].partition(",")[0].split("/")
    return len(parts) == 5 and parts[2] in WITHOUT_IOT and parts[3].startswith("iot")
