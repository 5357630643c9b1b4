"""Step Functions: the execution role, and the fields of Parallel and Succeed that MiniStack reads in JSONPath only."""

import contextvars
import json

from ministack import app
from ministack.core.responses import error_response_json, get_account_id, get_region, new_uuid
from ministack.services import iot, stepfunctions

from . import roles
from .fingerprint import PatchError, expect, rewritten

# Errors for which the SDK of Step Functions has an exception; all others have the common name of the service's errors, with the code in the cause.
_MODELLED = frozenset((
    "ConditionalCheckFailedException", "InternalServerErrorException", "ItemCollectionSizeLimitExceededException",
    "ProvisionedThroughputExceededException", "RequestLimitExceededException", "ResourceNotFoundException", "TransactionConflictException",
))

_running: contextvars.ContextVar[dict | None] = contextvars.ContextVar("running_state_machine", default=None)


def apply() -> None:
    if stepfunctions.jsonata is None:
        raise PatchError("jsonata-python is missing; install emulator/requirements.txt")
    _refuse_inputs()
    _evaluate_execution_role()
    _read_jsonata_fields()
    # An expression has one second here, including its parsing, because a machine that runs tests is busy. On AWS it takes milliseconds.
    rewritten(stepfunctions._evaluate_jsonata, [("timeout=1000", "timeout=30000")])


def _refuse_inputs() -> None:
    """An input that is not JSON starts nothing."""

    def refusing(start):
        def start_execution(data):
            try:
                json.loads(data.get("input", "{}"))
            except ValueError:
                return error_response_json("InvalidExecutionInput", "Invalid State Machine Execution Input", 400)
            return start(data)

        return start_execution

    stepfunctions._start_execution = refusing(expect(stepfunctions._start_execution, "9923282fc76c57b9"))
    stepfunctions._start_sync_execution = refusing(expect(stepfunctions._start_sync_execution, "8600470a0208036c"))


def _evaluate_execution_role() -> None:
    run = expect(stepfunctions._run_execution, "996dff84e0e0605a")
    invoke = expect(stepfunctions._invoke_resource, "a85d2be9a8584ce0")

    def run_execution(execution_arn):
        _running.set(stepfunctions._state_machines[stepfunctions._executions[execution_arn]["stateMachineArn"]])
        return run(execution_arn)

    def invoke_resource(resource, arguments):
        machine = _running.get()
        service, action, target = _needed_permission(resource, arguments)
        try:
            keys = {"cloudwatch:namespace": arguments.get("Namespace", "")} if action == "cloudwatch:PutMetricData" else None
            roles.check(machine["roleArn"], "states.amazonaws.com", machine["stateMachineArn"], action, target, keys)
        except roles.NotAllowed as denial:
            raise _refusal(service, "AccessDeniedException", str(denial)) from None
        if resource.endswith(":aws-sdk:iot:describeEventConfigurations"):
            return _members(iot._event_configuration())
        if ":aws-sdk:iot:" in resource:
            return _ask_registry(resource.rsplit(":", 1)[-1], arguments)
        try:
            return invoke(resource, arguments)
        except stepfunctions._ExecutionError as error:
            if service != "DynamoDB" or not error.error.startswith("DynamoDB."):
                raise
            raise _refusal(service, error.error.removeprefix("DynamoDB."), error.cause) from None

    stepfunctions._run_execution = run_execution
    stepfunctions._invoke_resource = invoke_resource


# The calls that read one entity of the registry, or a rule: the argument with its name, its path, and its resource.
_LOOKS = {
    "describeThing": ("ThingName", "/things/{}", "thing"),
    "describeThingGroup": ("ThingGroupName", "/thing-groups/{}", "thinggroup"),
    "describeThingType": ("ThingTypeName", "/thing-types/{}", "thingtype"),
    "listThingGroupsForThing": ("ThingName", "/things/{}/thing-groups", "thing"),
    "getTopicRule": ("RuleName", "/rules/{}", "rule"),
}


