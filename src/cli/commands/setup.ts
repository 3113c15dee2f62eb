/** `millrace setup`: what a Temporal namespace must have before anything of Millrace starts. Done once per namespace, again after an upgrade. */
import type { Command } from 'commander';
import { temporalConfig } from '../../config.ts';
import { exit } from '../exit.ts';
import { Exit, type World } from '../world.ts';

export function addSetup(program: Command, world: World): void {
  program
    .command('setup')
    .summary("register Millrace's search attributes with Temporal")
    .description(
      "Registers the search attributes that Millrace's workflows have in the namespace that the environment names, where they are missing. Done again, it changes nothing.",
    )
    .option('--check', 'change nothing; exit with 1 where something is missing')
    .addHelpText(
      'after',
      `
Environment: MILLRACE_CONFIG, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH,
TEMPORAL_TLS_CLIENT_KEY_PATH, TEMPORAL_TLS_SERVER_CA_CERT_PATH. On Temporal Cloud, where only its own tool may register them, it prints the command.

Examples:
  TEMPORAL_ADDRESS=temporal:7233 millrace setup
  millrace setup --check`,
    )
    .action(async ({ check }: { readonly check?: boolean }) => {
      const { inWords, missingSearchAttributes, registerSearchAttributes } = await import(
        '../../client/search-attributes.ts'
      );
      const { namespaceOf } = await import('../../client/credentials.ts');
      const at = await namespaceOf(temporalConfig(world.env));
      const where = `the namespace ${at.namespace} of Temporal at ${at.address}`;
      const names = await (check === true ? missingSearchAttributes(at) : registerSearchAttributes(at));
      if (names.length === 0) return world.out(`${where} has every search attribute\n`);
      if (check !== true) return world.out(`registered in ${where}: ${inWords(names)}\n`);
      world.out(`${where} lacks: ${inWords(names)}\n`);
      throw new Exit(exit.differs);
    });
}
