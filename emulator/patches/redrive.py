"""SQS's redrive of a dead-letter queue: StartMessageMoveTask and ListMessageMoveTasks. MiniStack has neither."""

import json
import time

from ministack.core import iam_actions
from ministack.core.responses import new_uuid
from ministack.services import sqs

from .fingerprint import expect

_tasks: dict[str, list[dict]] = {}


def apply() -> None:
    expect(sqs._dispatch, "6a429fdb61ebdc5a")
    expect(sqs._act_send_message, "3abd766508c885c6")
    expect(sqs._get_q, "cac74fb142a7c27e")
    sqs._HANDLERS.update(StartMessageMoveTask=_start, ListMessageMoveTasks=_list)
    _name_the_resource()


def _start(data: dict, _url: str) -> dict:
    """Moves all visible messages at once, with an unchanged body and a new history."""
    source_arn = data.get("SourceArn", "")
    source = _queue(source_arn, "sqs:StartMessageMoveTask")
    if not _redrives_to(source_arn):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    target_arn = data.get("DestinationArn")
    if not target_arn:
        raise NotImplementedError("StartMessageMoveTask without DestinationArn: back to where each message came from")
    target = _queue(target_arn, "sqs:SendMessage")
    now = time.time()
    moving = [message for message in source["messages"] if message["visible_at"] <= now]
    for message in moving:
        source["messages"].remove(message)
        target["messages"].append({
            **message,
            "receipt_handle": None,
            "sent_at": now,
            "visible_at": now,
            "receive_count": 0,
            "first_receive_at": None,
            "sys": {**message.get("sys", {}), "SentTimestamp": str(int(now * 1000))},
        })
    sqs.esm_wake.set()
    _tasks.setdefault(source_arn, []).insert(0, {
        "Status": "COMPLETED",
        "SourceArn": source_arn,
        "DestinationArn": target_arn,
        "ApproximateNumberOfMessagesMoved": len(moving),
        "ApproximateNumberOfMessagesToMove": len(moving),
        "StartedTimestamp": int(now * 1000),
    })
    return {"TaskHandle": new_uuid()}


def _list(data: dict, _url: str) -> dict:
    source_arn = data.get("SourceArn", "")
    _queue(source_arn, "sqs:ListMessageMoveTasks")
    return {"Results": _tasks.get(source_arn, [])[: int(data.get("MaxResults") or 1)]}


def _queue(arn: str, action: str) -> dict:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.", 404)
    sqs._enforce_queue_policy(queue, action)
    return queue


def _redrives_to(arn: str) -> bool:
    """Whether any queue names this one as its dead-letter queue."""
    policies = (queue["attributes"].get("RedrivePolicy") for queue in sqs._queues.values())
    return any(json.loads(policy).get("deadLetterTargetArn") == arn for policy in policies if policy)


def _name_the_resource() -> None:
    """These two name a queue by its ARN, so that a policy for that queue alone can allow them."""
    extract = expect(iam_actions.extract_resource_arn, "82f51700695c62fd")

    def extract_resource_arn(service, method, path, headers, body, *rest):
        if service == "sqs" and "MessageMoveTask" in headers.get("x-amz-target", ""):
            return json.loads(body or b"{}").get("SourceArn") or "*"
        return extract(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn
