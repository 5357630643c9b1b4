import type { IotSender } from './senders';

/** Fields of inputs that AWS IoT takes ARNs in. */
const ADDRESSES = ['target', 'principal', 'resourceArn'] as const;

type Command = Parameters<IotSender['send']>[0];
type Input = Readonly<Record<string, unknown>>;

/**
 * Completes the resources in calls to ARNs: `cert/<id>` is one of this account and Region. So whoever makes the calls knows neither, and ARNs never travel from one Region to
 * another.
 *
 * @param prefix what the ARNs of the registry begin with: `arn:<partition>:iot:<region>:<account>:`
 */
export function addressedIot(iot: IotSender, prefix: string): IotSender {
  const send = (command: Command, ...rest: never[]) => iot.send(addressed(command, prefix), ...rest);
  return { send: send as unknown as IotSender['send'] };
}

function addressed(command: Command, prefix: string): Command {
  const input = command.input as Input;
  const names = ADDRESSES.filter((name) => typeof input[name] === 'string' && !(input[name] as string).startsWith('arn:'));
  if (names.length === 0) return command;
  const Again = command.constructor as new (complete: Input) => Command;
  return new Again({ ...input, ...Object.fromEntries(names.map((name) => [name, prefix + (input[name] as string)])) });
}

/** The name in the ARN of a resource type; undefined for an ARN of another type. */
export function nameInArn(arn: string, resource: string): string | undefined {
  const [,,, , , rest = ''] = arn.split(':');
  const start = `${resource}/`;
  return rest.startsWith(start) ? arn.slice(arn.indexOf(start) + start.length) : undefined;
}
