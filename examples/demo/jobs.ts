/**
 * The demo's two tenants: their streams, their three jobs as they are sent to the REST API, and for each job the same
 * query once more as plain TypeScript over a decoded event. The latter is the tour's oracle: it shares nothing with the compiler.
 */
import type { JobDocumentInput, StreamDocumentInput } from '../../src/contracts/spec.ts';
import { eventSchema } from '../firewall/queries.ts';

/** The part of an event that the oracles read, as avsc decodes it. */
export interface FirewallEvent {
  readonly event_id: string;
  readonly time_generated: number;
  readonly source_ip: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly app: string;
  readonly rule: string;
  readonly action: string;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly severity: string;
  readonly geo: { readonly country: string | null };
  readonly tags: readonly string[];
  readonly is_encrypted: boolean;
  readonly url_category: string | null;
}

export interface DemoJob {
  readonly document: JobDocumentInput;
  readonly source: string;
  /** The output row, or null where the query doesn't keep the event. */
  readonly expected: (event: FirewallEvent) => Readonly<Record<string, unknown>> | null;
}

export interface DemoStream {
  readonly document: StreamDocumentInput;
  readonly topic: string;
  readonly partitions: number;
  readonly seed: number;
}

function stream(tenant: string, partitions: number, seed: number): DemoStream {
  const topic = `${tenant}.firewall`;
  return {
    topic,
    partitions,
    seed,
    document: {
      apiVersion: 'millrace/v1',
      kind: 'Stream',
      metadata: { tenant, name: 'firewall' },
      spec: { topics: [{ cluster: 'main', topic }], schema: { avro: JSON.parse(eventSchema) } },
    },
  };
}

export const streams: readonly DemoStream[] = [stream('acme', 4, 1), stream('globex', 2, 2)];

const job = (
  tenant: string,
  name: string,
  spec: { readonly sql: string; readonly partitions: number; readonly tasks: number; readonly team: string },
): JobDocumentInput => ({
  apiVersion: 'millrace/v1',
  kind: 'Job',
  metadata: { tenant, name, labels: { team: spec.team } },
  spec: {
    sql: spec.sql,
    sink: { kafka: { topic: `${tenant}.${name}`, partitions: spec.partitions, format: 'json' } },
    tasks: { min: spec.tasks, max: spec.tasks },
  },
});

export const jobs: readonly DemoJob[] = [
  {
    source: 'acme.firewall',
    document: job('acme', 'denied', {
      team: 'soc',
      partitions: 4,
      tasks: 2,
      sql: `SELECT event_id, time_generated, source_ip, geo.country AS country, UPPER(rule) AS rule
FROM firewall
WHERE action = 'deny' AND bytes_sent + bytes_received > 1000 AND geo.country <> 'US'`,
    }),
    expected: (e) =>
      e.action === 'deny' && e.bytes_sent + e.bytes_received > 1000 && e.geo.country !== null && e.geo.country !== 'US'
        ? {
            event_id: e.event_id,
            time_generated: e.time_generated,
            source_ip: e.source_ip,
            country: e.geo.country,
            rule: e.rule.toUpperCase(),
          }
        : null,
  },
  {
    source: 'acme.firewall',
    document: job('acme', 'encrypted-web', {
      team: 'network',
      partitions: 4,
      tasks: 1,
      sql: `SELECT event_id, app, dest_ip, bytes_sent + bytes_received AS bytes, url_category
FROM firewall f
WHERE f.is_encrypted AND f.dest_port BETWEEN 443 AND 8443 AND NOT app LIKE 'dns%'`,
    }),
    expected: (e) =>
      e.is_encrypted && e.dest_port >= 443 && e.dest_port <= 8443 && !e.app.startsWith('dns')
        ? {
            event_id: e.event_id,
            app: e.app,
            dest_ip: e.dest_ip,
            bytes: e.bytes_sent + e.bytes_received,
            url_category: e.url_category,
          }
        : null,
  },
  {
    source: 'globex.firewall',
    document: job('globex', 'threats', {
      team: 'response',
      partitions: 2,
      tasks: 1,
      sql: `SELECT event_id, severity, tags, geo.country AS country
FROM firewall
WHERE severity IN ('HIGH', 'CRITICAL') AND (url_category = 'malware' OR url_category IS NULL)`,
    }),
    expected: (e) =>
      (e.severity === 'HIGH' || e.severity === 'CRITICAL') && (e.url_category === 'malware' || e.url_category === null)
        ? { event_id: e.event_id, severity: e.severity, tags: e.tags, country: e.geo.country }
        : null,
  },
];

/** The job acme/denied under another name, with its oracle. */
export function deniedJob(name: string, spec: Partial<JobDocumentInput['spec']> = {}): DemoJob {
  const [denied] = jobs;
  const { metadata } = denied!.document;
  const document: JobDocumentInput = {
    ...denied!.document,
    metadata: { ...metadata, name },
    spec: {
      ...denied!.document.spec,
      sink: { kafka: { topic: `acme.${name}`, partitions: 4, format: 'json' } },
      ...spec,
    },
  };
  return { ...denied!, document };
}
