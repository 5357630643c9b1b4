import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CertificateSelection } from './certificate-selection';

/**
 * How certificates, policies and what they are attached to are replicated: what lets a device connect.
 *
 * No registry event reports their changes, so sweeps read them. `certificates` and `namePrefixes.policies` narrow what is replicated.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-security-identity.html
 */
export interface IdentityReplicationOptions {
  /**
   * Which certificates are replicated.
   *
   * With `OF_REPLICATED_THINGS`, a certificate is selected when its attachment to a thing is found, which takes longer than to find the certificate alone,
   * and stays selected until it is deleted in the source. So a change from `ALL` leaves the copies that are there, and they continue to follow the source.
   * Policies are selected by their names, whatever this is.
   *
   * Throws at synthesis if it is `OF_REPLICATED_THINGS` and `kinds` lacks `RegistryKind.THING`.
   *
   * @default CertificateSelection.ALL
   */
  readonly certificates?: CertificateSelection;

  /**
   * Whether certificates of certificate authorities (CAs) are replicated too: the certificate, and whether it is active.
   *
   * Copies of device certificates need no CA, so devices that exist in the source connect without this. It prepares a destination for new devices.
   *
   * Each copy has the mode `SNI_ONLY`, also that of a CA with the mode `DEFAULT`, which only somebody with the private key of the CA can register. So a device
   * that registers itself in the destination has to send the server name (SNI) of the endpoint.
   * **Copies never let devices register themselves**: automatic registration is off until you switch it on in the destination, with a template
   * and its role there if you use just-in-time provisioning, and stays as you set it.
   *
   * A CA that is there already keeps its mode, and follows the status of the source. AWS IoT allows ten CA certificates with the same subject: a further one becomes a dead letter,
   * `TooManyCaCertificates`. CAs are found by the sweeps of identities, not by certificate checks, and sooner by hints if there is a trail.
   *
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html
   */
  readonly caCertificates?: boolean;

  /**
   * Whether a policy of a destination that has the name of a replicated one, another document, and no tag of its source is overwritten.
   *
   * Without it, such a policy stays as it is: its record becomes a dead letter, `ForeignPolicy`, and certificates that need the policy wait inactive.
   * The tag of a policy that a replication has created or adopted is `iot-registry-replication`, with the Region of the source: every replication of that source overwrites it, so
   * nothing changes with another `replicationName`. **After a failback, this concerns the originals, which have no tag.** With it, whoever may create policies in the source can overwrite those of the same name here.
   *
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/tagging-iot.html
   */
  readonly adoptPolicies?: boolean;

  /**
   * When sweeps compare certificates, policies and attachments of the source with the table. `sweepEnabled` holds for them too.
   *
   * The schedule has to recur without end, so a cron expression has no year: start a single run by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly sweepSchedule?: ScheduleExpression;

  /**
   * When drift checks compare certificates, policies and attachments of each destination with its records. `driftEnabled` holds for them too; `driftSchedule` does not.
   *
   * AWS charges for reading the certificates of each thing, about 1.25 USD for a million things, so they are rarer than those of the registry.
   *
   * The schedule has to recur without end, so a cron expression has no year: start a single run by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(7))
   */
  readonly driftSchedule?: ScheduleExpression;

  /**
   * How often all certificates of the source are listed, to find those that were deactivated, activated, revoked, deleted or registered anew: whole minutes, 1 to 60.
   *
   * A listing has 250 certificates, and AWS allows 10 listings a second: at the default `registryReadShare` of 0.5, a check of 1,000,000 certificates takes
   * 13 minutes. A check that is still running when the next one is due is left running. `sweepEnabled` holds for checks too.
   *
   * @default Duration.minutes(15)
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_ListCertificates.html
   */
  readonly certificateCheckInterval?: Duration;

  /**
   * The largest number of certificates that one sweep or one check deactivates in the destinations because the source does not have them any more: 0 or more.
   *
   * If there are more, it deactivates none of them and fails with `TooManyDeactivations`, because most likely something went wrong in the source. Certificates
   * that somebody deactivated or revoked do not count.
   *
   * @default - the larger of 50 certificates and 5 % of them
   */
  readonly maxDeactivationsPerSweep?: number;

  /**
   * Whether calls of AWS IoT that CloudTrail has recorded make the source read what they are about, so that a change usually arrives within minutes.
   *
   * It needs a trail that logs management events of the source Region; without one, this does nothing, and changes are found by checks, sweeps and events of
   * things, as with false. A call only says what is to be read, and is never taken at its word.
   *
   * @default true
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   */
  readonly cloudTrailHints?: boolean;

  /**
   * For each destination, the domain names that stand for those of the source in conditions of policies on `iot:DomainName`.
   *
   * ```ts
   * const domainNames = { 'eu-west-1': { 'devices.example.com': 'devices.eu.example.com' } };
   * ```
   *
   * Each domain name belongs to one Region. Names have no wildcards: a pattern could allow more in the destination than in the source. A policy with a condition on a name that is in neither column can't be replicated faithfully: its record
   * becomes a dead letter, `UnfaithfulPolicy`, and certificates that need the policy wait inactive.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-custom-endpoints-configurable.html
   */
  readonly domainNames?: { readonly [destinationRegion: string]: { readonly [domainName: string]: string } };
}
