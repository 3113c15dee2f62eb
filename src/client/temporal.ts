/** The client's calls to Temporal, each bounded in time and each error mapped once. It knows nothing of jobs or streams. */
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  WithStartWorkflowOperation,
} from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { defaultDeployment } from '../contracts/names.ts';
import type { Credentials } from './credentials.ts';
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
  /** As every worker has it; payloads are as they are where it is left out. */
  readonly codec?: PayloadCodec;
  /** What is to be shown from now on, instead of `apiKey` and `tls`: asked for before each call, and the same object as long as it holds. */
  readonly credentials?: () => Promise<Credentials>;
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

interface Opened {
  readonly credentials: Credentials | null;
  readonly connection: Connection;
  readonly client: Client;
}

export class Temporal {
  readonly deployment: string;
  readonly #options: TemporalOptions;
  #opened: Opened | null = null;

  constructor(options: TemporalOptions) {
    this.deployment = options.deployment ?? defaultDeployment;
    this.#options = options;
  }

  /**
   * Makes one call; `about` is a noun phrase for its errors. Throws MillraceError and nothing else. A query that its worker could
   * not answer yet is asked again.
   */
  async call<T>(about: string, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      const client = await this.#client();
      return await client.withDeadline(Date.now() + callMsMax, () => again(isAheadOfHistory, () => work(client)));
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

  /** Opened where what is to be shown has changed; what is under way ends on the one before. What can't be read now leaves that one. */
  async #client(): Promise<Client> {
    const { credentials: read } = this.#options;
    const credentials = (await read?.().catch(this.#asBefore)) ?? null;
    const former = this.#opened;
    if (former !== null && former.credentials === credentials) return former.client;
    this.#opened = this.#open(credentials);
    if (former !== null) setTimeout(() => void former.connection.close(), callMsMax).unref();
    return this.#opened.client;
  }

  readonly #asBefore = (error: unknown): Credentials | null => {
    if (this.#opened === null) throw error;
    return this.#opened.credentials;
  };

  #open(credentials: Credentials | null): Opened {
    const { address, namespace = 'default', apiKey, tls, codec } = this.#options;
    const given = { ...(apiKey === undefined ? {} : { apiKey }), ...(tls === undefined ? {} : { tls }) };
    const connection = Connection.lazy({
      address,
      ...(credentials ?? given),
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: callAttemptsMax }))],
    });
    const dataConverter = codec === undefined ? {} : { dataConverter: { payloadCodecs: [codec] } };
    return { credentials, connection, client: new Client({ connection, namespace, ...dataConverter }) };
  }

  async close(): Promise<void> {
    await this.#opened?.connection.close();
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
