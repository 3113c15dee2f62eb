/** The broker of one test file: the one that KAFKA_BOOTSTRAP names, or an embedded one of its own. */
import { after, before } from 'node:test';
import { startKafka } from '../../../../src/dev/kafka.ts';
import { closeRunners } from './bench-of-tasks.ts';

/** Registers start and stop; answers with a function that gives the bootstrap address once the tests run. */
export function brokerForTests(): () => string {
  let bootstrap = process.env['KAFKA_BOOTSTRAP'] ?? '';
  let close = async (): Promise<void> => {};
  before(async () => {
    if (bootstrap !== '') return;
    const kafka = await startKafka({ onProgress: () => {} });
    bootstrap = kafka.bootstrap;
    close = () => kafka.close();
  });
  after(async () => {
    await closeRunners();
    await close();
  });
  return () => bootstrap;
}
