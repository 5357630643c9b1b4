/** What has to change before a redrive helps, in a line: https://github.com/iot-registry-replication/cdk-iot-registry-replication/blob/main/docs/dead-letters.md has the whole tables. */
interface Cause {
  /** Errors as letters have them. */
  readonly error: RegExp;
  readonly toDo: string;
}

const OF_SOURCE: readonly Cause[] = [
  { error: /^InvalidEvent$/, toDo: 'nobody knows such an event: a sweep reads the entity itself; then delete the letter' },
  { error: /^NotDeleted$/, toDo: 'the registry still had it: nothing to do for a membership; for anything else find out who publishes to the rules' },
  { error: /^(ConfirmationTimeout|Iot\..+)$/, toDo: 'a call of the registry failed: redrive it' },
  { error: /^(InvalidRouterAnswer|Lambda\..+)$/, toDo: 'mend the router, then redrive it' },
  { error: /^DynamoDB\./, toDo: 'look at the table and at the role of the workflow, then redrive it' },
  { error: /^States\./, toDo: 'a fault of the workflow: open an issue with error and reason, then redrive it' },
];

const REJECTED: readonly Cause[] = [
  { error: /^InvalidRequestException$/, toDo: 'the registry refuses this state: change the entity in the source' },
  { error: /^Error$/, toDo: 'a dynamic group has the name of a static one: delete the dynamic group, then redrive it' },
  { error: /^UnknownRecordShape$/, toDo: 'somebody else wrote to the table: correct or delete the item' },
  { error: /^ForeignRecord$/, toDo: 'a record of another source is in the table: give each replication its own' },
  { error: /^ForeignPolicy$/, toDo: 'another policy has this name here, or source and destination were swapped: delete, rename or tag it, or set adoptPolicies; then redrive it' },
  { error: /^PolicyInUse$/, toDo: 'the source has deleted it, and what nobody replicates has it here: detach it there, then redrive it; or keep it and delete the letter' },
  { error: /^UnfaithfulPolicy$/, toDo: 'it can\'t be rewritten for this Region: change the policy in the source, or domainNames' },
  { error: /^NotReplicated$/, toDo: 'its kind is not replicated here, or not any more: delete it, or deploy the destination with identities or caCertificates and redrive it' },
  { error: /^RevokedCertificate$/, toDo: 'it is revoked here, which is final: if that is a mistake, delete it here, then redrive it' },
  { error: /^TooManyCaCertificates$/, toDo: 'delete a CA certificate with the same subject here, then redrive it' },
  { error: /^CertificateMismatch$/, toDo: 'somebody else wrote to the table: delete the item' },
  { error: /^(CertificateValidationException|MalformedPolicyException)$/, toDo: 'AWS IoT refuses it: change it in the source' },
];

const WAITING: readonly Cause[] = [
  { error: /^Waiting$/, toDo: 'what it waits for is not here, or not gone: once that has changed, redrive it' },
  { error: /^ResourceLimitExceeded$/, toDo: 'a quota of the registry: make room or raise it, then redrive it' },
  { error: /^(AccessDenied|Unauthorized)/, toDo: 'its role lacks a permission: deploy the destination, or find the policy that forbids the call; then redrive it' },
  { error: /^ConflictException$/, toDo: 'another program changes the same resource: redrive it' },
  { error: /^Unfinished$/, toDo: 'its invocations ended too early: look at the duration of the function, then redrive it' },
  { error: /^Error$/, toDo: 'a host that does not exist: choose another Region or mend DNS, then redrive it' },
];

/** What has to be done about a letter that can be redriven; undefined if nobody knows its error. */
export function causeOf(format: 'event' | 'key', of: string | undefined, error: string | undefined): string | undefined {
  const causes = format === 'event' ? OF_SOURCE : of === 'waiting' ? WAITING : REJECTED;
  return causes.find((each) => error !== undefined && each.error.test(error))?.toDo;
}
