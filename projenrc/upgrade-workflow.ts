import { awscdk, github } from 'projen';
import { withoutToken } from './checkouts';

const { JobPermission } = github.workflows;

/** Younger versions wait for the next week: most malicious versions are found within days. */
const COOLDOWN_DAYS = 3;

const PATCH = { stepId: 'create_patch', outputName: 'patch_created' };

/**
 * A weekly pull request with newer versions of the packages in bundles, because users get those only from here.
 *
 * The upgrade runs without a permission; the job that opens the pull request applies a patch and runs none of its code.
 */
export function upgradeInlined(project: awscdk.AwsCdkConstructLibrary, script: string): void {
  const task = project.addTask('upgrade:inlined', {
    description: 'Upgrades, in the lockfile, esbuild and the packages that it inlines into handlers',
    env: { NPM_CONFIG_BEFORE: `$(node -p "new Date(Date.now() - ${COOLDOWN_DAYS} * 86400000).toISOString()")` },
  });
  task.spawn(project.bundler.bundleTask);
  task.exec(script);

  const workflow = project.github!.addWorkflow('upgrade-inlined');
  workflow.on({ schedule: [{ cron: '0 6 * * 1' }], workflowDispatch: {} });
  workflow.addJob('upgrade', {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    steps: [
      withoutToken(github.WorkflowSteps.checkout({ with: { ref: 'main' } })),
      ...project.renderWorkflowSetup({ mutable: false }),
      { name: 'Upgrade', run: project.runTaskCommand(task) },
      ...github.WorkflowActions.uploadGitPatch(PATCH),
    ],
    outputs: { [PATCH.outputName]: PATCH },
  });
  workflow.addJob('pr', github.WorkflowJobs.pullRequestFromPatch({
    patch: { jobId: 'upgrade', outputName: PATCH.outputName, ref: 'main' },
    workflowName: workflow.name,
    credentials: workflow.projenCredentials,
    pullRequestTitle: 'fix(deps): upgrade what handlers contain',
    pullRequestDescription: 'Newer versions of the packages that esbuild inlines into the handlers, and of esbuild.',
  }));
}
