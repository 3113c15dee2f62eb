/** The command line as a whole: every command, and from what they throw to an exit code. */
import { Command, CommanderError } from 'commander';
import { ownVersion } from '../config.ts';
import { addApply } from './commands/apply.ts';
import { addDelete } from './commands/delete.ts';
import { addDescribe } from './commands/describe.ts';
import { addDev } from './commands/dev.ts';
import { addExplain } from './commands/explain.ts';
import { addGet } from './commands/get.ts';
import { addHistory } from './commands/history.ts';
import { addOperations } from './commands/operate.ts';
import { addPlan } from './commands/plan.ts';
import { addProduce } from './commands/produce.ts';
import { addQuery } from './commands/query.ts';
import { addRollout } from './commands/rollout.ts';
import { addServe } from './commands/serve.ts';
import { addSetup } from './commands/setup.ts';
import { addTail } from './commands/tail.ts';
import { addWait } from './commands/wait.ts';
import { exit } from './exit.ts';
import { reportError } from './report.ts';
import type { World } from './world.ts';

/** Runs one command line (without the program's name) and says the exit code; never throws. */
export async function runCli(args: readonly string[], world: World): Promise<number> {
  try {
    await buildProgram(world).parseAsync([...args], { from: 'user' });
    return exit.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    return reportError(world, error);
  }
}

function buildProgram(world: World): Command {
  const program = new Command('millrace')
    .description('Streaming SQL jobs over Kafka, each owned by a durable Temporal workflow.')
    .version(ownVersion())
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showHelpAfterError('(--help shows how it is used)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Environment: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, KAFKA_BOOTSTRAP, MILLRACE_TENANT, MILLRACE_DEPLOYMENT.
Results go to stdout, progress and errors to stderr.

Exit codes:
  0   done
  1   plan: something differs; wait, --wait: it did not come about
  2   the command line is wrong
  3   a document, schema, SQL text or record is wrong
  4   not found
  5   conflict: stale revision, forbidden state, refused change, in use, no permission
  6   a server does not answer, or time ran out
  70  a mistake inside of Millrace

Examples:
  millrace dev                                   start everything on this machine
  millrace apply -f examples/ --wait             deploy
  millrace get jobs -A                           look
  millrace describe job denied -t acme           look closer
  millrace plan -f job.yaml                      what a change would do, and how
  millrace pause job denied -t acme --wait       let it stand still; resume lets it go on
  millrace rollback job denied -t acme --wait    back to the spec before
  millrace stop job denied -t acme --wait        drain and stop
  millrace rollout start restart -A --canary 5   one thing to many jobs, in waves`,
    );
  addDev(program, world);
  addApply(program, world);
  addPlan(program, world);
  addGet(program, world);
  addDescribe(program, world);
  addHistory(program, world);
  addWait(program, world);
  addOperations(program, world);
  addDelete(program, world);
  addRollout(program, world);
  addTail(program, world);
  addProduce(program, world);
  addQuery(program, world);
  addExplain(program, world);
  addServe(program, world);
  addSetup(program, world);
  return program;
}
