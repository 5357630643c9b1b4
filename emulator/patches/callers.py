"""What callers are allowed, where MiniStack evaluates their policies differently from AWS."""

import functools
import json

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, dynamodb_streams, lambda_svc

from .fingerprint import expect


def apply() -> None:
    _transport()
    _batches()
    _streams()
    _leading_keys()
    _namespaces()
    _event_sources()
    _identities()


def _transport() -> None:
    """HTTP on the loopback interface stands for TLS: else whatever has a policy that asks for aws:SecureTransport refuses everything."""
    pin = expect(app.pin_request_origin, "de819c1bd9ac2be4")
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)


def _batches() -> None:
    """AWS has no actions for batches: SendMessageBatch needs sqs:SendMessage."""
    extract = expect(iam_actions.extract_iam_action, "ec476b92d969822b")

    def extract_iam_action(*request):
        action = extract(*request)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_iam_action


def _streams() -> None:
    """The streams of tables and those of log groups are resources, on which calls of them are checked."""
    extract = expect(iam_actions.extract_resource_arn, "82f51700695c62fd")

    # `redrive` patches the same function: what it looks at is what is wrapped.
    @functools.wraps(extract)
    def extract_resource_arn(service, method, path, headers, body, *request):
        arn = extract(service, method, path, headers, body, *request)
        target = headers.get("x-amz-target", "")
        if target.startswith("DynamoDBStreams_"):
            return _table_stream(json.loads(body or b"{}")) or arn
        if target.endswith((".CreateLogStream", ".PutLogEvents")):
            return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '')}"
        if target == "AmazonSSM.GetParametersByPath":
            return _parameters_below(json.loads(body or b"{}"), *request)
        return arn

    iam_actions.extract_resource_arn = extract_resource_arn


def _parameters_below(call: dict, _query: dict, region: str, account_id: str) -> str:
    """A path of parameters is a resource as a parameter is: AWS names it so in what it refuses."""
    return f"arn:aws:ssm:{region}:{account_id}:parameter{call.get('Path', '/')}"


def _table_stream(call: dict) -> str | None:
    """GetRecords names its stream by an iterator alone."""
    iterator = dynamodb_streams._decode_iterator(call["ShardIterator"]) if call.get("ShardIterator") else None
    return call.get("StreamArn") or (iterator or {}).get("arn")


def _leading_keys() -> None:
    """The condition key `dynamodb:LeadingKeys`: the partition keys of what a call is about. Without it a condition on all of them is met by any call."""
    keys = expect(iam_actions.dynamodb_service_context, "0f0021bdc8a3f13c")

    def dynamodb_service_context(body):
        leading = _partition_keys(json.loads(body or b"{}"))
        return {**keys(body), **({"dynamodb:LeadingKeys": leading} if leading else {})}

    iam_actions.dynamodb_service_context = dynamodb_service_context


def _partition_keys(call: dict) -> list[str]:
    """Of calls of one item, and of BatchGetItem: others are not allowed by the key."""
    item = call.get("Key") or call.get("Item")
    items = [(call.get("TableName", ""), item)] if item else []
    for table, request in call.get("RequestItems", {}).items():
        # Those of BatchWriteItem are lists; no room makes that call.
        items += [(table, key) for key in request.get("Keys", [])] if isinstance(request, dict) else []
    return [value for table, item in items for value in _partition_key(table, item)]


def _partition_key(table_name: str, item: dict) -> list[str]:
    table = dynamodb._tables.get(table_name.rsplit("/", 1)[-1])
    if not table:
        return []
    name = next(each["AttributeName"] for each in table["KeySchema"] if each["KeyType"] == "HASH")
    return [str(value) for value in item.get(name, {}).values()]


def _namespaces() -> None:
    """The condition key `cloudwatch:namespace` of PutMetricData."""
    keys = expect(iam_actions.request_tag_context, "d46adb816e024778")

    def request_tag_context(service, action, body, params):
        found = keys(service, action, body, params)
        if action != "cloudwatch:PutMetricData":
            return found
        return {**found, "cloudwatch:namespace": iam_actions._param(body, params, "Namespace")}

    iam_actions.request_tag_context = request_tag_context


_MAPPING_ACTIONS = {"GET": "GetEventSourceMapping", "PUT": "UpdateEventSourceMapping", "DELETE": "DeleteEventSourceMapping"}


