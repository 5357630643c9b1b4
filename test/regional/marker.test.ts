import { Stack } from 'aws-cdk-lib';
import { markerIn, markerName, MarkerRole } from '../../src/regional/marker';
import { createStack, DESTINATION, OTHER, replicate, resourcesOf, SOURCE, synth, templatesOf } from '../apps';

const { SOURCE: OF_SOURCE, DESTINATION: OF_DESTINATION } = MarkerRole;

test('a marker is read as it is written, by its name and by what it says', () => {
  const content = { sourceRegion: 'us-east-1', stackName: 'fleet-eu-west-1-from-us-east-1', isPaused: true };
  expect(markerName(OF_DESTINATION, 'fleet')).toBe('/cdk-iot-registry-replication/destinations/fleet');
  expect(markerIn(markerName(OF_DESTINATION, 'fleet'), JSON.stringify(content))).toEqual({ role: OF_DESTINATION, replicationName: 'fleet', ...content });
});

test.each(['', 'no JSON', 'null', '"text"', '[]', '{"sourceRegion":1,"destinationRegions":["us-east-1",2],"stackName":null,"isPaused":"no"}'])(
  'a marker that says %j is one all the same: the replication is there', (value) => {
    expect(markerIn(markerName(OF_SOURCE, 'fleet'), value)).toEqual({ role: OF_SOURCE, replicationName: 'fleet' });
  });

test.each(['/cdk-iot-registry-replication', '/cdk-iot-registry-replication/destinations', '/cdk-iot-registry-replication/destinations/', '/cdk-iot-registry-replication/else/fleet',
  '/cdk-iot-registry-replication/destinations/fleet/more', '/other/destinations/fleet', 'xcdk-iot-registry-replication/destinations/fleet'])(
  'a parameter that is called %j is no marker', (name) => {
    expect(markerIn(name, '{}')).toBeUndefined();
  });

/** What each stack has of markers. */
function markersOf(stack: Stack) {
  return Object.fromEntries(Object.entries(templatesOf(synth(stack))).map(([name, template]) => (
    [name, resourcesOf(template, 'AWS::SSM::Parameter').map(({ Properties: { Name, Type, Value } }) => [Name, Type, JSON.parse(Value as string)])]
  )));
}

test('each Region of a replication has a marker, whose name no other replication of the Region has', () => {
  const stack = createStack();
  replicate({ replicationName: 'fleet', destinationRegions: [OTHER, DESTINATION], pausedRegions: [OTHER] }, stack);
  const destination = (region: string, isPaused: boolean) => {
    const stackName = `fleet-${region}-from-${SOURCE}`;
    return { [stackName]: [['/cdk-iot-registry-replication/destinations/fleet', 'String', { sourceRegion: SOURCE, stackName, isPaused }]] };
  };
  expect(markersOf(stack)).toEqual({
    [stack.stackName]: [['/cdk-iot-registry-replication/sources/fleet', 'String', { sourceRegion: SOURCE, stackName: stack.stackName, destinationRegions: [OTHER, DESTINATION].sort() }]],
    ...destination(DESTINATION, false),
    ...destination(OTHER, true),
  });
});
