import { drawIdentityWorld, FAITHFUL, IDENTITY_TROUBLES, type IdentityAct, type IdentityTrouble, type IdentityWorldConditions } from './plan';
import { IDENTITIES, identityDefinition, IdentityWorld, SCHEDULES } from './world';
import { FOREIGN } from '../identities/foreign';
import { Random } from '../random';
import { Scheduler } from '../scheduler';
import { BaseRun, type WorldResult } from '../worlds/base-run';
import { Heartbeats } from '../worlds/heartbeats';

/** All that a seed decides of a world. */
export interface IdentityWorldScenario {
  readonly conditions: IdentityWorldConditions;
  readonly plan: readonly IdentityAct[];
  readonly seed: number;
}

const MINUTE = 60_000;

export function identityWorldOf(seed: number, troubles: readonly IdentityTrouble[] = IDENTITY_TROUBLES): IdentityWorldScenario {
  return { ...drawIdentityWorld(new Random(seed), troubles), seed };
}

/** Runs a world, and has it come to rest: then the status has to say that all is ready, and identities have to be equal. */
export async function simulateIdentityWorld({ conditions, plan, seed }: IdentityWorldScenario, onTrace?: (line: () => string) => void): Promise<WorldResult<IdentityWorld>> {
  const random = new Random(seed);
  await Heartbeats.prepare(identityDefinition());
  const world = new IdentityWorld({ conditions, random: random.fork(), onTrace });
  return new Run(world, new Scheduler(world.pipeline, conditions.pipeline, random.fork())).simulate(plan);
}

class Run extends BaseRun<IdentityWorld, IdentityAct> {
  protected readonly goal = { field: 'readyToFailOver', words: 'ready' } as const;

  protected perform(act: IdentityAct): void {
    const { world } = this;
    switch (act.what) {
      case 'source': return world.change(act.step);
      case 'foreign': return world.performByHand(act.step);
      case 'byHand': return world.changeByHand(act.seed);
      case 'letters gone': world.pipeline.deadLetters.splice(0); return;
      case 'letters redriven': return this.redriveLetters();
      case 'pause': return world.pause();
      case 'resume': return world.resume();
      case 'check': return world.driftChecks.begin();
      case 'shining': world.isShining = act.on; return;
      case 'failing': world.failing = act.on ? 0.6 : 0; return;
      case 'nothing': return;
    }
  }

  /** An operator sees to policies, too. */
  protected endTroubles(): void {
    const { world } = this;
    const { pipeline } = world;
    Object.assign(world, { failing: 0, isShining: true });
    pipeline.stopFaults();
    if (!pipeline.isConsuming) world.resume();
    this.mendPolicies();
  }

  protected async round(round: number): Promise<void> {
    const { world } = this;
    if (round === 0) this.redriveLetters();
    else world.pipeline.deadLetters.splice(0);
    // What the last sweep had to leave, the next one reads.
    await this.pass(SCHEDULES.sweep + 30 * MINUTE);
    world.driftChecks.begin();
    world.registryDriftChecks.begin();
    await this.pass(30 * MINUTE);
  }

  /** Documents that can't be rewritten are replaced in the source, and policies of others are taken away from the destination. */
  private mendPolicies(): void {
    const { world } = this;
    const { source, registry } = world.pipeline;
    for (const [policyName, { document }] of Object.entries(source!.identitySnapshot().policies)) {
      if (!document.includes('iot:DomainName')) continue;
      for (const policyVersionId of ['1', '2', '3', '4', '5', '6', '7', '8']) world.change({ call: 'DeletePolicyVersion', input: { policyName, policyVersionId } });
      world.change({ call: 'CreatePolicyVersion', input: { policyName, policyDocument: FAITHFUL, setAsDefault: true } });
    }
    // By its tag, as the reason says: somebody may have changed its document since.
    for (const policyName of Object.keys(registry.identitySnapshot().policies)) {
      if (policyName !== FOREIGN && !this.isTagged(policyName)) this.takeAway(policyName);
    }
  }

  private isTagged(policyName: string): boolean {
    const { tags = [] } = this.world.pipeline.registry.execute('ListTagsForResource', { resourceArn: `${IDENTITIES.arnPrefix}policy/${policyName}` });
    return tags.length > 0;
  }

  private takeAway(policyName: string): void {
    const { world } = this;
    const { registry } = world.pipeline;
    const { targets = [] } = registry.execute('ListTargetsForPolicy', { policyName });
    for (const target of targets) world.performByHand({ call: 'DetachPolicy', input: { policyName, target } });
    const { policyVersions = [] } = registry.execute('ListPolicyVersions', { policyName });
    for (const { versionId: policyVersionId, isDefaultVersion } of policyVersions) {
      if (!isDefaultVersion) world.performByHand({ call: 'DeletePolicyVersion', input: { policyName, policyVersionId: policyVersionId! } });
    }
    world.performByHand({ call: 'DeletePolicy', input: { policyName } });
  }

  protected override look(): void {
    this.world.oracle.look();
  }
}