def _event_sources() -> None:
    """Calls of one event source mapping, which MiniStack allows to everybody, and the condition key `lambda:FunctionArn` of those that create and change one."""
    extract_action = iam_actions.extract_iam_action
    extract_arn = iam_actions.extract_resource_arn
    keys = iam_actions.request_tag_context
    # Extracted a moment before, for the same request: nothing is awaited in between.
    mapping = {}

    def extract_iam_action(service, method, path, *request):
        parts = [part for part in path.split("/") if part]
        if service == "lambda" and parts[1:2] == ["event-source-mappings"] and len(parts) > 2:
            action = _MAPPING_ACTIONS.get(method)
            return f"lambda:{action}" if action else None
        return extract_action(service, method, path, *request)

    @functools.wraps(extract_arn)
    def extract_resource_arn(service, method, path, *request):
        arn = extract_arn(service, method, path, *request)
        mapping["id"] = arn.rsplit(":", 1)[-1] if ":event-source-mapping:" in (arn or "") else None
        return arn

    def request_tag_context(service, action, body, params):
        found = keys(service, action, body, params)
        if action == "lambda:CreateEventSourceMapping":
            name = json.loads(body or b"{}").get("FunctionName", "")
            return {**found, "lambda:FunctionArn": name if name.startswith("arn:") else lambda_svc._func_arn(name)}
        known = lambda_svc._esms.get(mapping.get("id")) if service == "lambda" and mapping.get("id") else None
        return {**found, "lambda:FunctionArn": known["FunctionArn"]} if known else found

    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context


# The header of a call that contains the principal.
_PRINCIPALS = {
    **dict.fromkeys(("AttachThingPrincipal", "DetachThingPrincipal", "ListPrincipalThings", "ListPrincipalThingsV2"), "x-amzn-principal"),
    **dict.fromkeys(("AttachPrincipalPolicy", "DetachPrincipalPolicy"), "x-amzn-iot-principal"),
}

# The Service Authorization Reference lists these actions, the API reference says that the calls need the older action: the emulator requires both.
_BOTH = {f"iot:{action}V2": f"iot:{action}" for action in ("ListThingPrincipals", "ListPrincipalThings")}


def _identities() -> None:
    """Resources of the calls for certificates, policies and attachments, and the condition key `iot:thingArn`.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
    """
    extract_arn = iam_actions.extract_resource_arn
    keys = iam_actions.request_tag_context
    # Extracted a moment before, for the same request: nothing is awaited in between.
    thing = {}

    @functools.wraps(extract_arn)
    def extract_resource_arn(service, method, path, headers, body, query, region, account, *request):
        arn = extract_arn(service, method, path, headers, body, query, region, account, *request)
        action = iam_actions._match_rest_action("iot", method, path, query) if service == "iot" else None
        here, names = f"arn:aws:iot:{region}:{account}", path.split("/")
        thing["arn"] = f"{here}:thing/{names[2]}" if action in ("AttachThingPrincipal", "DetachThingPrincipal") else None
        if action in _PRINCIPALS:
            return _resource(headers.get(_PRINCIPALS[action]), "cert")
        if action in ("AttachPolicy", "DetachPolicy"):
            return _resource(json.loads(body or b"{}").get("target"), "cert", "thinggroup")
        if action == "ListTargetsForPolicy":
            return f"{here}:policy/{names[2]}"
        if action in ("DescribeCACertificate", "UpdateCACertificate", "DeleteCACertificate"):
            return f"{here}:cacert/{names[2]}"
        return "*" if action == "ListAttachedPolicies" else arn

    def request_tag_context(service, action, body, params):
        found = keys(service, action, body, params)
        return {**found, "iot:thingArn": thing["arn"]} if service == "iot" and thing.get("arn") else found

    enforce = iam_evaluator.enforce

    # `keys` patches the same function: what it looks at is what is wrapped.
    @functools.wraps(enforce)
    def enforce_both(access_key_id, iam_action, *request, **named):
        denied = enforce(access_key_id, iam_action, *request, **named)
        return enforce(access_key_id, _BOTH[iam_action], *request, **named) if denied is None and iam_action in _BOTH else denied

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context
    iam_evaluator.enforce = enforce_both


def _resource(named: str | None, *kinds: str) -> str:
    """The resource of a principal or target; `*` if it is not an ARN, as with Amazon Cognito identities."""
    return named if named and named.startswith("arn:") and named.split(":")[5].split("/")[0] in kinds else "*"