def _ask_registry(action: str, arguments: dict) -> dict:
    """AWS IoT as a task. Its errors are those of the service, with the SDK's name of the service."""
    name, path, _ = _LOOKS[action]
    query = {f"{key[0].lower()}{key[1:]}": str(value) for key, value in arguments.items() if key != name}
    status, _, body = app.call_service_handler_sync(iot.handle_request, "GET", path.format(arguments[name]), {}, b"", query)
    answer = json.loads(body)
    if status >= 400:
        raise stepfunctions._ExecutionError(f"Iot.{answer['__type']}", answer["message"])
    return _members(answer)


def _members(answer):
    """Step Functions capitalizes the names of the members of an answer. Maps of a customer stay unchanged, and are not handled here."""
    if isinstance(answer, list):
        return [_members(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {f"{name[0].upper()}{name[1:]}": value if name == "attributes" else _members(value) for name, value in answer.items()}


def _refusal(service: str, code: str, message: str):
    """The error of a task, in the form of a caught error and its cause."""
    if service != "DynamoDB" or code in _MODELLED:
        return stepfunctions._ExecutionError(f"{service}.{code}", message)
    cause = f"{message} (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: {code}; Request ID: {new_uuid()}; Proxy: null)"
    return stepfunctions._ExecutionError("DynamoDB.AmazonDynamoDBException", cause)


def _needed_permission(resource: str, arguments: dict) -> tuple[str, str, str]:
    """Prefix of error names, IAM action, resource ARN. An unknown service fails instead of passing."""
    here = f"{get_region()}:{get_account_id()}"
    integration = resource.removeprefix("arn:aws:states:::")
    if integration.startswith("dynamodb:"):
        action = integration.split(":")[1]
        return "DynamoDB", f"dynamodb:{action[0].upper()}{action[1:]}", f"arn:aws:dynamodb:{here}:table/{arguments['TableName']}"
    if integration == "sqs:sendMessage":
        return "SQS", "sqs:SendMessage", f"arn:aws:sqs:{here}:{arguments['QueueUrl'].rsplit('/', 1)[-1]}"
    if integration == "lambda:invoke":
        function = arguments["FunctionName"]
        return "Lambda", "lambda:InvokeFunction", function if function.startswith("arn:") else f"arn:aws:lambda:{here}:function:{function}"
    if integration == "aws-sdk:iot:describeEventConfigurations":
        return "Iot", "iot:DescribeEventConfigurations", "*"
    if integration.startswith("aws-sdk:iot:") and (action := integration.rsplit(":", 1)[-1]) in _LOOKS:
        name, _, kind = _LOOKS[action]
        return "Iot", f"iot:{action[0].upper()}{action[1:]}", f"arn:aws:iot:{here}:{kind}/{arguments[name]}"
    if integration == "aws-sdk:cloudwatch:putMetricData":
        return "CloudWatch", "cloudwatch:PutMetricData", "*"
    raise stepfunctions._ExecutionError("States.Runtime", f"emulator/patches/workflow.py does not know which permission {resource} needs")


def _read_jsonata_fields() -> None:
    run_branches = expect(stepfunctions._run_parallel_branches, "b8c7f69152976e05")
    output_path = expect(stepfunctions._apply_output_path, "e9cfd00672448961")
    expect(stepfunctions._run_sub_machine, "f8d844168b1459f8")

    def run_parallel_branches(state, raw_input, execution, context):
        if stepfunctions._state_query_language(state, context) != "JSONata":
            return run_branches(state, raw_input, execution, context)
        arguments = stepfunctions._apply_jsonata_arguments(state, raw_input, context)
        # On AWS, variables that a branch assigns end with the branch.
        outer = dict(context["variables"])
        result, following = run_branches(state, arguments, execution, context)
        context["variables"] = outer
        output = stepfunctions._apply_jsonata_output(state, raw_input, context, result=result, default=result)
        stepfunctions._apply_state_assign(state, raw_input, context, result=result)
        return output, following

    def apply_output_path(state, data, context=None):
        if state.get("Type") == "Succeed" and stepfunctions._state_query_language(state, context) == "JSONata":
            return stepfunctions._apply_jsonata_output(state, data, context, default=data)
        return output_path(state, data, context)

    stepfunctions._run_parallel_branches = run_parallel_branches
    stepfunctions._apply_output_path = apply_output_path
