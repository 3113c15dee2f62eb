/** The control process: workflows and their short activities. `node src/worker/control-main.ts`, configured by the environment (config.ts). */
import { controlConfig } from '../config.ts';
import { createControl } from './control.ts';
import { announce, connect, ended, installRuntime, main, runWorkers } from './process.ts';

await main('millrace-control', async (log) => {
  const stop = ended();
  installRuntime(log);
  const config = controlConfig();
  const connection = await connect(config.temporal, log);
  const control = await createControl(config, connection);
  const { deployment, temporal, clusters } = config;
  log.info({ deployment, temporal, clusters }, 'polling');
  await runWorkers(control.workers, () => announce({ process: 'control', temporal: config.temporal.address }), stop);
  await control.close();
  await connection.close();
});
