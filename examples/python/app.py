import os

import aws_cdk as cdk
from registry_stack import RegistryStack

app = cdk.App()
RegistryStack(app, "Registry", env=cdk.Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region="us-east-1"))
app.synth()
