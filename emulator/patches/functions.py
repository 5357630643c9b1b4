"""Lambda functions in Node: the names of their errors; event sources that are created disabled, and at most one per function and source."""

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from .fingerprint import PatchError, expect, rewritten


def apply() -> None:
    _name_errors()
    _create_event_sources_as_asked()
    _map_once()


def _name_errors() -> None:
    """On AWS, `errorType` is the name of the error that the handler throws; a state machine catches errors by it."""
    thrown = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    if script.count(thrown) != 1:
        raise PatchError("the script that runs Node handlers is not the one that emulator/patches was written for")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(thrown, f'{thrown}, errorType: err.name')
    expect(lambda_svc._execute_function_warm, "62b9218bef5b948a")
    rewritten(
        lambda_svc._execute_function_warm,
        [('error_type = "Runtime.HandlerError"\n', 'error_type = result.get("errorType") or "Runtime.HandlerError"\n')],
    )


def _create_event_sources_as_asked() -> None:
    """The poller honours CloudFormation's `Enabled: false`, but the mapping reports that it is enabled."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    create = expect(handlers["create"], "f053a4e8c30c5543")

    def create_mapping(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        if props.get("Enabled") in (False, "false"):
            mapping = lambda_svc._esms[result[0]]
            lambda_svc._esms[result[0]] = {**mapping, "Enabled": False, "State": "Disabled"}
        return result

    handlers["create"] = create_mapping


def _map_once() -> None:
    """A second mapping of a function to a source is refused, in a call and in a template."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    create = handlers["create"]
    create_by_call = expect(lambda_svc._create_esm, "d351521bb6cdd30f")

    def create_mapping(logical_id, props, stack_name):
        conflict = _conflict(props)
        if conflict:
            raise ValueError(f"{conflict} (Service: Lambda, Status Code: 409)")
        return create(logical_id, props, stack_name)

    def create_mapping_by_call(data):
        conflict = _conflict(data)
        return error_response_json("ResourceConflictException", conflict, 409) if conflict else create_by_call(data)

    handlers["create"] = create_mapping
    # The replacement of a mapping finds its function in the module.
    provisioners._lambda_esm_create = create_mapping
    lambda_svc._create_esm = create_mapping_by_call


def _conflict(asked: dict) -> str | None:
    name, qualifier = lambda_svc._resolve_name_and_qualifier(asked.get("FunctionName", ""))
    source = asked.get("EventSourceArn", "")
    for mapping in lambda_svc._esms.values():
        if (mapping["FunctionName"], mapping.get("Qualifier"), mapping["EventSourceArn"]) == (name, qualifier, source):
            kind = "SQS" if ":sqs:" in source else "stream"
            return (
                f'An event source mapping with {kind} arn (" {source} ") and function (" {name} ") already exists. '
                f"Please update or delete the existing mapping with UUID {mapping['UUID']}"
            )
    return None
