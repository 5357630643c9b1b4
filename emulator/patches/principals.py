"""Principals of things: exclusive attachments, and the listings that show the type."""

import json

from ministack.core.responses import AccountRegionScopedDict, error_response_json
from ministack.services import iot

from .fingerprint import expect
from .listing import page

EXCLUSIVE, NON_EXCLUSIVE = "EXCLUSIVE_THING", "NON_EXCLUSIVE_THING"

# Exclusive attachments: (name of the thing, ARN of the principal).
_exclusive: AccountRegionScopedDict = AccountRegionScopedDict()


def apply() -> None:
    route = iot._route_request
    handle = expect(iot._handle_thing_principals, "6543399e455a67bd")
    things_of = expect(iot._list_principal_things, "afe46d833be22775")

    async def route_request(method, path, headers, body, query_params):
        query = {key: value[0] if isinstance(value, list) else value for key, value in query_params.items()}
        if method == "GET" and path.startswith("/things/") and path.endswith("/principals-v2"):
            return _principals_v2(handle(method, path.removesuffix("-v2"), headers, body, query), path.split("/")[2], query)
        if method == "GET" and path == "/principals/things-v2":
            return _things_v2(things_of(headers, query), headers.get("x-amzn-principal"), query)
        return await route(method, path, headers, body, query_params)

    def handle_thing_principals(method, path, headers, body, qp):
        name, principal = path.split("/")[2], headers.get("x-amzn-principal")
        if method == "GET":
            return _paged("principals", handle(method, path, headers, body, qp), qp)
        wanted = qp.get("thingPrincipalType") or NON_EXCLUSIVE
        refusal = _refused(name, principal, wanted) if method == "PUT" else None
        answer = refusal or handle(method, path, headers, body, qp)
        if answer[0] == 200:
            _exclusive.pop((name, principal), None)
            if method == "PUT" and wanted == EXCLUSIVE:
                _exclusive[name, principal] = True
        return answer

    iot._route_request = route_request
    iot._handle_thing_principals = handle_thing_principals
    iot._list_principal_things = lambda headers, qp: _paged("things", things_of(headers, qp), qp)


def exclusive_thing(certificate: dict) -> str | None:
    """The thing of a certificate that is attached exclusively."""
    return next((name for name in _things_of(certificate) if (name, certificate["certificateArn"]) in _exclusive), None)


def _things_of(certificate: dict | None) -> list[str]:
    return [name for arn in (certificate or {}).get("attachedThings", []) if (name := iot._thing_name_from_arn(arn)) in iot._things]


def _refused(name: str, principal: str | None, wanted: str) -> tuple | None:
    """https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html does not name the error."""
    certificate = iot._certificates.get((principal or "").rpartition("/")[2])
    if wanted not in (EXCLUSIVE, NON_EXCLUSIVE):
        return error_response_json("InvalidRequestException", f"thingPrincipalType must be one of {[EXCLUSIVE, NON_EXCLUSIVE]}", 400)
    if name not in iot._things or not certificate:
        return None
    attached = _things_of(certificate)
    if name in attached and wanted != _type(name, principal):
        return error_response_json("InvalidRequestException", f"The principal {principal} is already attached to thing {name} as {_type(name, principal)}", 400)
    others = [each for each in attached if each != name]
    if others and (wanted == EXCLUSIVE or exclusive_thing(certificate)):
        return error_response_json("InvalidRequestException", f"The principal {principal} is attached to another thing, and one of the attachments is exclusive", 400)
    return None


def _type(name: str, principal: str) -> str:
    return EXCLUSIVE if (name, principal) in _exclusive else NON_EXCLUSIVE


def _paged(field: str, answer: tuple, query: dict) -> tuple:
    return page(field, json.loads(answer[2])[field], query) if answer[0] == 200 else answer


def _principals_v2(answer: tuple, name: str, query: dict) -> tuple:
    if answer[0] != 200:
        return answer
    told = [{"principal": each, "thingPrincipalType": _type(name, each)} for each in json.loads(answer[2])["principals"]]
    return page("thingPrincipalObjects", _of_type(told, query), query, key=lambda each: each["principal"])


def _things_v2(answer: tuple, principal: str | None, query: dict) -> tuple:
    if answer[0] != 200:
        return answer
    told = [{"thingName": each, "thingPrincipalType": _type(each, principal)} for each in json.loads(answer[2])["things"]]
    return page("principalThingObjects", _of_type(told, query), query)


def _of_type(entries: list[dict], query: dict) -> list[dict]:
    wanted = query.get("thingPrincipalType")
    return [each for each in entries if wanted in (None, each["thingPrincipalType"])]
