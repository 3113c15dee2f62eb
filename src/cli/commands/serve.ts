/** `millrace api|worker|host`: the system's processes, each in the foreground, set up by their environment. */
import type { Command } from 'commander';
import type { World } from '../world.ts';

interface Part {
  readonly name: string;
  readonly summary: string;
  readonly environment: string;
  readonly start: () => Promise<unknown>;
}

const parts: readonly Part[] = [
  {
    name: 'api',
    summary: 'serve the REST API',
    environment:
      'MILLRACE_API_PORT (8080; 0: any free one), MILLRACE_API_HOST, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, MILLRACE_DEPLOYMENT, MILLRACE_LOG',
    start: () => import('../../api/main.ts'),
  },
  {
    name: 'worker',
    summary: 'run the workflows and their short activities',
    environment: 'TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, KAFKA_BOOTSTRAP, MILLRACE_DEPLOYMENT, MILLRACE_LOG',
    start: () => import('../../worker/control-main.ts'),
  },
  {
    name: 'host',
    summary: "run jobs' tasks",
    environment:
      'TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, KAFKA_BOOTSTRAP, MILLRACE_HOST_ID, MILLRACE_SLOTS, MILLRACE_THREADS, MILLRACE_RACK, MILLRACE_DEPLOYMENT, MILLRACE_LOG',
    start: () => import('../../worker/host-main.ts'),
  },
];

export function addServe(program: Command, world: World): void {
  for (const { name, summary, environment, start } of parts) {
    program
      .command(name)
      .summary(summary)
      .description(`Starts a process of the system in the foreground: ${summary}. SIGTERM ends it in good order.`)
      .addHelpText(
        'after',
        `\nEnvironment: ${environment}; all of it: docs/settings.md\n\nExample:\n  TEMPORAL_ADDRESS=temporal:7233 millrace ${name}`,
      )
      .action(async () => {
        // The part installs its own signal handlers, and ends the process itself.
        world.takeInterrupts();
        await start();
        await new Promise(() => {});
      });
  }
}
