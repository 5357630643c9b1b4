import { switchOn } from '../../src/events/handler/merge';

const ON = { Enabled: true } as const;
const OFF = { Enabled: false };

test('sends nothing when all that is wanted is on', () => {
  expect(switchOn(['THING', 'THING_TYPE'], { THING: ON, THING_TYPE: ON, JOB: OFF })).toBeUndefined();
});

test('sends the required events if none is on', () => {
  expect(switchOn(['THING'], {})).toEqual({ THING: ON });
  expect(switchOn(['THING'], { THING: OFF, JOB: OFF })).toEqual({ THING: ON });
});

test('sends events that are already on too, and omits those that are off', () => {
  expect(switchOn(['THING'], { JOB: ON, THING: OFF, POLICY: OFF, CERTIFICATE: {}, THING_TYPE: undefined })).toEqual({ JOB: ON, THING: ON });
});
