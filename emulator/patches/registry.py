"""The IoT registry, where MiniStack is less strict than AWS or lacks fields that a replicator reads."""

import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import iot

from .controls import controls
from .fingerprint import expect

A_DAY = 24 * 3600


def apply() -> None:
    _things()
    _thing_types()
    _thing_groups()
    controls["age-registry"] = age


def age(region: str) -> None:
    """Dates the entities in a Region's registry back by a day."""
    for registry in (iot._things, iot._thing_types, iot._thing_groups):
        for (_, home, _), entity in list(registry._data.items()):
            if home == region:
                for dated in (entity, entity.get("thingGroupMetadata"), entity.get("thingTypeMetadata")):
                    if dated and "creationDate" in dated:
                        dated["creationDate"] -= A_DAY


def _things() -> None:
    create = expect(iot._create_thing, "b033e6b9f628fbf9")
    update = expect(iot._update_thing, "9043ffccfafa9121")

    def create_thing(name, payload):
        known = iot._things.get(name)
        return _deprecated(known, payload) or create(name, payload)

    def update_thing(name, payload):
        refusal = _deprecated(iot._things.get(name), payload)
        if refusal:
            return refusal
        attributes = payload.get("attributePayload") or {}
        if not attributes.get("merge"):
            # An empty value is an instruction to remove, not a value: AWS stores none.
            kept = {key: value for key, value in (attributes.get("attributes") or {}).items() if value}
            if "attributePayload" in payload:
                payload = {**payload, "attributePayload": {**attributes, "attributes": kept}}
        return update(name, payload)

    iot._create_thing = create_thing
    iot._update_thing = update_thing


def _deprecated(thing: dict | None, payload: dict) -> tuple | None:
    """The refusal of a deprecated type that is not already the thing's. The typing error is AWS's own."""
    name = payload.get("thingTypeName")
    if not name or (thing or {}).get("thingTypeName") == name:
        return None
    if not ((iot._thing_types.get(name) or {}).get("thingTypeMetadata") or {}).get("deprecated"):
        return None
    return error_response_json("InvalidRequestException", f"Can not create new thing with depreated thing type:{name}", 400)


def _thing_types() -> None:
    """UpdateThingType, which on AWS changes the MQTT 5 configuration and nothing else."""
    handle = expect(iot._handle_thing_type, "3923de88f2d2ae21")

    def handle_thing_type(method, path, body, query):
        name = path.removeprefix("/thing-types/")
        if method != "PATCH" or "/" in name:
            return handle(method, path, body, query)
        thing_type = iot._thing_types.get(name)
        if thing_type is None:
            return iot._error_not_found("ThingType", name)
        properties = iot._parse_body(body).get("thingTypeProperties") or {}
        if set(properties) - {"mqtt5Configuration"}:
            return error_response_json("InvalidRequestException", "Can only update mqtt5Configuration.", 400)
        thing_type["thingTypeProperties"]["mqtt5Configuration"] = properties.get("mqtt5Configuration") or {}
        iot._thing_types[name] = thing_type
        iot._thing_type_event("UPDATED", thing_type)
        return json_response({})

    iot._handle_thing_type = handle_thing_type


def _thing_groups() -> None:
    """DescribeThingGroup returns the whole path, not only the parent. UpdateThingGroup treats empty values as a removal, an empty map as no change."""
    update = expect(iot._update_thing_group, "9bcbc67566554e60")

    def update_thing_group(name, payload):
        properties = dict(payload.get("thingGroupProperties") or {})
        given = (properties.get("attributePayload") or {}).get("attributes") or {}
        if given:
            merge = properties["attributePayload"].get("merge")
            stored = (iot._thing_groups.get(name) or {}).get("thingGroupProperties", {}).get("attributePayload", {}).get("attributes", {})
            attributes = {key: value for key, value in {**(stored if merge else {}), **given}.items() if value}
            properties["attributePayload"] = {"attributes": attributes}
        else:
            properties.pop("attributePayload", None)
        if "thingGroupDescription" in properties:
            properties["thingGroupDescription"] = properties["thingGroupDescription"] or None
        return update(name, {**payload, "thingGroupProperties": properties})

    iot._update_thing_group = update_thing_group
    describe = expect(iot._describe_thing_group, "fed67ab3ca8ad718")

    def describe_thing_group(name):
        status, headers, body = describe(name)
        if status != 200:
            return status, headers, body
        group = json.loads(body)
        path = []
        parent = iot._thing_groups.get((group.get("thingGroupMetadata") or {}).get("parentGroupName") or "")
        while parent:
            path.insert(0, {"groupName": parent["thingGroupName"], "groupArn": parent["thingGroupArn"]})
            parent = iot._thing_groups.get((parent.get("thingGroupMetadata") or {}).get("parentGroupName") or "")
        metadata = {**group.get("thingGroupMetadata", {"creationDate": group["creationDate"]}), "rootToParentThingGroups": path}
        return json_response({**group, "thingGroupMetadata": metadata})

    iot._describe_thing_group = describe_thing_group
