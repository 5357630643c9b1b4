import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Permission } from './kind';
import { ANY } from './permissions';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf } from '../settings/regions';

/** Allows the calls of a permission on the registry of the scope's Region. */
export function statementOf(scope: Construct, { resources, calls }: Permission): PolicyStatement {
  const actions = calls.map((call) => `iot:${call}`);
  return resources.includes(ANY)
    ? allowUnscoped(scope, actions)
    : new PolicyStatement({ actions, resources: resources.map((resource) => arnOf(scope, 'iot', resource)) });
}
