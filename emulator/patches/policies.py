"""Policies of AWS IoT: limits, descriptions, and the listings of policies and of their attachments."""

import hashlib
import json

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import iot

from .fingerprint import expect, rewritten
from .listing import page, page_by_age

# https://docs.aws.amazon.com/general/latest/gr/iot-core.html, none of them adjustable. White space does not count.
DOCUMENT_CHARACTERS = 2_048
VERSIONS = 5
POLICIES_OF_A_CERTIFICATE = 10
# https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html
POLICIES_OF_A_GROUP = 2


def apply() -> None:
    _documents()
    _descriptions()
    _attachments()
    _listings()
    _groups()


def _documents() -> None:
    create = expect(iot._create_policy, "0f1d871f848faa72")
    expect(iot._create_policy_version, "cd2f66be0b8b5523")
    # AWS never uses the number of a version twice.
    create_version = rewritten(iot._create_policy_version, [
        ('next_id = str(max(int(v) for v in p["versions"].keys()) + 1)', 'next_id = str(max([p.get("newestDeleted", 0), *(int(v) for v in p["versions"].keys())]) + 1)'),
    ])
    delete_version = expect(iot._delete_policy_version, "b1366cf9c7c9b8d8")
    set_default = expect(iot._set_default_policy_version, "116864183af9f1c5")

    def create_policy(name, payload):
        answer = (None if name in iot._policies else _malformed(payload.get("policyDocument"))) or create(name, payload)
        if answer[0] == 200:
            now = iot._now_epoch()
            iot._policies[name].update(creationDate=now, lastModifiedDate=now, generationId=hashlib.sha256(new_uuid().encode()).hexdigest())
        return answer

    def create_policy_version(name, payload, qp):
        return _modified(name, _malformed(payload.get("policyDocument")) or _too_many_versions(name) or create_version(name, payload, qp))

    def delete_policy_version(name, version_id):
        answer = _modified(name, delete_version(name, version_id))
        if answer[0] == 200:
            policy = iot._policies[name]
            policy["newestDeleted"] = max(policy.get("newestDeleted", 0), int(version_id))
        return answer

    iot._create_policy = create_policy
    iot._create_policy_version = create_policy_version
    iot._delete_policy_version = delete_policy_version
    iot._set_default_policy_version = lambda name, version_id: _modified(name, set_default(name, version_id))


def _malformed(document: str | None) -> tuple | None:
    """MiniStack refuses a missing document, and one that is not JSON."""
    try:
        parsed = json.loads(document or "{}")
    except ValueError:
        return None
    if document and not (isinstance(parsed, dict) and isinstance(parsed.get("Statement"), (dict, list))):
        return error_response_json("MalformedPolicyException", "Policy document is Malformed", 400)
    if len("".join((document or "").split())) > DOCUMENT_CHARACTERS:
        return error_response_json("MalformedPolicyException", f"Policy document is Malformed: it has more than {DOCUMENT_CHARACTERS} characters", 400)
    return None


def _too_many_versions(name: str) -> tuple | None:
    if len((iot._policies.get(name) or {"versions": {}})["versions"]) < VERSIONS:
        return None
    return error_response_json("VersionsLimitExceededException", f"The policy {name} already has the maximum number of versions ({VERSIONS})", 409)


def _modified(name: str, answer: tuple) -> tuple:
    if answer[0] == 200:
        iot._policies[name]["lastModifiedDate"] = iot._now_epoch()
    return answer


def _descriptions() -> None:
    """Dates and generation belong to the policy: they are the same for every version."""
    get = expect(iot._get_policy, "358439e5c679de77")
    get_version = expect(iot._get_policy_version, "869490be3777ec16")

    def described(answer, name):
        if answer[0] != 200:
            return answer
        policy = iot._policies[name]
        return json_response({**json.loads(answer[2]), "policyName": name, **{key: policy[key] for key in ("creationDate", "lastModifiedDate", "generationId")}})

    iot._get_policy = lambda name: described(get(name), name)
    iot._get_policy_version = lambda name, version_id: described(get_version(name, version_id), name)


