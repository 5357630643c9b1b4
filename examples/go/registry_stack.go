package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	replication "github.com/iot-registry-replication/cdk-iot-registry-replication-go/cdkiotregistryreplication"
)

// NewRegistryStack lives in the source Region; the destination gets a stack of its own, inside the construct.
func NewRegistryStack(scope constructs.Construct, id string, props *awscdk.StackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	replication.NewIotRegistryReplication(stack, jsii.String("Replication"), &replication.IotRegistryReplicationProps{
		DestinationRegions: jsii.Strings("eu-west-1"),
	})
	return stack
}
