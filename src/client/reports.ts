/** Running tasks' last reports, read from the heartbeats that the Temporal server keeps with their pending activities. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { TaskStatus } from '../contracts/status.ts';
import type { TaskIdentity, TaskReport } from '../contracts/task.ts';
import { decoded } from './payload-codec.ts';

interface Heartbeat {
  readonly task: Pick<TaskIdentity, 'generation' | 'index'>;
  readonly report: TaskReport;
}

/** The tasks with the newest report of each: during a takeover an index has two tasks. */
export async function withReports(
  client: Client,
  tasks: readonly Omit<TaskStatus, 'report'>[],
  description: WorkflowExecutionDescription,
): Promise<TaskStatus[]> {
  const told = (description.raw.pendingActivities ?? []).map(async (a): Promise<Heartbeat | null> => {
    const payload = a.activityType?.name === 'runTask' ? a.heartbeatDetails?.payloads?.[0] : undefined;
    return payload == null ? null : await decoded<Heartbeat | null>(client, payload);
  });
  const beats = (await Promise.all(told)).filter((beat) => beat != null);
  return tasks.map((task) => {
    const own = beats.filter((b) => b.task.index === task.index).sort((a, b) => b.task.generation - a.task.generation);
    return { ...task, report: own[0]?.report ?? null };
  });
}
