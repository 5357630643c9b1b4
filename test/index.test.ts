import * as library from '../src';

test('the library exports its public names and nothing else', () => {
  expect(Object.keys(library).sort()).toEqual([
    'CertificateSelection', 'DeletionMode', 'DriftMode', 'IotRegistryReplication', 'RegistryDestination', 'RegistryKind', 'ReplicationAlarm',
  ]);
});
