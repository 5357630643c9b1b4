"""IoT rules: the stepFunctions action, and the roles of the actions that this project's rules use."""

import json

from ministack import app
from ministack.core.responses import request_scope
from ministack.services import iot, iot_data, stepfunctions

from . import roles
from .fingerprint import expect


def apply() -> None:
    original = expect(iot._dispatch_rule_action, "2cc290cef1d21e1e")

    async def dispatch(account_id, region, rule_name, action, event):
        kind = next(iter(action), "?")
        source = f"arn:aws:iot:{region}:{account_id}:rule/{rule_name}"
        with request_scope(account_id, region):
            # A message from MQTT has no HTTP request, on whose transport policies could depend. Services use TLS among each other.
            app.pin_request_origin("127.0.0.1", True)
            if kind == "stepFunctions":
                return _start_execution(account_id, region, source, action[kind], event)
            if kind == "sqs":
                queue = f"arn:aws:sqs:{region}:{account_id}:{action[kind]['queueUrl'].rsplit('/', 1)[-1]}"
                roles.check(action[kind]["roleArn"], "iot.amazonaws.com", source, "sqs:SendMessage", queue)
        return await original(account_id, region, rule_name, action, event)

    iot._dispatch_rule_action = dispatch
    # The failed action in the document of the error action.
    iot._RULE_ACTION_RESOURCE_KEYS["stepFunctions"] = ("stateMachineName",)
    # AWS refuses to publish there. Tests may: there is no other way to create an event that AWS would not send.
    iot_data._HTTP_RESERVED_PREFIXES += ("$aws/events/",)


def _start_execution(account_id: str, region: str, source: str, spec: dict, event) -> None:
    """Errors raised here go to the rule's error action, as on AWS."""
    machine = f"arn:aws:states:{region}:{account_id}:stateMachine:{spec['stateMachineName']}"
    roles.check(spec["roleArn"], "iot.amazonaws.com", source, "states:StartExecution", machine)
    if "${" in spec.get("executionNamePrefix", ""):
        raise NotImplementedError("executionNamePrefix with a substitution template")
    # A payload that is not JSON arrives as a string, with which no execution starts.
    request = {"stateMachineArn": machine, "input": event if isinstance(event, str) else json.dumps(event)}
    if spec.get("executionNamePrefix"):
        request["name"] = spec["executionNamePrefix"] + stepfunctions.new_uuid()
    status, _, body = stepfunctions._start_execution(request)
    if status >= 400:
        raise RuntimeError(body.decode() if isinstance(body, bytes) else str(body))
