"""IAM evaluation of the roles that IoT rules and state machines act with. MiniStack evaluates only callers and Lambda roles."""

import json

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

from . import keys as customer_keys


class NotAllowed(Exception):
    """The message equals that of AWS."""


def check(role_arn: str, service: str, source_arn: str, action: str, resource: str, keys: dict[str, str] | None = None) -> None:
    """Raises NotAllowed unless the service may assume the role for that source, and the role may do the action on the resource.

    `keys` are condition keys of the action, in lower case.
    """
    if not app.AUTH:
        return
    account = get_account_id()
    name = role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account}:assumed-role/{name}/{service.split('.')[0]}"
    source = {"aws:sourceaccount": account, "aws:sourcearn": source_arn}
    policies = iam_evaluator._gather_role_policies(name, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)

    def context_of(action: str, resource: str, keys: dict[str, str]):
        return iam_evaluator.EvalContext(
            principal_arn=principal,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=get_region(),
            service_context={**source, **keys},
        )

    if not _may_assume(iam._roles.get(name), service, context_of(action, resource, {})):
        raise NotAllowed(f"{service} is unable to assume the role {role_arn} for {source_arn}")
    asked = [(each, key, {"kms:viaservice": via}) for each, key, via in customer_keys.asked(action, resource, get_region())]
    for each, target, condition_keys in [(action, resource, keys or {}), *asked]:
        if iam_evaluator.evaluate(context_of(each, target, condition_keys), policies, *limits).decision != "Allow":
            raise NotAllowed(f"User: {principal} is not authorized to perform: {each} on resource: {target}")


def _may_assume(role: dict | None, service: str, context) -> bool:
    document = (role or {}).get("AssumeRolePolicyDocument") or "{}"
    statements = (json.loads(document) if isinstance(document, str) else document).get("Statement", [])
    return any(
        each.get("Effect") == "Allow"
        and each.get("Action") in ("sts:AssumeRole", ["sts:AssumeRole"])
        and iam_evaluator._service_principal_matches(each.get("Principal"), service)
        and iam_evaluator._conditions_met(each.get("Condition") or {}, context)
        for each in (statements if isinstance(statements, list) else [statements])
    )
