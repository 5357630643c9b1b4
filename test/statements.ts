/** What roles may do, a line a statement, so that a table of them can be read. */
import { isStackUuid, Json, resourcesOf, withoutAddress } from './apps';

/** A statement: `actions -> resources [if conditions]`, with the resources of the template in angle brackets, by their ids without hashes. */
export function written({ Effect, Action, Resource, Condition }: Json): string {
  const list = (values: unknown) => [values].flat().map(text).sort().join(', ');
  const conditions = Object.entries<Json>(Condition ?? {}).flatMap(([operator, keys]) => Object.entries<unknown>(keys).map(([key, value]) => `${key} ${operator} ${list(value)}`));
  return `${Effect === 'Allow' ? '' : `${Effect} `}${list(Action)} -> ${list(Resource)}${conditions.length > 0 ? ` if ${conditions.join(' and ')}` : ''}`;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isStackUuid(value)) return '<uuid>';
  const [[name, argument]] = Object.entries(value as Json);
  if (name === 'Ref') return argument === 'AWS::Partition' ? 'aws' : argument === 'AWS::AccountId' ? '<account>' : `<${withoutHash(argument)}>`;
  if (name === 'Fn::GetAtt') return argument[1] === 'Arn' ? `<${withoutHash(argument[0])}>` : `<${withoutHash(argument[0])}.${argument[1]}>`;
  if (name === 'Fn::Join') return withoutAddress((argument[1] as unknown[]).map(text).join(argument[0]));
  throw new Error(`expected a reference, got ${JSON.stringify(value)}`);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

const ROLE = /Role$/;

/** Every statement of every role of a template, by the construct that the role belongs to. */
export function statementsByRole(template: Json): Record<string, string[]> {
  const roles: Record<string, string[]> = {};
  for (const [id, { Properties }] of Object.entries<Json>(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')) {
    roles[withoutHash(id).replace(ROLE, '')] = (Properties.Policies ?? []).flatMap(({ PolicyDocument }: Json) => PolicyDocument.Statement.map(written));
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const { Properties } of resourcesOf(template, type)) {
      for (const { Ref } of Properties.Roles) roles[withoutHash(Ref).replace(ROLE, '')].push(...Properties.PolicyDocument.Statement.map(written));
    }
  }
  return Object.fromEntries(Object.entries(roles).map(([role, statements]) => [role, statements.sort()]));
}

/** Whom each role is trusted to: `service [if conditions]`. */
export function trustByRole(template: Json): Record<string, string[]> {
  return Object.fromEntries(Object.entries<Json>(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([id, { Properties }]) => [
    withoutHash(id).replace(ROLE, ''),
    Properties.AssumeRolePolicyDocument.Statement.map(({ Principal, ...statement }: Json) => written({ ...statement, Resource: Object.entries(Principal).map(([kind, value]) => `${kind} ${text(value)}`) })),
  ]));
}
