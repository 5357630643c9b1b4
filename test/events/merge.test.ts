import { switchOn } from '../../src/events/handler/merge';

const ON = { Enabled: true } as const;
const OFF = { Enabled: false };

test('sends nothing when all that is wanted is on', () => {
  expect(switchOn(['THING', 'THING_TYPE'], { THING: ON, THING_TYPE: ON, JOB: OFF })).toBeUndefined();
});

test('sends what is wanted where nothing is on', () => {
  expect(switchOn(['THING'], {})).toEqual({ THING: ON });
  expect(switchOn(['THING'], { THING: OFF, JOB: OFF })).toEqual({ THING: ON });
});

test('sends what is on already too, and says nothing of what is off', () => {
  expect(switchOn(['THING'], { JOB: ON, THING: OFF, POLICY: OFF, CERTIFICATE: {}, THING_TYPE: undefined })).toEqual({ JOB: ON, THING: ON });
});
