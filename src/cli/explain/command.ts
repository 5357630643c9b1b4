import { withWholeId } from './certificate-id';
import { explain as explainEntity, Explanation } from './explain';
import type { PlaceFacts } from './facts';
import { detailOf } from './state';
import { accountIn } from '../account';
import { onward } from '../advice';
import type { Connection } from '../clients';
import { parseEntity } from '../entities';
import { EXIT, ExitCode } from '../exit-codes';
import { shownField } from '../fields';
import { findReplication } from '../replication';
import type { CommonOptions, Surroundings } from '../surroundings';
import type { Colors } from '../terminal';

export interface ExplainOptions extends CommonOptions {
  /** `thing/lamp-1`. */
  readonly entity: string;
  /** @default - the name of the replication */
  readonly table?: string;
}

/** One entity everywhere. Exit code 0 if nothing has to be done anywhere that could be read. */
export async function explain({ name, json, entity: text, table, ...connection }: ExplainOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal, now } = surroundings;
  const given = parseEntity(text);
  const clients = surroundings.clients(connection);
  const replication = await findReplication(clients, name, signal);
  const entity = await withWholeId(given, clients, connection.region ?? replication.sourceRegion, signal);
  const account = await accountIn(clients, connection.region ?? replication.destinationRegions[0] ?? replication.sourceRegion, signal);
  const explanation = await explainEntity(clients, { entity, replication, tableName: table ?? replication.name, account }, signal, now);
  terminal.print(json ? JSON.stringify(explanation, undefined, 2) : shown(explanation, terminal.colors, connection));
  const { places } = explanation;
  if (places.every(({ problem }) => problem !== undefined)) return EXIT.failed;
  return places.every(({ fine }) => fine) ? EXIT.yes : EXIT.no;
}

function shown({ entity, replication, places }: Explanation, colors: Colors, connection: Connection): string {
  return [`${colors.bold(entity)} in ${replication}`, ...places.map((place) => shownPlace(place, colors, connection))].join('\n\n');
}

function shownPlace(
  { region, role, sentence, fine, advice, registry, record, hasNewest, fields, letters }: PlaceFacts, colors: Colors, connection: Connection,
): string {
  const lines = [
    ...registry ? [`registry   ${registry.exists ? withDetail('exists', registry.state) : 'does not exist'}`] : [],
    ...record === undefined ? [] : [`record     ${shownRecord(record)}${hasNewest === undefined ? '' : hasNewest ? ', as in the source' : ', not the one in the source'}`],
    ...(fields ?? []).flatMap((field) => shownField(field, colors).map((line) => `           ${line}`)),
    ...letters.map(({ sentAt, error, reason }) => `letter     ${[sentAt, error, reason].filter((part) => part !== undefined).join('   ')}`),
    ...onward(advice === undefined ? [] : [advice], connection),
  ];
  return [`${colors.bold(region)} (${role})   ${fine ? colors.green(sentence) : colors.yellow(sentence)}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function shownRecord(record: NonNullable<PlaceFacts['record']> | null): string {
  if (record === null) return 'none';
  if (record === 'unreadable') return record;
  const { deleted, version, changedAt, eventId, routed, state } = record;
  const what = deleted ? 'deleted' : withDetail(`version ${version}`, state);
  return `${what} at ${changedAt}, event ${eventId}${routed ? ', by way of the router' : ''}`;
}

function withDetail(text: string, state: unknown): string {
  const detail = detailOf(state);
  return detail === undefined ? text : `${text} (${detail})`;
}
