import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnAlias, CfnFunction, CfnVersion, IFunction } from 'aws-cdk-lib/aws-lambda';

/** More than enough to distinguish versions. */
const LENGTH = 16;

const PUBLISHED_VERSION = /:function:[^:]+:\d+$/;

/**
 * Distinguishes a router from its predecessor, so that it is invoked again for records of another version.
 *
 * For a function of the app, a hash of what it runs: code, handler, runtime, environment and layers. For a version or an alias, of what it points to. For an imported
 * function, its ARN: the construct can't see its code.
 */
export function routerVersionOf(router: IFunction): string {
  return Lazy.string({ produce: () => hashOf(Stack.of(router).resolve(whatRuns(router))) });
}

/**
 * Whether the construct can't see changes of the router's code: an imported function, unless it is a published version, whose code never changes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export function hidesItsCode(router: IFunction): boolean {
  return whatRuns(router) === router.functionArn && (Token.isUnresolved(router.functionArn) || !PUBLISHED_VERSION.test(router.functionArn));
}

/** A hash, once tokens are resolved. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, LENGTH);
}

function whatRuns(router: IFunction): unknown {
  const resource = router.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource)) return router.functionArn;
  if (resource instanceof CfnFunction) {
    const { code, handler, runtime, environment, layers, imageConfig } = resource;
    return { code, handler, runtime, environment, layers, imageConfig };
  }
  if (resource instanceof CfnAlias) return { version: resource.functionVersion, weights: resource.routingConfig };
  // The id of a version that CDK creates contains a hash of the function.
  if (resource instanceof CfnVersion) return { version: resource.logicalId, code: resource.codeSha256 };
  return router.functionArn;
}
