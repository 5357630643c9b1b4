import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Belief } from '../belief';
import { policy } from '../look';

export const SCHEDULE_BELIEFS: readonly Belief[] = [{
  id: 'schedule-at-once',
  topic: 'workflows',
  statement: 'a schedule with a rate and no start date begins when it is made',
  otherwise: 'nothing: what is due after a deployment is started by the deployment too',
  see: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
  uses: { transitions: 4 },
  boundSeconds: 600,
  look: async (look) => {
    const name = look.name('workflow');
    const stateMachineArn = look.arn('states', `stateMachine:${name}`);
    const role = (RoleName: string, service: string, Policies: object[] = []) => ({
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName,
        AssumeRolePolicyDocument: JSON.parse(policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' })) as object,
        Policies,
      },
    });
    const start = JSON.parse(policy({ Effect: 'Allow', Action: 'states:StartExecution', Resource: stateMachineArn })) as object;
    await look.stack('stack', {
      WorkflowRole: role(look.name('runs'), 'states.amazonaws.com'),
      SchedulerRole: role(look.name('starts'), 'scheduler.amazonaws.com', [{ PolicyName: 'start', PolicyDocument: start }]),
      Workflow: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: name,
          RoleArn: { 'Fn::GetAtt': ['WorkflowRole', 'Arn'] },
          DefinitionString: JSON.stringify({ StartAt: 'end', States: { end: { Type: 'Succeed' } } }),
        },
      },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        DependsOn: 'Workflow',
        Properties: {
          Name: look.name('schedule'),
          ScheduleExpression: 'rate(1 day)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: stateMachineArn, RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] }, Input: '{}' },
        },
      },
    });
    const started = await look.eventually(async () => {
      const { executions } = await look.source.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions?.length ? true : undefined;
    }, 180);
    return { holds: started === true, seen: started ? 'it has started its target' : 'it has started nothing within three minutes' };
  },
}];
