"""Lambda functions in Node: the names of their errors, event sources that are created disabled, and hosts with a prefix."""

from ministack.core import lambda_runtime
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from .fingerprint import PatchError, expect, rewritten


def apply() -> None:
    _name_errors()
    _create_event_sources_as_asked()


def _name_errors() -> None:
    """On AWS `errorType` is the name of the error that the handler throws, which a state machine catches by."""
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
    """CloudFormation's `Enabled: false` is honoured by the poller, but the mapping says that it is enabled."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    create = expect(handlers["create"], "f053a4e8c30c5543")

    def create_mapping(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        if props.get("Enabled") in (False, "false"):
            mapping = lambda_svc._esms[result[0]]
            lambda_svc._esms[result[0]] = {**mapping, "Enabled": False, "State": "Disabled"}
        return result

    handlers["create"] = create_mapping
