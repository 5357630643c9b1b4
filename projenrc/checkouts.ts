import { Component, github } from 'projen';

type Job = github.workflows.Job;
type Step = github.workflows.JobStep;

/** Code that a job runs after such a checkout finds no token in the configuration of git. */
export function withoutToken(step: Step): Step {
  return step.uses?.startsWith('actions/checkout@') ? { ...step, with: { ...step.with, 'persist-credentials': false } } : step;
}

/** Leaves no token behind in a workflow whose jobs run unreviewed code, such as that of a pull request. */
export class TokenlessCheckouts extends Component {
  constructor(private readonly workflow: github.GithubWorkflow) {
    super(workflow.project);
  }

  public preSynthesize(): void {
    for (const [id, job] of Object.entries(this.workflow.jobs)) {
      const { steps } = job as Job;
      this.workflow.updateJob(id, { ...job as Job, steps: mapped(steps) });
    }
  }
}

/** The steps of projen's job `build` are a function until the file is written; their type hides that. */
function mapped(steps: Step[] | (() => Step[])): Step[] {
  return typeof steps === 'function' ? (() => steps().map(withoutToken)) as unknown as Step[] : steps.map(withoutToken);
}
