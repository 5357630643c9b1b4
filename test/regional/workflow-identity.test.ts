import { DESTINATION, Json, destination, replicate, resourcesOf, source } from '../apps';

const workflowsOf = (props: Parameters<typeof replicate>[0]) => {
  const replication = replicate({ replicationName: 'fleet', ...props });
  return [source(replication).toJSON(), destination(replication, DESTINATION).toJSON()]
    .flatMap((template) => resourcesOf(template, 'AWS::StepFunctions::StateMachine')).map(({ Properties }): Json => Properties);
};

test('workflows log no data and are not traced', () => {
  const workflows = workflowsOf({});
  expect(workflows.map(({ StateMachineName }) => StateMachineName).sort()).toEqual(['fleet-drift', 'fleet-observations', 'fleet-persistence', 'fleet-sweep']);
  for (const { LoggingConfiguration, TracingConfiguration } of workflows) {
    expect(LoggingConfiguration.IncludeExecutionData).toBe(false);
    expect(TracingConfiguration).toBeUndefined();
  }
});

test('workflows log data and are traced on request', () => {
  for (const { LoggingConfiguration, TracingConfiguration } of workflowsOf({ logPayloads: true, tracing: true })) {
    expect(LoggingConfiguration.IncludeExecutionData).toBe(true);
    expect(TracingConfiguration).toEqual({ Enabled: true });
  }
});
