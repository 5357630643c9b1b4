"""Tags of AWS::S3::Bucket. CDK's `autoDeleteObjects` looks for a tag before it empties a bucket, and fails without one."""

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from .fingerprint import expect


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create = expect(handlers["create"], "477b78a3cb150dfd")
    update = expect(handlers["update"], "1d4f3f6390bb209c")

    def create_with_tags(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        _tag(result[0], props)
        return result

    def update_with_tags(physical_id, old_props, new_props, stack_name):
        result = update(physical_id, old_props, new_props, stack_name)
        _tag(result[0], new_props)
        return result

    handlers.update(create=create_with_tags, update=update_with_tags)


def _tag(name: str, props: dict) -> None:
    s3._bucket_tags[name] = {tag["Key"]: tag["Value"] for tag in props.get("Tags", [])}
