"""Names in use. AWS refuses them to CloudFormation; MiniStack overwrites the resource that has the name."""

import time

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import cloudwatch_logs, dynamodb, iot, lambda_svc, scheduler, sqs, stepfunctions
from ministack.services.cloudformation import provisioners

from .controls import controls
from .fingerprint import expect

# "You must wait 60 seconds after deleting the queue before you can create another queue with the same name" (CreateQueue).
QUEUE_SECONDS = 60

# When a queue was deleted: (account, Region, name) -> time.
_deleted_queues: dict[tuple[str, str, str], float] = {}
# Running executions of Standard workflows: ARN -> ARN of the workflow.
_walking: dict[str, str] = {}


def apply() -> None:
    # For buckets, MiniStack already refuses it.
    for kind, function, name_property, owner in (
        ("AWS::Lambda::Function", "_lambda_create", "FunctionName", lambda name, _: lambda_svc._functions.get(name)),
        ("AWS::SQS::Queue", "_sqs_create", "QueueName", lambda name, _: sqs._queues.get(sqs._queue_url(name))),
        ("AWS::StepFunctions::StateMachine", "_sfn_state_machine_create", "StateMachineName", lambda name, _: stepfunctions._state_machines.get(_workflow(name))),
        ("AWS::Logs::LogGroup", "_cwlogs_create", "LogGroupName", lambda name, _: cloudwatch_logs._log_groups.get(name)),
        ("AWS::IoT::TopicRule", "_iot_topic_rule_create", "RuleName", lambda name, _: iot._topic_rules.get(name)),
        ("AWS::Scheduler::Schedule", "_scheduler_schedule_create", "Name", lambda name, props: scheduler._schedules.get(f"{props.get('GroupName', 'default')}/{name}")),
        ("AWS::DynamoDB::Table", "_ddb_create", "TableName", lambda name, _: dynamodb._tables.get(name)),
    ):
        _refuse(kind, function, name_property, owner)
    _deleted_queue()
    _deleted_workflow()


def _refuse(kind: str, function: str, name_property: str, owner) -> None:
    # A replacement under another name finds its function in the module; the function of a table creates a global table.
    handlers = provisioners._RESOURCE_HANDLERS[kind]
    create = handlers["create"]

    def create_unless_taken(logical_id, props, stack_name):
        name = props.get(name_property)
        if name and owner(name, props):
            raise ValueError(f"Resource of type '{kind}' with identifier '{name}' already exists.")
        return create(logical_id, props, stack_name)

    handlers["create"] = create_unless_taken
    setattr(provisioners, function, create_unless_taken)


def _deleted_queue() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SQS::Queue"]
    create, delete = handlers["create"], expect(handlers["delete"], "a39279f8a42c5440")
    create_by_call = expect(sqs._act_create_queue, "5f6e8f364cd9e78a")
    delete_by_call = expect(sqs._act_delete_queue, "cebd7949f54d1b85")

    def refuse(name):
        if time.time() - _deleted_queues.get(_queue(name), 0) < QUEUE_SECONDS:
            raise sqs._Err(
                "QueueDeletedRecently", f"You must wait {QUEUE_SECONDS} seconds after deleting a queue before you can create another with the same name."
            )

    def create_queue(logical_id, props, stack_name):
        refuse(props.get("QueueName", ""))
        return create(logical_id, props, stack_name)

    def delete_queue(physical_id, props):
        _deleted_queues[_queue(physical_id.rsplit("/", 1)[-1])] = time.time()
        delete(physical_id, props)

    def create_queue_by_call(data, url):
        refuse(data.get("QueueName", ""))
        return create_by_call(data, url)

    def delete_queue_by_call(data, url):
        result = delete_by_call(data, url)
        _deleted_queues[_queue(data.get("QueueUrl", url).rsplit("/", 1)[-1])] = time.time()
        return result

    handlers.update(create=create_queue, delete=delete_queue)
    provisioners._sqs_create, provisioners._sqs_delete = create_queue, delete_queue
    sqs._HANDLERS.update(CreateQueue=create_queue_by_call, DeleteQueue=delete_queue_by_call)
    controls["free-queue-names"] = _free


def _free(region: str) -> None:
    """The minute after the deletion of a Region's queues is over."""
    for key in [each for each in _deleted_queues if each[1] == region]:
        del _deleted_queues[key]


def _deleted_workflow() -> None:
    """A Standard workflow keeps its name while it is being deleted: until its executions reach their next transition, which ends them."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::StepFunctions::StateMachine"]
    create, delete = handlers["create"], expect(handlers["delete"], "dd5b1b769690fb3e")
    create_by_call, delete_by_call = stepfunctions._create_state_machine, expect(stepfunctions._delete_state_machine, "bcbc7c7e5bea52d5")
    run = stepfunctions._run_execution

    def run_execution(execution_arn):
        workflow = stepfunctions._executions[execution_arn]["stateMachineArn"]
        if stepfunctions._state_machines[workflow]["type"] == "STANDARD":
            _walking[execution_arn] = workflow
        try:
            run(execution_arn)
        finally:
            _walking.pop(execution_arn, None)

    def is_deleting(name):
        return _workflow(name) not in stepfunctions._state_machines and _workflow(name) in _walking.values()

    def end_executions(workflow):
        for arn in [each for each, of in list(_walking.items()) if of == workflow]:
            stepfunctions._executions[arn]["status"] = "ABORTED"

    def create_workflow(logical_id, props, stack_name):
        name = props.get("StateMachineName", "")
        if is_deleting(name):
            raise ValueError(f"State Machine is being deleted: '{_workflow(name)}' (Service: Sfn, Status Code: 400)")
        return create(logical_id, props, stack_name)

    def delete_workflow(physical_id, props):
        end_executions(physical_id)
        delete(physical_id, props)

    def create_workflow_by_call(data):
        if is_deleting(data.get("name", "")):
            return error_response_json("StateMachineDeleting", f"State Machine is being deleted: '{_workflow(data['name'])}'", 400)
        return create_by_call(data)

    def delete_workflow_by_call(data):
        end_executions(data.get("stateMachineArn"))
        return delete_by_call(data)

    handlers.update(create=create_workflow, delete=delete_workflow)
    provisioners._sfn_state_machine_create, provisioners._sfn_state_machine_delete = create_workflow, delete_workflow
    stepfunctions._create_state_machine = create_workflow_by_call
    stepfunctions._delete_state_machine = delete_workflow_by_call
    stepfunctions._run_execution = run_execution


def _queue(name: str) -> tuple[str, str, str]:
    return get_account_id(), get_region(), name


def _workflow(name: str) -> str:
    return f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{name}"
