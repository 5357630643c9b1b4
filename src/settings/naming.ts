import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { HASH_LENGTH, hashOf, MAX_REPLICATION_NAME_LENGTH } from '../record/physical-names';

/**
 * Unique for every construct of every app, and the same at each synthesis.
 *
 * `Names.uniqueResourceName` starts at the innermost stack, so that two nested stacks of one id share a name. The stack's name is part of
 * it for apps that deploy one tree under several names, the Region for those that deploy it in several Regions.
 */
export function defaultReplicationName(scope: Construct, sourceRegion: string): string {
  const stack = topLevelStack(scope);
  const below = scope.node.scopes.slice(stack.node.scopes.length).map((each) => each.node.id);
  const hash = hashOf([stack.stackName, scope.node.path, sourceRegion].join('\n'));
  const readable = [stack.stackName, ...below].join('-').replace(/[^A-Za-z0-9-]/g, '').slice(0, MAX_REPLICATION_NAME_LENGTH - HASH_LENGTH - 1);
  return `${readable}-${hash}`;
}

/** Distinguishes places within a stack, independent of the stack's place in the app. */
export function hashOfPlace(scope: Construct): string {
  return hashOf(scope.node.scopes.slice(Stack.of(scope).node.scopes.length).map(({ node }) => node.id).join('/'));
}

/** The stack that CloudFormation deploys on its own: a nested stack has neither tags nor a name that is known at synthesis. */
export function topLevelStack(scope: Construct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/** The Region of the enclosing stack, if it is known at synthesis. */
export function concreteRegion(scope: Construct): string | undefined {
  const { region } = Stack.of(scope);
  return Token.isUnresolved(region) ? undefined : region;
}

/** The account of the enclosing stack, if it is known at synthesis. */
export function concreteAccount(scope: Construct): string | undefined {
  const { account } = Stack.of(scope);
  return Token.isUnresolved(account) ? undefined : account;
}

