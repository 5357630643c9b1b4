import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { EXPLANATIONS, Explanation } from './explanations';

/**
 * Adds to each resource below the scope the rules of cdk-nag that it does not meet, with the reason: in the metadata of the construct tree, where cdk-nag 3 looks
 * for it. The templates stay unchanged. Additions to a role have no explanation, so cdk-nag reports them.
 *
 * cdk-nag names a wildcard by the content of the template, so this runs after everything else.
 *
 * @see https://github.com/cdklabs/cdk-nag
 */
export function acknowledgeRules(scope: IConstruct): void {
  Aspects.of(scope).add(new Acknowledgements(scope), { priority: AspectPriority.READONLY });
}

/**
 * The CLI does not deploy a stack that contains only other stacks; CDK's own validation of templates would stop it before. If the stack contains a resource, the
 * rule does not apply.
 */
export function acknowledgeEmptiness(stack: Stack): void {
  stack.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { 'CloudFormation-Validate::F0001': 'it contains only other stacks, and is not deployed' });
}

class Acknowledgements implements IAspect {
  constructor(private readonly scope: IConstruct) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const path = this.pathOf(node);
    const reasons = EXPLANATIONS.filter((explanation) => explanation.path.test(path)).flatMap((explanation) => acknowledged(node, explanation));
    if (reasons.length > 0) node.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(reasons));
  }

  /** Below the scope, without the stack of a Region. */
  private pathOf({ node: { scopes } }: IConstruct): string {
    const below = scopes.slice(this.scope.node.scopes.length);
    return below.filter((each) => !Stack.isStack(each)).map((each) => each.node.id).join('/');
  }
}

/** The ids of cdk-nag's findings that the explanation covers, with the reason. */
function acknowledged(resource: CfnResource, { rule, finding, reason }: Explanation): [string, string][] {
  if (!finding) return [[rule, reason]];
  return wildcardsOf(resource).filter((wildcard) => finding.test(wildcard)).map((wildcard) => [`${rule}[Resource::${wildcard}]`, reason]);
}

/** A string as a template contains it. */
type Text = string | { readonly 'Fn::Join'?: readonly [string, readonly Text[]]; readonly 'Fn::GetAtt'?: readonly Text[]; readonly 'Ref'?: string };

/** The relevant parts of a policy document, as a template contains them. */
interface Document {
  readonly Statement: readonly { readonly Effect: string; readonly Resource: Text | readonly Text[] }[];
}

/** Every resource with a wildcard in the policies of a role or in a policy, as cdk-nag writes it. */
function wildcardsOf(resource: CfnResource): string[] {
  const allowed = documentsOf(resource).flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowed.flatMap(({ Resource }) => Resource).map(flattened))].filter((text) => text.includes('*'));
}

function documentsOf(resource: CfnResource): readonly Document[] {
  const resolved = <T>(value: unknown) => Stack.of(resource).resolve(value) as T;
  if (resource instanceof CfnRole) {
    const policies = resolved<readonly { readonly policyDocument: Document }[] | undefined>(resource.policies) ?? [];
    return policies.map(({ policyDocument }) => policyDocument);
  }
  return resource instanceof CfnPolicy || resource instanceof CfnManagedPolicy ? [resolved<Document>(resource.policyDocument)] : [];
}

/** A string of a template in one piece: a reference in angle brackets, as in `<Bucket.Arn>/*`. */
function flattened(value: Text): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Ref': reference } = value;
  if (join) return join[1].map(flattened).join(join[0]);
  if (attribute) return `<${attribute.map(flattened).join('.')}>`;
  return reference ? `<${reference}>` : JSON.stringify(value);
}
