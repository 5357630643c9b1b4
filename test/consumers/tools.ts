/** Tools of other languages, which not everybody has who changes TypeScript. */
import { spawnSync } from 'node:child_process';
import { Tool } from './stranger';

/** A tool that does not run here. */
export interface MissingTool extends Tool {
  readonly reason: string;
}

/** The first of the tools that does not run here. */
export function missingTool(tools: readonly Tool[], environment: NodeJS.ProcessEnv = process.env): MissingTool | undefined {
  for (const tool of tools) {
    const { error, status } = spawnSync(tool.command, [tool.version], { env: environment, stdio: 'ignore' });
    if (error || status !== 0) return { ...tool, reason: error?.message ?? `it ended with ${status}` };
  }
  return undefined;
}

/** Whether what can't be tried is a failure: where nobody looks at what is left out. */
export function isEveryToolRequired({ CI, REQUIRE_EVERY_TOOL }: NodeJS.ProcessEnv = process.env): boolean {
  return [CI, REQUIRE_EVERY_TOOL].some((value) => value !== undefined && !['', '0', 'false'].includes(value));
}
