import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Marker, markerName, MarkerRole } from '../../src/regional/marker';
import { OwnReplicationEnv } from '../../src/status/environment';
import { lookForOthers, othersAmong } from '../../src/status/handler/other-replications';
import { silent } from '../monitoring/silent';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const LOOKED_AT = '2026-11-25T12:00:00.000Z';
const OWN = { replicationName: 'fleet', sourceRegion: 'us-east-1', acknowledged: [] };
const ssm = mockClient(SSMClient);
const look = (own: Parameters<typeof othersAmong>[1] = OWN) => lookForOthers({ ssm: new SSMClient({}), own, logger: silent.logger, now: () => NOW });
const destination = (replicationName: string, more: Partial<Marker> = {}): Marker => ({ role: MarkerRole.DESTINATION, replicationName, sourceRegion: 'us-west-2', stackName: `${replicationName}-stack`, isPaused: false, ...more });
const source = (replicationName: string, ...destinationRegions: string[]): Marker => ({ role: MarkerRole.SOURCE, replicationName, sourceRegion: 'eu-west-1', stackName: 'Registry', destinationRegions });
const parameterOf = ({ role, replicationName, ...content }: Marker) => ({ Name: markerName(role, replicationName), Value: JSON.stringify(content) });
const namesOf = (markers: Marker[], own = OWN) => othersAmong(markers, own).found.map(({ replicationName, does }) => [replicationName, does]);

beforeEach(() => { ssm.reset(); });

test('another replication that has a destination in the Region writes to its registry; the own one is none', () => {
  expect(othersAmong([destination('fleet'), destination('devices')], OWN)).toEqual({
    found: [{ replicationName: 'devices', does: 'WRITES_HERE', sourceRegion: 'us-west-2', stackName: 'devices-stack', isPaused: false, isAcknowledged: false }],
    notFound: [],
  });
});

test('one that is paused is there too, and one whose marker says nothing', () => {
  expect(othersAmong([destination('paused', { isPaused: true }), { role: MarkerRole.DESTINATION, replicationName: 'strange' }], OWN).found)
    .toMatchObject([{ replicationName: 'paused', isPaused: true }, { replicationName: 'strange', isPaused: false }]);
});

test('one that has its source in the Region and a destination in the own source brings changes back; one that replicates onwards does not', () => {
  expect(namesOf([source('back', 'eu-central-1', 'us-east-1'), source('onwards', 'eu-central-1')])).toEqual([['back', 'REPLICATES_BACK']]);
});

test('acknowledged ones are marked, and names that none has are reported', () => {
  const { found, notFound } = othersAmong([destination('devices'), destination('archive')], { ...OWN, acknowledged: ['archive', 'archiv'] });
  expect(found.map(({ replicationName, isAcknowledged }) => [replicationName, isAcknowledged])).toEqual([['devices', false], ['archive', true]]);
  expect(notFound).toEqual(['archiv']);
});

test('all pages of the one path are read, and parameters that are no markers are left', async () => {
  const pages = [
    { Parameters: [parameterOf(destination('fleet')), { Name: '/cdk-iot-registry-replication/notes', Value: 'mine' }], NextToken: 'second' },
    { Parameters: [], NextToken: 'third' },
    { Parameters: [parameterOf(destination('devices'))] },
  ];
  const tokens: unknown[] = [];
  ssm.on(GetParametersByPathCommand, { Path: '/cdk-iot-registry-replication', Recursive: true }).callsFake(({ NextToken }) => pages[tokens.push(NextToken) - 1]);
  expect(await look()).toMatchObject({ lookedAt: LOOKED_AT, found: [{ replicationName: 'devices' }] });
  expect(tokens).toEqual([undefined, 'second', 'third']);
});

test('a look that fails is reported with the name of its error, and does not end the writing of the status', async () => {
  ssm.on(GetParametersByPathCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  expect(await look()).toEqual({ lookedAt: LOOKED_AT, failure: 'AccessDeniedException' });
});

test('who the own replication is and whom it acknowledges is in the environment', () => {
  expect(OwnReplicationEnv.read({ REPLICATION_NAME: 'fleet', SOURCE_REGION: 'us-east-1' })).toEqual(OWN);
  expect(OwnReplicationEnv.read({ REPLICATION_NAME: 'fleet', SOURCE_REGION: 'us-east-1', ACKNOWLEDGED_REPLICATIONS: 'archive,devices' }))
    .toEqual({ ...OWN, acknowledged: ['archive', 'devices'] });
});
