/** Running tasks' last reports, read from the heartbeats that the Temporal server keeps with their pending activities. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TaskStatus } from '../contracts/status.ts';
import type { TaskIdentity, TaskReport } from '../contracts/task.ts';

interface Heartbeat {
  readonly task: Pick<TaskIdentity, 'generation' | 'index'>;
  readonly report: TaskReport;
}

/** The tasks with the newest report of each: during a takeover an index has two tasks. */
export function withReports(
  tasks: readonly Omit<TaskStatus, 'report'>[],
  description: WorkflowExecutionDescription,
): TaskStatus[] {
  const beats = (description.raw.pendingActivities ?? []).flatMap((a): Heartbeat[] => {
    const payload = a.activityType?.name === 'runTask' ? a.heartbeatDetails?.payloads?.[0] : undefined;
    const beat = payload == null ? null : defaultPayloadConverter.fromPayload<Heartbeat | null>(payload);
    return beat == null ? [] : [beat];
  });
  return tasks.map((task) => {
    const own = beats.filter((b) => b.task.index === task.index).sort((a, b) => b.task.generation - a.task.generation);
    return { ...task, report: own[0]?.report ?? null };
  });
}
