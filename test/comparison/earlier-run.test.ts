import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { deploymentsRun, earlierRun, reasonToHold } from '../../src/comparison/handler/earlier-run';
import { SfnSender } from '../../src/runtime/senders';

const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:sweep';
const at = (name: string, startedAt: number) => ({ name, startDate: new Date(startedAt) });

/** The executions that run, a page each. */
function running(...pages: object[][]): { sfn: SfnSender; asked: object[] } {
  const asked: object[] = [];
  const send = async ({ input }: ListExecutionsCommand) => {
    asked.push(input);
    const page = Number(input.nextToken ?? 0);
    return { executions: pages[page], nextToken: page + 1 < pages.length ? String(page + 1) : undefined };
  };
  return { sfn: { send: send as unknown as SfnSender['send'] }, asked };
}

const earlierThan = (run: { name: string; startedAt: number }, ...pages: object[][]) => earlierRun(running(...pages).sfn, ARN, run);

test('a run alone has none', async () => {
  expect(await earlierThan({ name: 'me', startedAt: 5 }, [at('me', 5)])).toBeUndefined();
  expect(await earlierThan({ name: 'me', startedAt: 5 }, [])).toBeUndefined();
});

test('an earlier run that is still in progress is found on any page', async () => {
  expect(await earlierThan({ name: 'me', startedAt: 5 }, [at('me', 5), at('later', 6)], [], [at('other', 4)])).toBe('other');
});

test('only executions that run are asked for', async () => {
  const { sfn, asked } = running([]);
  await earlierRun(sfn, ARN, { name: 'me', startedAt: 5 });
  expect(asked).toEqual([{ stateMachineArn: ARN, statusFilter: 'RUNNING', nextToken: undefined }]);
});

test('of any number of runs exactly one continues, whoever starts first', async () => {
  for (const starts of [[5, 5, 5], [5, 6, 7], [7, 5, 5], [6, 6, 5]]) {
    const runs = starts.map((startedAt, i) => ({ name: `run-${i}`, startedAt }));
    const executions = runs.map(({ name, startedAt }) => at(name, startedAt));
    const found = await Promise.all(runs.map((run) => earlierThan(run, executions)));
    expect(found.filter((each) => each === undefined)).toHaveLength(1);
  }
});

describe('while another one is running', () => {
  const held = async (name: string, startedAt = 5) => reasonToHold(running([at(name, startedAt), at('other', 4)]).sfn, { what: 'the sweep', workflowArn: ARN, run: { name, startedAt }, scheduled: undefined });

  test.each(['deployment-1', 'copy-1'])('a run that nobody would start again waits for its turn: %s', async (name) => {
    expect(await held(name)).toEqual({ waits: 'the sweep other is running' });
    expect(await held(name, 3)).toBeUndefined();
  });

  const heldBeside = async (...others: object[]) => (
    reasonToHold(running([at('other', 4), at('deployment-1', 5)], others).sfn, { what: 'the sweep', workflowArn: ARN, run: { name: 'deployment-1', startedAt: 5 }, scheduled: undefined })
  );

  test('of any number of runs of deployments that wait, only the last begins', async () => {
    const skipped = { skipped: 'the sweep deployment-2 of a later deployment waits too, and compares what this one would' };
    expect(await heldBeside(at('deployment-2', 6))).toEqual(skipped);
    // Of two that started at the same moment, the one that would begin first.
    expect(await heldBeside(at('deployment-2', 5))).toEqual(skipped);
  });

  test('a run of a deployment waits although others have started later, or deployments before', async () => {
    expect(await heldBeside(at('by-hand', 6), at('copy-1', 6), at('deployment-0', 5))).toEqual({ waits: 'the sweep other is running' });
  });

  test.each(['by-hand', '6f1c', 'my-deployment-1'])('any other is skipped: %s', async (name) => {
    expect(await held(name)).toEqual({ skipped: 'the sweep other is running; two at once would take twice the share of the registry\'s quotas' });
  });
});

describe('a run of a deployment that has just ended', () => {
  const MINUTE = 60_000;
  const just = (...pages: object[][]) => deploymentsRun(running(...pages).sfn, ARN, { name: 'me', startedAt: 60 * MINUTE });

  test('is found among others, on any page', async () => {
    expect(await just([at('other', 59 * MINUTE)], [at('deployment-1', 45 * MINUTE)])).toBe('deployment-1');
  });

  test('is none that started more than fifteen minutes before, or later, and no further page is read', async () => {
    const { sfn, asked } = running([at('deployment-2', 61 * MINUTE), at('deployment-1', 45 * MINUTE - 1)], [at('deployment-0', 60 * MINUTE)]);
    expect(await deploymentsRun(sfn, ARN, { name: 'me', startedAt: 60 * MINUTE })).toBeUndefined();
    expect(asked).toEqual([{ stateMachineArn: ARN, statusFilter: 'SUCCEEDED', nextToken: undefined }]);
    expect(await just([])).toBeUndefined();
  });
});
