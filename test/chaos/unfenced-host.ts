/** A host that fences nobody: the control by which the matrix shows that its checker would see what fencing prevents. */
import { hostConfig } from '../../src/config.ts';
import { createEngine } from '../../src/pipeline/runtime/engine.ts';
import { createHost } from '../../src/worker/host.ts';
import { announce, ended, installRuntime, main, runWorkers } from '../../src/worker/process.ts';
import { TemporalConnection } from '../../src/worker/temporal-connection.ts';

await main('unfenced-host', async (log) => {
  const stop = ended();
  installRuntime(log);
  const config = hostConfig();
  const connection = await TemporalConnection.open(config.temporal, log);
  const { offering, running, engine } = await createHost(config, connection, log, (options) => {
    const own = createEngine(options);
    const run = own.run.bind(own);
    return Object.assign(own, {
      run: (...[order, onReport]: Parameters<typeof run>) => run({ ...order, fence: [] }, onReport),
    });
  });
  const drained = stop.then(() => engine.close());
  await runWorkers([...offering, running], () => announce({ process: 'host', hostId: config.hostId }), drained);
  await connection.close();
});
