import {
  CreateThingCommand, DeleteThingCommand, IoTClient, RemoveThingFromThingGroupCommand, UpdateThingCommand, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

/** A change that somebody makes by hand in the wrong Region. */
export interface Mishap {
  readonly what: string;
  make(destination: IoTClient): Promise<unknown>;
}

/** An entity that the source does not have: a check reports it, and never deletes it. */
export const INTRUDER = 'intruder';

/**
 * One change of each kind to a thing, and changes to groups.
 *
 * @param prefix of the fleet
 * @param deleted a thing that the source has deleted
 */
export function mishaps(prefix: string, deleted: string): Mishap[] {
  const sensor = (i: number) => `${prefix}sensor-0${i}`;
  return [
    { what: `delete ${sensor(6)}`, make: (iot) => iot.send(new DeleteThingCommand({ thingName: sensor(6) })) },
    {
      what: `overwrite an attribute of ${sensor(2)}`,
      make: (iot) => iot.send(new UpdateThingCommand({ thingName: sensor(2), attributePayload: { attributes: { firmware: '6.6.6' }, merge: true } })),
    },
    { what: `remove the type of ${sensor(3)}`, make: (iot) => iot.send(new UpdateThingCommand({ thingName: sensor(3), removeThingType: true })) },
    {
      what: `remove ${sensor(4)} from ${prefix}maintenance`,
      make: (iot) => iot.send(new RemoveThingFromThingGroupCommand({ thingName: sensor(4), thingGroupName: `${prefix}maintenance` })),
    },
    {
      what: `change the description of ${prefix}paris`,
      make: (iot) => iot.send(new UpdateThingGroupCommand({ thingGroupName: `${prefix}paris`, thingGroupProperties: { thingGroupDescription: 'closed' } })),
    },
    { what: `create ${deleted}, which was deleted in the source`, make: (iot) => iot.send(new CreateThingCommand({ thingName: deleted })) },
    { what: `create ${INTRUDER}, which never existed in the source`, make: (iot) => iot.send(new CreateThingCommand({ thingName: INTRUDER })) },
  ];
}

/** The part of a drift check's output that the demo shows. */
export interface DriftSummary {
  readonly inSync: boolean;
  readonly counts: Readonly<Record<string, number>>;
  /** The URI of the report. */
  readonly report: string;
}

interface Difference {
  readonly kind: string;
  readonly pk: string;
  readonly sk: string;
  readonly difference: string;
  readonly fields?: readonly { readonly field: string; readonly expected?: unknown; readonly actual?: unknown }[];
}

/** The differences of a report, one sentence each. */
export async function readReport(s3: S3Client, report: string): Promise<string[]> {
  const { hostname: Bucket, pathname } = new URL(report);
  const lines: string[] = [];
  for await (const { Contents } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: pathname.slice(1) })) {
    for (const { Key } of Contents ?? []) {
      if (!Key!.endsWith('.jsonl')) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      lines.push(...(await Body!.transformToString()).trimEnd().split('\n'));
    }
  }
  return lines.map((line) => sentence(JSON.parse(line) as Difference));
}

function sentence({ kind, pk, sk, difference, fields = [] }: Difference): string {
  const name = (key: string) => key.slice(key.indexOf('#') + 1);
  const entity = kind === 'membership' ? `${name(pk)} in ${name(sk)}` : name(pk);
  const details = fields.map(({ field, expected, actual }) => `${field} is ${shown(actual)}, expected ${shown(expected)}`);
  return [`${difference.padEnd(15)} ${kind.padEnd(10)} ${entity}`, ...details].join('; ');
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'absent';
}
