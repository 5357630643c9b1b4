/** Property of the custom resource: the workflow that it starts. */
export const WORKFLOW_ARN_PROPERTY = 'WorkflowArn';

/** Property of the custom resource: what the workflow compares. Where that becomes another, it has to be compared anew. */
export const OCCASION_PROPERTY = 'Occasion';

/** A run that a deployment starts is called this and the deployment's request. */
export const DEPLOYMENT_PREFIX = 'deployment-';
