import aws_cdk as cdk
from cdk_iot_registry_replication import IotRegistryReplication
from constructs import Construct


class RegistryStack(cdk.Stack):
    """Lives in the source Region; the destination gets a stack of its own, inside the construct."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        IotRegistryReplication(self, "Replication", destination_regions=["eu-west-1"])
