package example;

import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

public final class App {
    public static void main(final String[] args) {
        final var app = new software.amazon.awscdk.App();
        final var env = Environment.builder().account(System.getenv("CDK_DEFAULT_ACCOUNT")).region("us-east-1").build();
        new RegistryStack(app, "Registry", StackProps.builder().env(env).build());
        app.synth();
    }

    private App() {}
}
