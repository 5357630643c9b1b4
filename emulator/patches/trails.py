"""CloudTrail sends management events of AWS IoT to EventBridge, if a trail logs them. MiniStack stores trails, and sends no event."""

import functools
import json
import re
import time

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import _request_account_id, get_account_id, new_uuid, request_scope
from ministack.core.router import extract_access_key_id
from ministack.services import cloudtrail, eventbridge, sqs

from .controls import controls
from .fingerprint import expect

# A rule in the state ENABLED receives no read-only calls: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
_READS = ("Describe", "Get", "List", "Search", "Test")
# Left out of events: CloudTrail hides keys; AWS does not document whether it hides certificates.
_HIDDEN = ("certificatePem", "keyPair", "caCertificatePem", "caCertificate", "verificationCertificate", "certificateSigningRequest")
_TRAIL = "emulator"


def apply() -> None:
    dispatch = expect(app._dispatch_service_request, "17e5ef6dcfa0d4e6")

    async def dispatch_service_request(method, path, headers, body, query_params, request_id):
        answer = await dispatch(method, path, headers, body, query_params, request_id)
        if "/iot/aws4_request" in headers.get("authorization", ""):
            _tell(method, path, headers, body, query_params, request_id, answer)
        return answer

    app._dispatch_service_request = dispatch_service_request
    controls["start-trail"] = _start
    _queues()


def _start(region: str) -> None:
    with request_scope(_request_account_id.get(), region):
        cloudtrail._create_trail({"Name": _TRAIL, "S3BucketName": _TRAIL})
        cloudtrail._start_logging({"Name": _TRAIL})


def _logs(region: str) -> bool:
    """Whether a trail of the account logs write events of a Region: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html"""
    for home, name, trail in cloudtrail._account_trail_items():
        if trail.get("IsLogging") and (home == region or trail.get("IsMultiRegionTrail")):
            selectors = cloudtrail._event_selectors.get_scoped(get_account_id(), home, name) or cloudtrail._DEFAULT_EVENT_SELECTORS
            if any(each.get("IncludeManagementEvents", True) and each.get("ReadWriteType", "All") != "ReadOnly" for each in selectors):
                return True
    return False


def _tell(method, path, headers, body, query_params, request_id, answer) -> None:
    name = iam_actions._match_rest_action("iot", method, path, query_params)
    region = app.extract_region(headers)
    if not name or name.startswith(_READS) or not _logs(region):
        return
    status, _, told = answer
    response = json.loads(told) if told else None
    failure = {"errorCode": response["__type"], "errorMessage": response["message"]} if status >= 400 else {}
    detail = {
        "eventVersion": "1.11",
        "userIdentity": _caller(extract_access_key_id(headers, query_params)),
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": "iot.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": headers.get("user-agent", ""),
        **failure,
        "requestParameters": _shown(_parameters(name, path, headers, body, query_params)) or None,
        "responseElements": None if failure else _shown(response) or None,
        "requestID": request_id,
        "eventID": new_uuid(),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": get_account_id(),
        "eventCategory": "Management",
    }
    with request_scope(get_account_id(), region):
        eventbridge._put_events({"Entries": [{"Source": "aws.iot", "DetailType": "AWS API Call via CloudTrail", "Detail": json.dumps(detail)}]}, allow_aws_source=True)


def _shown(fields: dict | None) -> dict:
    return {key: value for key, value in (fields or {}).items() if key not in _HIDDEN}


def _caller(access_key: str) -> dict:
    account = get_account_id()
    principal = iam_evaluator.resolve_principal(access_key or "", account)
    if isinstance(principal, iam_evaluator.AuthError):
        return {"type": "Unknown", "accountId": account, "accessKeyId": access_key}
    caller = {"type": principal.type, "arn": principal.arn, "accountId": account, "accessKeyId": access_key}
    if principal.type != "AssumedRole":
        return caller
    role = iam_evaluator._role_name_from_assumed_arn(principal.arn)
    issuer = {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
    return {**caller, "sessionContext": {"sessionIssuer": issuer}}


@functools.cache
def _operation(name: str) -> tuple[re.Pattern, dict]:
    """The pattern of a call's path, and the members of its input: `{member: (location, name in that location)}`."""
    model = iam_actions._load_botocore_model("iot")
    operation = model["operations"][name]
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(operation["http"]["requestUri"]))
    members = model["shapes"][operation["input"]["shape"]].get("members", {})
    return re.compile(pattern), {key: (each.get("location", "body"), each.get("locationName", key)) for key, each in members.items()}


def _parameters(name, path, headers, body, query_params) -> dict:
    pattern, members = _operation(name)
    query = {key: value[0] if isinstance(value, list) else value for key, value in query_params.items()}
    given = {"uri": pattern.fullmatch(path.rstrip("/")).groupdict(), "querystring": query, "header": headers, "body": json.loads(body) if body[:1] == b"{" else {}}
    return {key: given[location][at] for key, (location, at) in members.items() if location in given and at in given[location]}


def _queues() -> None:
    """EventBridge can send to a queue only if the policy of the queue allows it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    invoke = eventbridge._invoke_target

    def invoke_target(target, event, rule, view=None):
        queue = sqs._queue_by_arn(target["Arn"]) if ":sqs:" in target["Arn"] and rule.get("EventPattern") else None
        if queue and app.AUTH and not target.get("RoleArn") and not _may_send(queue, target["Arn"], rule):
            eventbridge.logger.error("rule %s: the policy of %s does not allow events.amazonaws.com to send", rule.get("Name"), target["Arn"])
            return None
        return invoke(target, event, rule, view)

    eventbridge._invoke_target = invoke_target


def _may_send(queue: dict, queue_arn: str, rule: dict) -> bool:
    context = iam_evaluator.EvalContext(
        principal_arn="events.amazonaws.com",
        principal_type="Service",
        principal_account=get_account_id(),
        action="sqs:SendMessage",
        resource_arn=queue_arn,
        region=queue_arn.split(":")[3],
        service_context={"aws:sourceaccount": get_account_id(), "aws:sourcearn": rule.get("Arn", "")},
    )
    return iam_evaluator.evaluate_resource_policy(queue["attributes"].get("Policy"), context, service="events.amazonaws.com").decision == "Allow"
