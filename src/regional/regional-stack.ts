import { DefaultStackSynthesizer, IReusableStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { concreteAccount, topLevelStack } from '../settings/naming';

export interface RegionalStackProps {
  readonly region: string;
  readonly stackName: string;
  readonly description: string;
  readonly synthesizer?: IReusableStackSynthesizer;
}

/** The part of a replication in one Region, with everything that a stack does not inherit from the enclosing stack. */
export class RegionalStack extends Stack {
  constructor(scope: Construct, props: RegionalStackProps) {
    const enclosing = topLevelStack(scope);
    super(scope, props.region, {
      env: { account: concreteAccount(scope), region: props.region },
      stackName: props.stackName,
      description: props.description,
      tags: enclosing.tags.tagValues(),
      terminationProtection: enclosing.terminationProtection,
      synthesizer: props.synthesizer ?? synthesizerOf(enclosing),
    });
  }
}

/**
 * The synthesizer of the stack, if it can be reused. CDK binds a copy of it to the stack, with the original as its prototype.
 *
 * CDK's plain default is not passed on: every stack has its own anyway. Stacks with one synthesizer also share its list of assets,
 * and a destination whose list contains assets of the source can't be deployed while the source Region is down.
 */
function synthesizerOf(stack: Stack): IReusableStackSynthesizer | undefined {
  const given: object = Object.getPrototypeOf(stack.synthesizer);
  if (!('reusableBind' in given) || given === stack.synthesizer.constructor.prototype) return undefined;
  if (given instanceof DefaultStackSynthesizer && Object.keys(Reflect.get(given, 'props') ?? {}).length === 0) return undefined;
  return given as IReusableStackSynthesizer;
}
