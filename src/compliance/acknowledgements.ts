import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { EXPLANATIONS, Explanation } from './explanations';

/**
 * Says of each resource below the scope which rules of cdk-nag it is known not to meet, and why: in the metadata of the construct tree, where cdk-nag 3 looks
 * for it. The templates stay as they are. What somebody else adds to a role is not explained, and is found.
 *
 * cdk-nag names a wildcard by what the template has, so that this can only be said when everything else has been.
 *
 * @see https://github.com/cdklabs/cdk-nag
 */
export function acknowledgeRules(scope: IConstruct): void {
  Aspects.of(scope).add(new Acknowledgements(scope), { priority: AspectPriority.READONLY });
}

/**
 * A stack that holds nothing but other stacks is not deployed by the CLI; CDK's own check of templates would stop it before. If the stack holds something, the
 * rule has nothing to say.
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

/** The ids under which cdk-nag finds what the explanation is about, with the reason. */
function acknowledged(resource: CfnResource, { rule, finding, reason }: Explanation): [string, string][] {
  if (!finding) return [[rule, reason]];
  return wildcardsOf(resource).filter((wildcard) => finding.test(wildcard)).map((wildcard) => [`${rule}[Resource::${wildcard}]`, reason]);
}

/** A text as a template has it. */
type Text = string | { readonly 'Fn::Join'?: readonly [string, readonly Text[]]; readonly 'Fn::GetAtt'?: readonly Text[]; readonly 'Ref'?: string };

/** The parts of a policy document that matter here, as a template has them. */
interface Document {
  readonly Statement: readonly { readonly Effect: string; readonly Resource: Text | readonly Text[] }[];
}

/** Every resource with a wildcard that the policies of a role or a policy allow anything on, as cdk-nag writes it. */
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

/** A text of a template in one piece: a reference in angle brackets, as in `<Bucket.Arn>/*`. */
function flattened(value: Text): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Ref': reference } = value;
  if (join) return join[1].map(flattened).join(join[0]);
  if (attribute) return `<${attribute.map(flattened).join('.')}>`;
  return reference ? `<${reference}>` : JSON.stringify(value);
}
