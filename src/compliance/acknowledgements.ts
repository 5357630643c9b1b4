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
  stack.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { 'CloudFormation-Validate::F0001': 'it holds nothing but other stacks, and is not deployed' });
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

/** Every resource with a wildcard that the policies of a role or a policy allow anything on, as cdk-nag writes it. */
function wildcardsOf(resource: CfnResource): string[] {
  const resolve = (value: unknown): any => Stack.of(resource).resolve(value);
  const documents: any[] = resource instanceof CfnRole ? (resolve(resource.policies) ?? []).map((policy: any) => policy.policyDocument)
    : resource instanceof CfnPolicy || resource instanceof CfnManagedPolicy ? [resolve(resource.policyDocument)] : [];
  const allowed = documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowed.flatMap(({ Resource }) => [Resource].flat()).map(flattened))].filter((text) => text.includes('*'));
}

/** A text of a template in one piece: a reference in angle brackets, as in `<Bucket.Arn>/*`. */
function flattened(value: any): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  if (value['Fn::Join']) return value['Fn::Join'][1].map(flattened).join(value['Fn::Join'][0]);
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].map(flattened).join('.')}>`;
  if (value.Ref) return `<${value.Ref}>`;
  return JSON.stringify(value);
}
