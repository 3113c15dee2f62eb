/** A host: the process that runs tasks. `node src/worker/host-main.ts`, configured by the environment (config.ts). */
import { hostConfig } from '../config.ts';
import { createHost } from './host.ts';
import { announce, connect, ended, installRuntime, main, runWorkers } from './process.ts';

await main('millrace-host', async (log) => {
  const signal = ended();
  installRuntime(log);
  const config = hostConfig();
  const connection = await connect(config.temporal, log);
  const { workers, engine } = await createHost(config, connection);
  const { hostId, slots, clusters } = config;
  log.info({ hostId, slots, clusters, temporal: config.temporal }, 'polling');
  // Every task finishes what it has read and says so to its workflow, which goes on elsewhere; then the workers end.
  const [offering] = workers;
  const drained = signal.then(async (name) => {
    log.info({ hostId, signal: name }, 'draining');
    if (offering?.getState() === 'RUNNING') offering.shutdown();
    await engine.close();
  });
  await runWorkers(workers, () => announce({ process: 'host', hostId, slots }), drained);
  await connection.close();
});
