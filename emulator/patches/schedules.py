"""EventBridge Scheduler: roles of schedules, and when a rate begins.

MiniStack ignores the permissions of the role, lets one interval pass before a rate begins, and ignores CloudFormation's start and end.
"""

import logging
import threading

from ministack.services import eventbridge, scheduler
from ministack.services.cloudformation import provisioners

from . import controls, roles
from .fingerprint import expect, rewritten

logger = logging.getLogger("scheduler")

# A schedule is due once, whoever looks.
_looking = threading.Lock()

# The permission that a target needs, by a part of its ARN.
_ACTIONS = {":states:": "states:StartExecution", ":lambda:": "lambda:InvokeFunction"}


def apply() -> None:
    _roles()
    _rates()
    controls.controls["pass-minute"] = _pass_minute


def _pass_minute(region: str) -> None:
    """Lets a minute of a Region's rates pass, and starts the schedules that are due: MiniStack looks for them every ten seconds."""
    with _looking:
        for state_key in list(scheduler._schedule_last_fired):
            if state_key[1] == region:
                scheduler._schedule_last_fired[state_key] -= 60
    threading.Thread(target=scheduler._tick_schedules, daemon=True).start()


def _rates() -> None:
    """A rate without a start date begins when its schedule is created, one with a start date at that date: "your schedule starts invoking the target immediately"."""
    expect(scheduler._tick_schedules, "0ece514e91205b1d")
    tick = rewritten(
        scheduler._tick_schedules,
        [('_schedule_last_fired[state_key] = sched.get("CreationDate", now)', '_schedule_last_fired[state_key] = (start or sched.get("CreationDate", now)) - interval')],
    )

    def tick_schedules():
        with _looking:
            tick()

    scheduler._tick_schedules = tick_schedules
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"]
    create = expect(handlers["create"], "76f27cf333eb3f04")
    update = expect(handlers["update"], "70e0243c9de11d44")
    schedule = expect(scheduler._create_schedule, "5b205607c15c5c7f")
    dates = ("StartDate", "EndDate", "ScheduleExpressionTimezone")

    def create_schedule(logical_id, props, stack_name):
        scheduler._create_schedule = lambda name, body: schedule(name, {**body, **{each: props[each] for each in dates if each in props}})
        try:
            return create(logical_id, props, stack_name)
        finally:
            scheduler._create_schedule = schedule

    def update_schedule(physical_id, old_props, new_props, stack_name):
        result = update(physical_id, old_props, new_props, stack_name)
        made = scheduler._schedules.get(f"{new_props.get('GroupName', 'default')}/{result[0]}")
        if made:
            made.update({each: new_props.get(each) for each in ("StartDate", "EndDate")})
        return result

    handlers.update(create=create_schedule, update=update_schedule)


def _roles() -> None:
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
