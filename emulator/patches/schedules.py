"""EventBridge Scheduler: the role of a schedule that starts an execution or invokes a function. MiniStack does so whatever the role allows."""

import logging

from ministack.services import eventbridge, scheduler

from . import roles
from .fingerprint import expect

logger = logging.getLogger("scheduler")


# The permission that a target needs, by a part of its ARN.
_ACTIONS = {":states:": "states:StartExecution", ":lambda:": "lambda:InvokeFunction"}


def apply() -> None:
    expect(scheduler._tick_schedules, "0ece514e91205b1d")
    invoke = expect(eventbridge._invoke_target, "550e304af0809563")

    def invoke_target(target, event, rule, view=None):
        action = next((needed for part, needed in _ACTIONS.items() if part in target["Arn"]), None)
        if event.get("Source") == "aws.scheduler" and action:
            group = scheduler._group_arn(rule.get("GroupName") or "default")
            try:
                roles.check(target["RoleArn"], "scheduler.amazonaws.com", group, action, target["Arn"])
            except roles.NotAllowed as denial:
                logger.error("schedule %s: %s", rule.get("Name"), denial)
                return None
        return invoke(target, event, rule, view)

    eventbridge._invoke_target = invoke_target
