"""Customer managed keys. MiniStack at best stores which key encrypts a resource, and never asks KMS; AWS asks KMS in the name of the caller."""

import functools

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from .fingerprint import expect

# ARN of a table, queue or bucket -> ARN of its key.
_keys: dict[str, str] = {}

# The requests of a service to KMS for a call. DynamoDB decrypts the key of the table for every data call.
_ASKED = {
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "s3:GetObject": ("kms:Decrypt",),
    **dict.fromkeys(
        (f"dynamodb:{call}Item" for call in ("Get", "BatchGet", "Put", "Update", "Delete", "BatchWrite")), ("kms:Decrypt",)
    ),
    **dict.fromkeys((f"dynamodb:{call}" for call in ("Query", "Scan", "GetRecords")), ("kms:Decrypt",)),
}


def apply() -> None:
    for kind, find in (
        ("AWS::DynamoDB::GlobalTable", _of_global_table),
        ("AWS::DynamoDB::Table", _of_table),
        ("AWS::SQS::Queue", _of_queue),
        ("AWS::S3::Bucket", _of_bucket),
    ):
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        handlers["create"] = _noting(handlers["create"], find)
    _ask()


def asked(action: str, resource: str, region: str) -> list[tuple[str, str, str]]:
    """The request to KMS for a call: action, ARN of the key, and the requesting service."""
    key = _keys.get(_owner(resource))
    service = f"{action.split(':')[0]}.{region}.amazonaws.com"
    return [(each, key, service) for each in _ASKED.get(action, ())] if key else []


def _owner(resource: str) -> str:
    """The table of an index or a stream, the bucket of an object."""
    if ":table/" in resource:
        return "/".join(resource.split("/")[:2])
    return resource.split("/")[0] if resource.startswith("arn:aws:s3:") else resource


def _noting(create, find):
    @functools.wraps(create)
    def create_and_note(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        _keys.update({resource: key for resource, key in find(result[0], props) if key})
        return result

    return create_and_note


def _of_global_table(name, props):
    return [(_table(name, each["Region"]), (each.get("SSESpecification") or {}).get("KMSMasterKeyId")) for each in props["Replicas"]]


def _of_table(name, props):
    return [(_table(name, get_region()), (props.get("SSESpecification") or {}).get("KMSMasterKeyId"))]


def _of_queue(url, props):
    return [(f"arn:aws:sqs:{get_region()}:{get_account_id()}:{url.rsplit('/', 1)[-1]}", props.get("KmsMasterKeyId"))]


def _of_bucket(name, props):
    rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or []
    return [(f"arn:aws:s3:::{name}", rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")) for rule in rules]


def _table(name: str, region: str) -> str:
    return f"arn:aws:dynamodb:{region}:{get_account_id()}:table/{name}"


def _ask() -> None:
    enforce = expect(iam_evaluator.enforce, "cf64b1ee5b099c8f")

    def enforce_and_ask(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        for action, key, via in [] if denied else asked(iam_action, resource_arn, region):
            denied = enforce(access_key_id, action, "kms", region, key, {"kms:ViaService": via})
            if denied:
                break
        return denied

    iam_evaluator.enforce = enforce_and_ask
