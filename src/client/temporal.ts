/** The client's calls to Temporal, each bounded in time and each error mapped once. It knows nothing of jobs or streams. */
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  WithStartWorkflowOperation,
} from '@temporalio/client';
import { defaultDeployment } from '../contracts/names.ts';
import { isAheadOfHistory, isUndelivered, toMillraceError } from './errors.ts';

/** Milliseconds that one call may take; compiling a plan is the longest. */
const callMsMax = 30_000;
/** Milliseconds that a short workflow may take. */
const runMsMax = 30_000;
/** Attempts of a call that the server doesn't answer: 3 s in all, for a restart; whoever waits longer retries by itself. */
const callAttemptsMax = 7;
/** Attempts of an update that meets a run on its way out, or a worker that dies; and of a query that comes ahead of its history. */
const deliveriesMax = 5;

export interface TemporalOptions extends Pick<ConnectionOptions, 'apiKey' | 'tls'> {
  /** `host:port`. */
  readonly address: string;
  readonly namespace?: string;
  /** Whose workflows; {@link defaultDeployment} where it isn't named. */
  readonly deployment?: string;
}

export interface Start {
  readonly type: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly argument: unknown;
  readonly memo?: Record<string, unknown>;
}

interface Identified {
  readonly requestId: string;
  readonly digest: string;
}

const updateIdOf = ({ requestId, digest }: Identified): string => `${requestId}/${digest}`;

export class Temporal {
  readonly client: Client;
  readonly deployment: string;
  readonly #connection: Connection;

  constructor({ address, namespace = 'default', deployment = defaultDeployment, ...access }: TemporalOptions) {
    this.deployment = deployment;
    this.#connection = Connection.lazy({
      address,
      ...access,
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: callAttemptsMax }))],
    });
    this.client = new Client({ connection: this.#connection, namespace });
  }

  /**
   * Makes one call; `about` is a noun phrase for its errors. Throws MillraceError and nothing else. A query that its worker could
   * not answer yet is asked again.
   */
  async call<T>(about: string, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + callMsMax, () =>
        again(isAheadOfHistory, () => work(this.client)),
      );
    } catch (error) {
      throw toMillraceError(error, about);
    }
  }

  /**
   * Sends an update, starting the workflow where it doesn't run. Request id and digest are the update's id: sent twice, done once,
   * while the same id for something else reaches the workflow, which refuses it.
   */
  updateWithStart<R>(about: string, start: Start, update: string, request: Identified): Promise<R> {
    const { type, argument, memo, ...ids } = start;
    return this.#update(about, (client) => {
      const startWorkflowOperation = new WithStartWorkflowOperation(type, {
        ...ids,
        args: [argument],
        ...(memo === undefined ? {} : { memo }),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
      // Its failure is the update's too, which is what the caller gets.
      startWorkflowOperation.workflowHandle().catch(() => {});
      return client.workflow.executeUpdateWithStart<never, R, [unknown]>(update, {
        args: [request],
        updateId: updateIdOf(request),
        startWorkflowOperation: startWorkflowOperation as never,
      });
    });
  }

  /** Runs a short workflow to its end. The request stands in its id: asked twice at once, it is done once. */
  run<R>(about: string, { type, argument, memo: _, ...ids }: Start): Promise<R> {
    return this.call(about, async (client) => {
      const result: unknown = await client.workflow.execute(type, {
        ...ids,
        args: [argument],
        workflowExecutionTimeout: runMsMax,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
      return result as R;
    });
  }

  update<R>(about: string, workflowId: string, update: string, request: Identified): Promise<R> {
    return this.#update(about, (client) =>
      client.workflow
        .getHandle(workflowId)
        .executeUpdate<R, [unknown]>(update, { args: [request], updateId: updateIdOf(request) }),
    );
  }

  #update<R>(about: string, send: (client: Client) => Promise<R>): Promise<R> {
    return this.call(about, (client) => again(isUndelivered, () => send(client)));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

async function again<T>(passesByItself: (error: unknown) => boolean, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!passesByItself(error) || attempt >= deliveriesMax) throw error;
      await new Promise((done) => setTimeout(done, 100 * attempt));
    }
  }
}
