/** The REST calls that the demo makes, as any service would: fetch and JSON. A refused one throws with the API's own words. */
import type { JobDocumentInput, StreamDocumentInput } from '../../src/contracts/spec.ts';
import type { JobStatus } from '../../src/contracts/status.ts';

/** Answered 503: whoever waits for something asks again. */
export class NotNow extends Error {}

export class Rest {
  readonly #url: string;
  constructor(url: string) {
    this.#url = url;
  }

  putStream(document: StreamDocumentInput): Promise<unknown> {
    return this.#call('PUT', `tenants/${document.metadata.tenant}/streams/${document.metadata.name}`, document);
  }

  putJob(document: JobDocumentInput): Promise<unknown> {
    return this.#call('PUT', jobPath(document), document);
  }

  /** Null where there is no such job (any more). */
  async job(document: JobDocumentInput): Promise<JobStatus | null> {
    return (await this.#call('GET', jobPath(document), undefined, [404])) as JobStatus | null;
  }

  drainJob(document: JobDocumentInput): Promise<unknown> {
    return this.#call('DELETE', `${jobPath(document)}?mode=drain`, undefined, [404]);
  }

  async #call(method: string, path: string, body?: unknown, none: readonly number[] = []): Promise<unknown> {
    const response = await fetch(`${this.#url}/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (none.includes(response.status)) return null;
    const text = await response.text();
    if (!response.ok) {
      const Refused = response.status === 503 ? NotNow : Error;
      throw new Refused(`${method} /v1/${path} was answered ${response.status}: ${text}`);
    }
    return text === '' ? null : JSON.parse(text);
  }
}

const jobPath = ({ metadata }: JobDocumentInput): string => `tenants/${metadata.tenant}/jobs/${metadata.name}`;
