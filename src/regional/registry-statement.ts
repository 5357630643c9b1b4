import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allowUnscoped } from './unscoped-actions';
import { arnOf } from '../settings/regions';

/** Calls of AWS IoT, and what they are allowed on: `thing/*` and the like, or `*` for calls for which AWS defines no resource. */
export interface RegistryCalls {
  readonly resources: readonly string[];
  readonly calls: readonly string[];
}

/** Allows calls on the registry of the scope's Region. */
export function registryStatement(scope: Construct, { resources, calls }: RegistryCalls): PolicyStatement {
  const actions = calls.map((call) => `iot:${call}`);
  return resources.includes('*')
    ? allowUnscoped(scope, actions)
    : new PolicyStatement({ actions, resources: resources.map((resource) => arnOf(scope, 'iot', resource)) });
}
