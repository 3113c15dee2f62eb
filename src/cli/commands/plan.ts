/** `millrace plan -f`: what `apply` would do, without doing it. Exit codes as kubectl diff has them. */
import type { Command } from 'commander';
import { exit } from '../exit.ts';
import {
  type ConnectionOptions,
  collect,
  outputOption,
  type TenantOptions,
  tenantIfAny,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { Exit, type World } from '../world.ts';

interface PlanOptions extends ConnectionOptions, TenantOptions {
  readonly file: readonly string[];
  readonly output: 'text' | 'json' | 'yaml';
}

export function addPlan(program: Command, world: World): void {
  withConnection(withTenant(program.command('plan')))
    .summary('show what apply would change')
    .description(
      'Checks and compiles documents, and shows what apply would change, how, and why so: the verdict with every reason, then the difference. Exit code 0: nothing; 1: something; above: an error, or a change that would be refused.',
    )
    .requiredOption('-f, --file <path>', 'file, directory, or - for stdin; may be repeated', collect)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace plan -f examples/
  millrace plan -f job.yaml || millrace apply -f job.yaml --wait`,
    )
    .action(async (options: PlanOptions) => {
      const { loadDocuments } = await import('../documents.ts');
      const { previewAll } = await import('../planned.ts');
      const loaded = await loadDocuments(world, options.file, tenantIfAny(world, options));
      const result = await withClient(world, options, (client) => previewAll(world, client, loaded, options));
      if (result.exitCode !== exit.ok) throw new Exit(result.exitCode);
      if (result.previews.some((p) => p.verdict !== 'none')) throw new Exit(exit.differs);
    });
}
