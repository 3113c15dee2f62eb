/**
 * kafkajs, as tests use it: without the timer that each of its connections sets anew every millisecond though nothing waits to
 * be sent. An answer that comes when the connection has been given up sets it once more, for ever: the process of a test never
 * ended, and took a third of a core.
 */
import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
const { scheduleCheckPendingRequests } = prototype;
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
};

export default kafkajs;
