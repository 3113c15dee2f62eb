/** One engine thread: a {@link TaskRunner} behind messages. Started by engine.ts only. */
import { parentPort, workerData } from 'node:worker_threads';
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { Positions } from '../../contracts/positions.ts';
import type { ProducerIdentity, TaskEnd, TaskReport } from '../../contracts/task.ts';
import { compileQuery } from '../compile.ts';
import { ProducerMark } from './producer-mark.ts';
import { type RunnerOptions, taskKey } from './runner-options.ts';
import { TaskRunner } from './task-runner.ts';
import type { ThreadAnswer, ThreadCall } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('thread.ts runs as a worker thread only.');
const runner = new TaskRunner(workerData as RunnerOptions, compileQuery);
const tell = (answer: ThreadAnswer): void => port.postMessage(answer);

async function act(call: ThreadCall): Promise<ProducerIdentity | TaskEnd | null> {
  switch (call.call) {
    case 'ready':
      return null;
    case 'prepare':
      return await runner.prepare(call.order, call.cold);
    case 'run': {
      const key = taskKey(call.order.task);
      const onReport = (report: TaskReport): void => tell({ kind: 'report', key, report });
      const onBegan = (positions: Positions): void => tell({ kind: 'began', key, positions });
      const identity = new ProducerMark(call.mark);
      return await runner.run(call.order, onReport, onBegan, identity, call.resumed);
    }
    case 'report':
      runner.report(call.task);
      return null;
    case 'prove':
      runner.prove(call.task);
      return null;
    case 'forget':
      runner.forget(call.task);
      return null;
    case 'drain':
      runner.drain(call.task, call.by);
      return null;
    case 'cancel':
      runner.cancel(call.task, call.as);
      return null;
    case 'close':
      await runner.close();
      return null;
  }
}

port.on('message', (call: ThreadCall) => {
  act(call).then(
    (value) => tell({ kind: 'done', id: call.id, value }),
    (e: unknown) => {
      const f =
        e instanceof MillraceError
          ? e.failure
          : failure('internal', e instanceof Error ? (e.stack ?? e.message) : String(e));
      tell({ kind: 'refused', id: call.id, failure: f, problems: e instanceof MillraceError ? e.problems : [] });
    },
  );
});
