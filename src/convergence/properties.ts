/** Property of the custom resource: the workflow that it starts. */
export const WORKFLOW_ARN_PROPERTY = 'WorkflowArn';
