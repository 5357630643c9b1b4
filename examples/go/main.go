package main

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	NewRegistryStack(app, "Registry", &awscdk.StackProps{Env: env()})
	app.Synth(nil)
}

func env() *awscdk.Environment {
	env := &awscdk.Environment{Region: jsii.String("us-east-1")}
	if account, ok := os.LookupEnv("CDK_DEFAULT_ACCOUNT"); ok {
		env.Account = jsii.String(account)
	}
	return env
}
