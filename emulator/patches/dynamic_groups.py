"""Dynamic thing groups: calls of their own create, change and delete them, calls for static groups refuse them, and a query determines their members."""

import json
import re

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import iot

from .fingerprint import expect

REFUSAL = "This operation does not support dynamic thing groups"
INDEX, QUERY_VERSION = "AWS_Things", "2017-09-30"

# `thingName:lamp*`, `attributes.color:red`, joined by AND: the part of the query language that tests need.
_TERM = re.compile(r"(thingName|thingTypeName|attributes\.[^\s:]+):(\S+)")


def apply() -> None:
    route = iot._route_request
    handle = expect(iot._handle_thing_group, "241217eae77b35d4")
    add = expect(iot._add_thing_to_group, "fc9cd9e95c841b5f")
    remove = expect(iot._remove_thing_from_group, "8f9c52a2eb849f0e")
    members = iot._list_things_in_thing_group
    groups_of = iot._list_thing_groups_for_thing
    event = iot._registry_event

    async def route_request(method, path, headers, body, query_params):
        if path.startswith("/dynamic-thing-groups/"):
            return _handle(method, path.removeprefix("/dynamic-thing-groups/"), iot._parse_body(body))
        return await route(method, path, headers, body, query_params)

    def handle_thing_group(method, path, body, qp):
        if method in ("PATCH", "DELETE") and _is_dynamic(path.removeprefix("/thing-groups/")):
            return _refused()
        if method == "POST" and _is_dynamic(path.removeprefix("/thing-groups/")):
            return _exists(path.removeprefix("/thing-groups/"))
        if method == "POST" and _is_dynamic(iot._parse_body(body).get("parentGroupName")):
            return _refused()
        return handle(method, path, body, qp)

    async def add_thing_to_group(payload):
        return _refused() if _is_dynamic(_group_of(payload)) else await add(payload)

    async def remove_thing_from_group(payload):
        return _refused() if _is_dynamic(_group_of(payload)) else await remove(payload)

    def list_things_in_thing_group(path):
        group = iot._thing_groups.get(path[len("/thing-groups/"):-len("/things")])
        return json_response({"things": _members(group)}) if group and "queryString" in group else members(path)

    def list_thing_groups_for_thing(path):
        status, headers, body = groups_of(path)
        if status != 200:
            return status, headers, body
        name = path[len("/things/"):-len("/thing-groups")]
        dynamic = [each for each in iot._thing_groups.values() if "queryString" in each and name in _members(each)]
        return json_response({"thingGroups": [
            *json.loads(body)["thingGroups"], *({"groupName": each["thingGroupName"], "groupArn": each["thingGroupArn"]} for each in dynamic)
        ]})

    def registry_event(kind, topic, event_type, operation, fields, *rest, **named):
        mapping = (iot._thing_groups.get(fields.get("thingGroupName") or "") or {}).get("mappingId")
        told = {**fields, "dynamicGroupMappingId": mapping} if kind == "THING_GROUP" else fields
        return event(kind, topic, event_type, operation, told, *rest, **named)

    iot._route_request = route_request
    iot._handle_thing_group = handle_thing_group
    iot._add_thing_to_group = add_thing_to_group
    iot._remove_thing_from_group = remove_thing_from_group
    iot._list_things_in_thing_group = list_things_in_thing_group
    iot._list_thing_groups_for_thing = list_thing_groups_for_thing
    iot._registry_event = registry_event


def _handle(method: str, name: str, payload: dict) -> tuple:
    group = iot._thing_groups.get(name)
    if group and "queryString" not in group and method != "POST":
        return error_response_json("InvalidRequestException", "This operation only supports dynamic thing groups", 400)
    if method == "POST":
        return _create(name, payload, group)
    if method == "PATCH":
        return _update(name, payload, group)
    if method == "DELETE":
        if group:
            iot._thing_group_event("DELETED", group)
            del iot._thing_groups[name]
        return json_response({})
    return error_response_json("InvalidRequestException", f"Unsupported method: {method}", 400)


def _create(name: str, payload: dict, there: dict | None) -> tuple:
    refusal = iot._validate_name(name, "thingGroupName") or _invalid(payload.get("queryString"))
    if refusal:
        return refusal
    wanted = {
        "queryString": payload["queryString"],
        "indexName": payload.get("indexName") or INDEX,
        "queryVersion": payload.get("queryVersion") or QUERY_VERSION,
        "thingGroupProperties": _properties(payload),
    }
    if there and any(there.get(key) != value for key, value in wanted.items()):
        return _exists(name)
    group = there or {
        "thingGroupName": name,
        "thingGroupId": new_uuid(),
        "thingGroupArn": iot._thing_group_arn(name),
        "version": 1,
        "things": [],
        "creationDate": iot._now_epoch(),
        "mappingId": new_uuid(),
        "status": "ACTIVE",
        **wanted,
    }
    if not there:
        iot._thing_groups[name] = group
        iot._thing_group_event("CREATED", group)
    return json_response({key: group[key] for key in ("thingGroupName", "thingGroupArn", "thingGroupId", "indexName", "queryString", "queryVersion")})


def _update(name: str, payload: dict, group: dict | None) -> tuple:
    if group is None:
        return iot._error_not_found("UpdateThingGroup", name)
    refusal = _invalid(payload["queryString"]) if "queryString" in payload else None
    if refusal:
        return refusal
    group.update({key: payload[key] for key in ("queryString", "indexName", "queryVersion") if key in payload})
    group.update(thingGroupProperties=_properties(payload), version=group["version"] + 1)
    iot._thing_groups[name] = group
    iot._thing_group_event("UPDATED", group)
    return json_response({"version": group["version"]})


def _properties(payload: dict) -> dict:
    given = payload.get("thingGroupProperties") or {}
    attributes = (given.get("attributePayload") or {}).get("attributes") or {}
    return {"thingGroupDescription": given.get("thingGroupDescription"), "attributePayload": {"attributes": dict(attributes)}}


def _invalid(query: str | None) -> tuple | None:
    if query and all(_TERM.fullmatch(term) for term in query.split(" AND ")):
        return None
    return error_response_json("InvalidQueryException", f"Invalid query string: {query}; the emulator knows thingName, thingTypeName and attributes, with AND and *", 400)


def _members(group: dict) -> list[str]:
    terms = [_TERM.fullmatch(term).groups() for term in group["queryString"].split(" AND ")]
    return [name for name, thing in iot._things.items() if all(_matches(thing, field, pattern) for field, pattern in terms)]


def _matches(thing: dict, field: str, pattern: str) -> bool:
    value = (thing.get("attributes") or {}).get(field.removeprefix("attributes.")) if field.startswith("attributes.") else thing.get(field)
    return value is not None and re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value) is not None


def _is_dynamic(name: str | None) -> bool:
    return "queryString" in (iot._thing_groups.get(name or "") or {})


def _group_of(payload: dict) -> str | None:
    return payload.get("thingGroupName") or (payload.get("thingGroupArn") or "").rpartition("/")[2]


def _exists(name: str) -> tuple:
    return error_response_json("ResourceAlreadyExistsException", f"Thing Group {name} already exists in current account with different properties", 409)


def _refused() -> tuple:
    return error_response_json("InvalidRequestException", REFUSAL, 400)