def _attachments() -> None:
    change = expect(iot._change_policy_target, "f92602aabb9cb49f")

    def change_policy_target(name, target, *, attach, principal=False):
        wanted = attach and name in iot._policies and target and not iot._policy_target_error(target, principal=principal)
        return (_refused(name, target) if wanted else None) or change(name, target, attach=attach, principal=principal)

    iot._change_policy_target = change_policy_target


def _refused(name: str, target: str) -> tuple | None:
    kind, _, target_id = target.rpartition(":")[2].partition("/")
    if kind == "thinggroup" and "queryString" in iot._thing_groups[target_id]:
        return error_response_json("InvalidRequestException", "This operation does not support dynamic thing groups", 400)
    limit = {"cert": POLICIES_OF_A_CERTIFICATE, "thinggroup": POLICIES_OF_A_GROUP}.get(kind)
    attached = {each["policyName"] for each in iot._policies_attached_to(target)}
    if limit is None or name in attached or len(attached) < limit:
        return None
    return error_response_json("LimitExceededException", f"At most {limit} policies can be attached to {target}", 410)


def _listings() -> None:
    expect(iot._list_policies, "3b9ba09af9998e78")
    expect(iot._list_targets_for_policy, "d2feabacd37b168a")
    expect(iot._list_attached_policies, "748ebe88218c7578")
    expect(iot._list_principal_policies, "6c2fcf5113e09db6")
    expect(iot._list_policy_principals, "fbeef39fbc6712f1")
    principal_policies, policy_principals = iot._list_principal_policies, iot._list_policy_principals

    def list_targets_for_policy(path, qp):
        name = path.removeprefix("/policy-targets/")
        targets = iot._policy_targets(name)
        return iot._error_not_found("Policy", name) if targets is None else _marked("targets", targets, qp)

    def list_attached_policies(path, qp):
        target = path.removeprefix("/attached-policies/")
        targets = [target, *(ancestors(target) if iot._qp_bool(qp, "recursive") else [])]
        found = {each["policyName"]: each for every in targets for each in iot._policies_attached_to(every)}
        return _marked("policies", list(found.values()), qp)

    def paged(listing, field):
        def listed(headers, qp):
            answer = listing(headers, qp)
            return _marked(field, json.loads(answer[2])[field], qp) if answer[0] == 200 else answer

        return listed

    iot._list_policies = lambda qp: page_by_age("policies", [{"policyName": each["policyName"], "policyArn": each["policyArn"]} for each in iot._policies.values()], qp, key=_age)
    iot._list_targets_for_policy = list_targets_for_policy
    iot._list_attached_policies = list_attached_policies
    iot._list_principal_policies = paged(principal_policies, "policies")
    iot._list_policy_principals = paged(policy_principals, "principals")


def _age(entry: dict) -> tuple[float, str]:
    return iot._policies[entry["policyName"]]["creationDate"], entry["policyName"]


def _marked(field: str, entries: list, qp: dict) -> tuple:
    return page(field, entries, qp, key=lambda each: each if isinstance(each, str) else each["policyName"], size="pageSize", token="marker", following="nextMarker")


def ancestors(target: str) -> list[str]:
    """The parent groups of a group, up to the root: it inherits their policies."""
    found = []
    group = iot._thing_groups.get(target.rpartition("/")[2]) if ":thinggroup/" in target else None
    while group := iot._thing_groups.get(((group or {}).get("thingGroupMetadata") or {}).get("parentGroupName") or ""):
        found.append(group["thingGroupArn"])
    return found


def _groups() -> None:
    """Deleting a group detaches its policies: another group of the same name does not inherit them."""
    delete = expect(iot._delete_thing_group, "6f19f62ee8cf91cc")

    def delete_thing_group(name):
        answer = delete(name)
        if answer[0] == 200:
            for policy in iot._policies.values():
                policy["targets"] = [target for target in policy["targets"] if target != iot._thing_group_arn(name)]
        return answer

    iot._delete_thing_group = delete_thing_group
