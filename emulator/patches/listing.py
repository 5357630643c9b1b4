"""Paging of the registry's list calls, the fields that they return, and the filters that a listing of the whole registry does without."""

import base64
import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import iot

from .fingerprint import expect

# What AWS returns when nobody asks for more or less, and at most.
DEFAULT_PAGE = 25
LARGEST_PAGE = 250


def apply() -> None:
    things = expect(iot._list_things, "74a6200b724df679")
    types = expect(iot._list_thing_types, "6803e6e59bab7c80")
    groups = expect(iot._list_thing_groups, "76b2ede231bc7117")
    members = expect(iot._list_things_in_thing_group, "f43324dbe1c59381")
    groups_of = expect(iot._list_thing_groups_for_thing, "790a4439925fdb10")
    route = expect(iot._route_request, "91baad6b137550b7")

    # Two of them are called without the query, so all are paged here, where there is one.
    async def route_request(method, path, headers, body, query_params):
        status, answer_headers, answer = await route(method, path, headers, body, query_params)
        listed = _listed(path) if method == "GET" and status == 200 else None
        if not listed:
            return status, answer_headers, answer
        query = {key: value[0] if isinstance(value, list) else value for key, value in query_params.items()}
        return page(listed, json.loads(answer)[listed], query)

    iot._list_thing_types = lambda query: json_response({"thingTypes": [
        {key: value for key, value in each.items() if key != "thingTypeId"}
        for each in json.loads(types(query)[2])["thingTypes"]
        if query.get("thingTypeName") in (None, each["thingTypeName"])
    ]})
    iot._route_request = route_request


def _listed(path: str) -> str | None:
    """The field that holds the list."""
    if path == "/things" or (path.startswith("/thing-groups/") and path.endswith("/things")):
        return "things"
    if path == "/thing-types":
        return "thingTypes"
    if path == "/thing-groups" or (path.startswith("/things/") and path.endswith("/thing-groups")):
        return "thingGroups"
    return None


def page(field: str, entries: list, query: dict, *, key=None, descending=False, size="maxResults", token="nextToken", following="nextToken") -> tuple:
    """A page ends with the key of its last entry, so that what is created or deleted meanwhile shifts nothing."""
    key = key or _name
    try:
        limit = int(query.get(size) or DEFAULT_PAGE)
        after = _decoded(query[token]) if query.get(token) else None
        rest = sorted((entry for entry in entries if after is None or (key(entry) < after if descending else key(entry) > after)), key=key, reverse=descending)
    except (ValueError, KeyError, TypeError):
        return error_response_json("InvalidRequestException", "The request is not valid.", 400)
    if not 1 <= limit <= LARGEST_PAGE:
        return error_response_json("InvalidRequestException", f"{size} must be between 1 and {LARGEST_PAGE}", 400)
    answer = {field: rest[:limit]}
    if len(rest) > limit:
        answer[following] = base64.b64encode(json.dumps({"after": key(rest[limit - 1])}).encode()).decode()
    return json_response(answer)


def page_by_age(field: str, entries: list, query: dict, *, key) -> tuple:
    """A page of the calls with `pageSize` and `marker`: the newest entries first, unless `isAscendingOrder` is true."""
    ascending = query.get("isAscendingOrder", "").lower() == "true"
    return page(field, entries, query, key=key, descending=not ascending, size="pageSize", token="marker", following="nextMarker")


def _decoded(token: str):
    after = json.loads(base64.b64decode(token, validate=True))["after"]
    return tuple(after) if isinstance(after, list) else after


def _name(entry: dict | str) -> str:
    if isinstance(entry, str):
        return entry
    return entry.get("thingName") or entry.get("thingTypeName") or entry["groupName"]
