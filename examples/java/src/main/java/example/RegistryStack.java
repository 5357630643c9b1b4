package example;

import io.github.iotregistryreplication.IotRegistryReplication;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** Lives in the source Region; the destination gets a stack of its own, inside the construct. */
public final class RegistryStack extends Stack {
    public RegistryStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        IotRegistryReplication.Builder.create(this, "Replication").destinationRegions(List.of("eu-west-1")).build();
    }
}
