"""Limits of IAM roles, of a function's environment and of a workflow's definition. MiniStack knows none of them."""

import json

from ministack.core.responses import error_response_json
from ministack.services import iam, lambda_svc, stepfunctions
from ministack.services.cloudformation import provisioners

from .fingerprint import expect

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
INLINE_CHARACTERS = 10_240
# The default quota, which can be raised.
MANAGED_POLICIES = 10
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ENVIRONMENT_BYTES = 4_096
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
DEFINITION_BYTES = 1_048_576


class LimitExceeded(Exception):
    """The message equals that of AWS."""


def apply() -> None:
    _roles()
    _environments()
    _definitions()


def _roles() -> None:
    """In its own call, in AWS::IAM::Policy, which makes that call, and in the properties of AWS::IAM::Role and AWS::IAM::ManagedPolicy."""
    put = expect(iam._put_role_policy, "30236733ad377bc6")
    attach = expect(iam._attach_role_policy, "44f7952356e0edad")
    attach_to_entity = expect(iam.attach_managed_policy, "fd26cd2790a2b4a8")

    def put_role_policy(p):
        role = iam._roles.get(iam._p(p, "RoleName"))
        try:
            _check_inline(role, {iam._p(p, "PolicyName"): iam._p(p, "PolicyDocument")})
        except LimitExceeded as exceeded:
            return iam._error(409, "LimitExceeded", str(exceeded))
        return put(p)

    def attach_role_policy(p):
        try:
            return attach(p)
        except LimitExceeded as exceeded:
            return iam._error(409, "LimitExceeded", str(exceeded))

    def attach_managed_policy(entity, policy_arn):
        attached = entity.get("AttachedPolicies") or []
        if "RoleName" in entity and policy_arn not in attached and len(attached) >= MANAGED_POLICIES:
            raise LimitExceeded(f"Cannot exceed quota for PoliciesPerRole: {MANAGED_POLICIES}")
        attach_to_entity(entity, policy_arn)

    iam._put_role_policy = put_role_policy
    iam._attach_role_policy = attach_role_policy
    iam.attach_managed_policy = attach_managed_policy
    iam._IAM_HANDLERS.update(PutRolePolicy=put_role_policy, AttachRolePolicy=attach_role_policy)
    _roles_of_templates()


def _roles_of_templates() -> None:
    roles = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
    create = expect(roles["create"], "2d7e3d8ec507d448")
    update = expect(roles["update"], "4f4039080dc14d49")
    policies = provisioners._RESOURCE_HANDLERS["AWS::IAM::ManagedPolicy"]
    create_policy = expect(policies["create"], "f0ee79c5a357206d")

    def create_role(logical_id, props, stack_name):
        _check_inline(None, _inline(props))
        return create(logical_id, props, stack_name)

    def update_role(physical_id, old_props, new_props, stack_name, logical_id=None):
        _check_inline(iam._roles.get(physical_id), _inline(new_props), gone=set(_inline(old_props)))
        return update(physical_id, old_props, new_props, stack_name, logical_id)

    def create_managed_policy(logical_id, props, stack_name):
        try:
            return create_policy(logical_id, props, stack_name)
        except LimitExceeded:
            # A resource whose creation fails leaves nothing behind.
            name = props.get("ManagedPolicyName") or provisioners._physical_name(stack_name, logical_id, max_len=128)
            arn = f"arn:aws:iam::{iam.get_account_id()}:policy{props.get('Path', '/')}{name}"
            policies["delete"](arn, props)
            raise

    roles.update(create=create_role, update=update_role)
    policies["create"] = create_managed_policy


def _inline(props: dict) -> dict:
    return {each.get("PolicyName", ""): each.get("PolicyDocument", {}) for each in props.get("Policies") or []}


def _check_inline(role: dict | None, documents: dict, gone: set | None = None) -> None:
    there = {name: document for name, document in (role or {}).get("InlinePolicies", {}).items() if name not in (gone or set())}
    if sum(map(_size, {**there, **documents}.values())) > INLINE_CHARACTERS:
        raise LimitExceeded(f"Maximum policy size of {INLINE_CHARACTERS} bytes exceeded for role {(role or {}).get('RoleName', '')}".rstrip())


def _size(document: dict | str) -> int:
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
    except ValueError:
        return len(document)
    return len(json.dumps(parsed, separators=(",", ":"), ensure_ascii=False))


def _environments() -> None:
    functions = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = functions["create"], functions["update"]
    create_by_call = expect(lambda_svc._create_function, "e307eecdf0d8b51c")
    update_by_call = expect(lambda_svc._update_config, "6999cb0695dace00")

    def checked(props):
        variables = (props.get("Environment") or {}).get("Variables") or {}
        if len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()) > ENVIRONMENT_BYTES:
            raise LimitExceeded(
                "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the "
                f"{ENVIRONMENT_BYTES // 1024}KB limit."
            )
        return props

    def create_function(logical_id, props, stack_name):
        return create(logical_id, checked(props), stack_name)

    def update_function(physical_id, old_props, new_props, stack_name, logical_id=None):
        return update(physical_id, old_props, checked(new_props), stack_name, logical_id)

    functions.update(create=create_function, update=update_function)

    def by_call(call):
        def checked_call(*arguments):
            try:
                checked(arguments[-1])
            except LimitExceeded as exceeded:
                return error_response_json("InvalidParameterValueException", str(exceeded), 400)
            return call(*arguments)

        return checked_call

    lambda_svc._create_function = by_call(create_by_call)
    lambda_svc._update_config = by_call(update_by_call)


def _definitions() -> None:
    of_template = provisioners._sfn_definition
    create = expect(stepfunctions._create_state_machine, "4bc1231dda6925d2")
    update = expect(stepfunctions._update_state_machine, "476e0deee6a3d66b")

    def checked(definition):
        if len((definition or "").encode()) > DEFINITION_BYTES:
            raise LimitExceeded(f"Invalid State Machine Definition: the definition is larger than {DEFINITION_BYTES} bytes")
        return definition

    def by_call(call):
        def checked_call(data):
            try:
                checked(data.get("definition"))
            except LimitExceeded as exceeded:
                return error_response_json("InvalidDefinition", str(exceeded), 400)
            return call(data)

        return checked_call

    provisioners._sfn_definition = lambda props: checked(of_template(props))
    stepfunctions._create_state_machine = by_call(create)
    stepfunctions._update_state_machine = by_call(update)

