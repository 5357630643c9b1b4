"""Replicas of AWS::DynamoDB::GlobalTable: any number at its creation, one more or less per update.

MiniStack replicates tables, but CloudFormation's list of replicas is ignored there.
"""

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

from .fingerprint import PatchError, expect


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::GlobalTable"]
    if set(handlers) != {"create", "update", "delete"}:
        raise PatchError(f"handlers create, update and delete are expected for global tables, got {sorted(handlers)}")
    create = expect(handlers["create"], "cd71b40024fd2b1a")
    update = expect(handlers["update"], "fa63a6a118be99b5")
    delete = expect(handlers["delete"], "ae2c6ae3188558cb")
    expect(dynamodb._apply_replica_updates, "cd04ee6026c8f0f3")

    def create_with_replicas(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        try:
            _reconcile(result[0], props)
        except Exception:
            # A resource whose creation fails leaves nothing behind.
            delete(result[0], props)
            raise
        return result

    def update_with_replicas(physical_id, old_props, new_props, stack_name):
        coming, going = _changes(physical_id, new_props)
        if len(coming | going) > 1:
            raise ValueError(
                f"Cannot add and remove replicas in {', '.join(sorted(coming | going))} at once: only a single replica can be added or removed in each update"
            )
        result = update(physical_id, old_props, new_props, stack_name)
        _reconcile(result[0], new_props)
        return result

    def delete_with_replicas(physical_id, props):
        if physical_id in dynamodb._tables:
            _reconcile(physical_id, {"Replicas": []})
        delete(physical_id, props)

    handlers.update(create=create_with_replicas, update=update_with_replicas, delete=delete_with_replicas)


def _reconcile(name: str, props: dict) -> None:
    table = dynamodb._tables[name]
    replicas = {each["Region"]: each for each in props.get("Replicas", [])}
    coming, going = _changes(name, props)
    updates = [{"Create": {"RegionName": region}} for region in sorted(coming)]
    updates += [{"Delete": {"RegionName": region}} for region in sorted(going)]
    if updates:
        error = dynamodb._apply_replica_updates(name, table, updates)
        if error:
            raise ValueError(error[2])
    for region, replica in replicas.items():
        _tag(name, region, replica.get("Tags", []))


def _changes(name: str, props: dict) -> tuple[set[str], set[str]]:
    """The Regions that get a replica, and those that lose theirs."""
    wanted = {each["Region"] for each in props.get("Replicas", [])} - {get_region()}
    present = set(dynamodb._replica_group(dynamodb._tables[name])) - {get_region()}
    return wanted - present, present - wanted


def _tag(name: str, region: str, tags: list[dict]) -> None:
    with request_scope(get_account_id(), region):
        dynamodb._tags[dynamodb._tables[name]["TableArn"]] = [dict(tag) for tag in tags]
