/** `millrace dev`: the whole system on this machine, until Ctrl-C. */
import { type Command, InvalidArgumentError } from 'commander';
import { count } from '../options.ts';
import type { World } from '../world.ts';

interface DevCommandOptions {
  readonly hosts: number;
  readonly serversOnly?: boolean;
  readonly json?: boolean;
}

/** Each host is a process with a thread per core: more than this is a mistake on one machine. */
const hostsMax = 64;

export function addDev(program: Command, world: World): void {
  program
    .command('dev')
    .summary('start the whole system on this machine')
    .description(
      'Starts Kafka, Temporal, the API, the workflow worker and hosts, each a process of its own on a free port, and stops them all on Ctrl-C. What is missing is fetched once and cached; KAFKA_BOOTSTRAP or TEMPORAL_ADDRESS uses a server that runs already. The other commands find it by themselves.',
    )
    .option('--hosts <n>', 'how many hosts', hosts, 1)
    .option('--servers-only', 'only Kafka and Temporal')
    .option('--json', 'one line with addresses and process ids, when all is ready')
    .addHelpText(
      'after',
      `
Examples:
  millrace dev
  millrace dev --hosts 3 --json | jq -r .api.url
  millrace dev --servers-only`,
    )
    .action(async ({ hosts, serversOnly = false, json = false }: DevCommandOptions) => {
      const { runDev } = await import('../../dev/dev.ts');
      // It listens to the signals itself.
      world.takeInterrupts();
      await runDev({ hosts, serversOnly, json, out: world.out, err: world.err });
    });
}

function hosts(text: string): number {
  const n = count(text);
  if (n >= 1 && n <= hostsMax) return n;
  throw new InvalidArgumentError(`Write a number from 1 to ${hostsMax}.`);
}
