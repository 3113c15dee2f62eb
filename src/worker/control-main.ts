/** The control process: workflows and their short activities. `node src/worker/control-main.ts`, configured by the environment (config.ts). */
import { controlConfig } from '../config.ts';
import { createControl } from './control.ts';
import { announce, ended, installRuntime, main, runWorkers } from './process.ts';
import { TemporalConnection } from './temporal-connection.ts';

await main('millrace-control', async (log) => {
  const stop = ended();
  installRuntime(log);
  const config = controlConfig();
  const connection = await TemporalConnection.open(config.temporal, log);
  const control = await createControl(config, connection.native);
  connection.serve(control.workers);
  const { deployment, temporal, clusters } = config;
  log.info({ deployment, temporal, clusters }, 'polling');
  await runWorkers(control.workers, () => announce({ process: 'control', temporal: config.temporal.address }), stop);
  await control.close();
  await connection.close();
});
