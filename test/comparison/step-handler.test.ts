import { stepHandler } from '../../src/comparison/handler/step-handler';
import { InvalidInputError } from '../../src/comparison/input';

const throwing = (error: unknown) => stepHandler(async () => { throw error; });
const thrownBy = (error: unknown) => throwing(error)({}, {}).then(() => undefined, (thrown: Error) => thrown);

test('an answer passes', async () => {
  await expect(stepHandler(async (request: number, context: number) => request + context)(1, 2)).resolves.toBe(3);
});

test('what repeating can\'t help is an answer, so that Lambda does not log what it names', async () => {
  const error = new InvalidInputError('mode', 'lamp-1', '"report"', 'leave it out');
  await expect(throwing(error)({}, {})).resolves.toEqual({ failure: { error: 'InvalidInput', cause: error.message } });
});

test('what AWS says is thrown under its name, to be repeated, without what it may name', async () => {
  const thrown = await thrownBy(Object.assign(new Error('Thing lamp-1 is odd'), { name: 'InvalidRequestException', $metadata: {} }));
  expect(thrown?.name).toBe('InvalidRequestException');
  expect(`${thrown?.message} ${thrown?.stack}`).not.toContain('lamp-1');
});

test('a missing permission is reported with its action', async () => {
  const message = 'User: arn:aws:sts::111122223333:assumed-role/r is not authorized to perform: iot:DescribeThing on resource: arn:aws:iot:us-east-1:111122223333:thing/lamp-1 because …';
  const thrown = await thrownBy(Object.assign(new Error(message), { name: 'AccessDeniedException', $metadata: {} }));
  expect(thrown?.message).toBe(message.replace('lamp-1', '…'));
});

test('what does not come from AWS keeps its message', async () => {
  expect((await thrownBy(new TypeError('no such property')))?.message).toBe('no such property');
});

test('a thrown value that is no error is thrown as one', async () => {
  expect((await thrownBy('lamp-1'))?.message).not.toContain('lamp-1');
});
