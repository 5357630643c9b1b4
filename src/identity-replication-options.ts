import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

/**
 * How certificates, policies and what they are attached to are replicated: what lets a device connect.
 *
 * No registry event reports their changes, so sweeps read them. Nothing but the names of `namePrefixes.policies` narrows them: every certificate is replicated.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-security-identity.html
 */
export interface IdentityReplicationOptions {
  /**
   * Whether a policy of a destination that has the name of a replicated one, another document, and no tag of this replication is overwritten.
   *
   * Without it, such a policy stays as it is: its record becomes a dead letter, `ForeignPolicy`, and certificates that need the policy wait inactive.
   * The tag of a policy that this replication has created or adopted is `iot-registry-replication`, with the `replicationName`.
   *
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/tagging-iot.html
   */
  readonly adoptPolicies?: boolean;

  /**
   * When sweeps compare certificates, policies and attachments of the source with the table. `sweepEnabled` holds for them too.
   *
   * The schedule has to recur: start a single run by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly sweepSchedule?: ScheduleExpression;

  /**
   * For each destination, the domain names that stand for those of the source in conditions of policies on `iot:DomainName`.
   *
   * ```ts
   * const domainNames = { 'eu-west-1': { 'devices.example.com': 'devices.eu.example.com' } };
   * ```
   *
   * Each domain name belongs to one Region. A policy with a condition on a name that is in neither column can't be replicated faithfully: its record
   * becomes a dead letter, `UnfaithfulPolicy`, and certificates that need the policy wait inactive.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-custom-endpoints-configurable.html
   */
  readonly domainNames?: { readonly [destinationRegion: string]: { readonly [domainName: string]: string } };
}
