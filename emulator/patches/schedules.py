"""EventBridge Scheduler: the role of a schedule that starts an execution. MiniStack starts it whatever the role allows."""

import logging

from ministack.services import eventbridge, scheduler

from . import roles
from .fingerprint import expect

logger = logging.getLogger("scheduler")


def apply() -> None:
    expect(scheduler._tick_schedules, "0ece514e91205b1d")
    invoke = expect(eventbridge._invoke_target, "550e304af0809563")

    def invoke_target(target, event, rule, view=None):
        if event.get("Source") == "aws.scheduler" and ":states:" in target["Arn"]:
            group = scheduler._group_arn(rule.get("GroupName") or "default")
            try:
                roles.check(target["RoleArn"], "scheduler.amazonaws.com", group, "states:StartExecution", target["Arn"])
            except roles.NotAllowed as denial:
                logger.error("schedule %s: %s", rule.get("Name"), denial)
                return None
        return invoke(target, event, rule, view)

    eventbridge._invoke_target = invoke_target
