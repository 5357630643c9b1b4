import { Component, github, javascript } from 'projen';
import { withoutToken } from './checkouts';

type Job = github.workflows.Job;
type Step = github.workflows.JobStep;

const { JobPermission } = github.workflows;

/** Where projen's steps put the repository and the packages. */
const REPOSITORY = '.repo';
const ARTIFACTS = 'dist';

/** A folder of this repository with a lockfile of the publisher and its dependencies, and with the versions of the packages that it installs with pip. */
const PUBLISHING = '.github/publishing';

/**
 * Splits projen's jobs that publish in two: one that packages, which runs code of a thousand packages and has no permission, and one that publishes what
 * it made, which has permissions and secrets, and runs nothing but the publisher.
 *
 * Any code that runs with the permission `id-token: write` can publish in our name; `npx` would even download it each time.
 */
export class PublishingApart extends Component {
  constructor(private readonly library: javascript.NodeProject) {
    super(library);
  }

  /** Runs after projen's own release component, which creates the jobs. */
  public preSynthesize(): void {
    const workflow = this.library.github?.tryFindWorkflow('release');
    if (!workflow) throw new Error('got no workflow `release`, expected the one that projen makes');
    for (const [id, job] of Object.entries(workflow.jobs)) {
      if (!/^release_/.test(id) || id === 'release_github') continue;
      const { packaging, publishing } = split(id, job as Job);
      workflow.removeJob(id);
      workflow.addJob(packagingJobOf(id), packaging);
      workflow.addJob(id, publishing);
    }
  }
}

function packagingJobOf(id: string): string {
  return id.replace(/^release_/, 'package_');
}

function split(id: string, job: Job): { readonly packaging: Job; readonly publishing: Job } {
  const steps = job.steps as Step[];
  const release = steps.find((step) => step.id === 'release');
  const publisher = /'(publib-\w+)'/.exec(release?.run ?? '')?.[1];
  if (!release || !publisher) throw new Error(`${id}: got ${release?.run ?? 'no step `release`'}, expected a call of publib`);
  const packaged = packagingJobOf(id);
  // No file names the host of a registry, so that everything works behind a mirror. This one is the publisher's own default.
  const { NPM_REGISTRY: _, ...env } = release.env ?? {};
  return {
    packaging: {
      name: job.name?.replace(/^Publish to/, 'Package for'),
      needs: ['release'],
      if: job.if,
      runsOn: job.runsOn,
      permissions: { contents: JobPermission.READ },
      tools: job.tools,
      steps: [
        ...steps.filter((step) => step !== release).map(withoutToken),
        github.WorkflowSteps.uploadArtifact({ id: 'upload_package', name: 'Upload package', with: { name: packaged, path: ARTIFACTS } }),
      ],
      outputs: { artifact_id: { stepId: 'upload_package', outputName: 'artifact-id' } },
    },
    publishing: {
      ...job,
      needs: ['release', packaged],
      steps: [
        github.WorkflowSteps.downloadArtifact({ name: 'Download package', with: { artifactIds: [`\${{ needs.${packaged}.outputs.artifact_id }}`], path: ARTIFACTS } }),
        withoutToken(sparse(github.WorkflowSteps.checkout({ with: { path: REPOSITORY } }))),
        { name: 'Install the publisher', run: `cd ${REPOSITORY}/${PUBLISHING} && npm ci --ignore-scripts` },
        {
          ...release,
          run: `${REPOSITORY}/${PUBLISHING}/node_modules/.bin/${publisher}`,
          env: { ...env, PIP_CONSTRAINT: `\${{ github.workspace }}/${REPOSITORY}/${PUBLISHING}/python.txt`, PIP_ONLY_BINARY: ':all:' },
        },
      ],
    },
  };
}

/** Checks out the folder of the publisher, and of the rest no more than the files beside it. */
function sparse(step: Step): Step {
  return { ...step, with: { ...step.with, 'sparse-checkout': PUBLISHING } };
}
