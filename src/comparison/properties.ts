/** Property of the custom resource: the workflow that it starts. */
export const WORKFLOW_ARN_PROPERTY = 'WorkflowArn';

/** Property of the custom resource: what the workflow compares. If that changes, it has to be compared again. */
export const OCCASION_PROPERTY = 'Occasion';

/** A run that a deployment starts is called this and the deployment's request. */
export const DEPLOYMENT_PREFIX = 'deployment-';
