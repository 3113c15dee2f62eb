/** A host: the process that runs tasks. `node src/worker/host-main.ts`, configured by the environment (config.ts). */
import { hostConfig } from '../config.ts';
import { createHost } from './host.ts';
import { announce, ended, installRuntime, main, runWorkers } from './process.ts';
import { TemporalConnection } from './temporal-connection.ts';

await main('millrace-host', async (log) => {
  const signal = ended();
  installRuntime(log);
  const config = hostConfig();
  const connection = await TemporalConnection.open(config.temporal, log);
  const { offering, running, engine } = await createHost(config, connection, log);
  connection.serve([...offering, running]);
  const { deployment, hostId, release, slots, clusters } = config;
  log.info({ deployment, hostId, release, slots, clusters, temporal: config.temporal }, 'polling');
  // Every task finishes what it has read and says so to its workflow, which goes on elsewhere; then the workers end.
  const drained = signal.then(async (name) => {
    log.info({ hostId, signal: name }, 'draining');
    for (const worker of offering) if (worker.getState() === 'RUNNING') worker.shutdown();
    await engine.close();
  });
  await runWorkers([...offering, running], () => announce({ process: 'host', hostId, release, slots }), drained);
  await connection.close();
});
