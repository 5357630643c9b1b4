/** Property of the custom resource: the workflow that it starts. */
export const WORKFLOW_ARN_PROPERTY = 'WorkflowArn';

/** Property of the custom resource: what the workflow compares. If that changes, it has to be compared again. */
export const OCCASION_PROPERTY = 'Occasion';

/** Prefix of the name of a run that a deployment starts; the id of the deployment's request follows. */
export const DEPLOYMENT_PREFIX = 'deployment-';

/**
 * How often a run looks whether it is its turn, if it has to wait for another one. Each look costs nine events of the 25,000 that an execution may have, so that one which waits for two weeks
 * can still take two.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const TURN_MINUTES = 15;

/**
 * How long a run of a deployment waits before it lists anything. Changes in the seconds around a deployment may still have been recorded by the previous definition,
 * or not at all: executions that start right after the update of a state machine may use its previous definition. Listings, which have to show those
 * changes, lag by seconds.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 */
export const DEPLOYMENT_SETTLING_SECONDS = 20;
