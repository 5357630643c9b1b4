/** Property of the custom resource: the workflow that it starts. */
export const WORKFLOW_ARN_PROPERTY = 'WorkflowArn';

/** Property of the custom resource: what the workflow compares. If that changes, it has to be compared again. */
export const OCCASION_PROPERTY = 'Occasion';

/** A run that a deployment starts is called this and the deployment's request. */
export const DEPLOYMENT_PREFIX = 'deployment-';

/**
 * How long such a run waits before it lists anything. What changes in the seconds around a deployment may still have been recorded as the one before had it,
 * that is, not at all: executions that start right after the update of a state machine may use the definition of before. Listings, which have to show what
 * changed then, lag by seconds.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 */
export const DEPLOYMENT_SETTLING_SECONDS = 20;
