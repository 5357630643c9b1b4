import { AttachPolicyCommand, DescribeThingCommand, ListTagsForResourceCommand } from '@aws-sdk/client-iot';
import { addressedIot, nameInArn } from '../../src/runtime/addressed-iot';
import type { IotSender } from '../../src/runtime/senders';

const PREFIX = 'arn:aws:iot:eu-west-1:111122223333:';

/** The command that arrives. */
async function sent(command: { readonly input: object }): Promise<{ readonly input: object }> {
  let arrived = command;
  const iot = { send: async (each: typeof command) => { arrived = each; } } as unknown as IotSender;
  await addressedIot(iot, PREFIX).send(command as never);
  return arrived;
}

test('resources become ARNs of the account and Region, in a command of the same call', async () => {
  const arrived = await sent(new AttachPolicyCommand({ policyName: 'p', target: 'cert/ab' }));
  expect(arrived).toBeInstanceOf(AttachPolicyCommand);
  expect(arrived.input).toEqual({ policyName: 'p', target: `${PREFIX}cert/ab` });
  expect((await sent(new ListTagsForResourceCommand({ resourceArn: 'policy/p' }))).input).toEqual({ resourceArn: `${PREFIX}policy/p` });
});

test('what is an ARN already, and every other command, stays as it is', async () => {
  for (const command of [new AttachPolicyCommand({ policyName: 'p', target: 'arn:aws:iot:us-east-1:1:cert/ab' }), new DescribeThingCommand({ thingName: 'lamp' })]) {
    expect(await sent(command)).toBe(command);
  }
});

test('the name in an ARN is found by its resource type', () => {
  expect(nameInArn(`${PREFIX}cert/ab`, 'cert')).toBe('ab');
  expect(nameInArn(`${PREFIX}thing/a:b`, 'thing')).toBe('a:b');
  expect(nameInArn(`${PREFIX}thinggroup/ab`, 'thing')).toBeUndefined();
  expect(nameInArn('eu-west-1:11111111-2222-3333-4444-555555555555', 'cert')).toBeUndefined();
});
