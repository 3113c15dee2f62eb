/** A process that runs the small job's workflow and is killed: `worker.ts ADDRESS QUEUE BUNDLE STICKY-MS`. */
import { NativeConnection, Worker } from '@temporalio/worker';

const [address, taskQueue, codePath, stickyMs] = process.argv.slice(2) as [string, string, string, string];
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
  stickyQueueScheduleToStartTimeout: Number(stickyMs),
});
const running = worker.run();
console.log('polling');
await running;
