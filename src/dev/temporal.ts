/**
 * The embedded Temporal: the real development server of the Temporal CLI with its web UI, its database in a file. Finds or
 * gets the binary (see temporal-binary.ts), starts it with Millrace's search attributes registered.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { missingSearchAttributes } from '../client/search-attributes.ts';
import { searchAttributes } from '../contracts/names.ts';
import { type Progress, progressOnStderr } from './fetch.ts';
import { freePort } from './ports.ts';
import { scratchDirectory } from './scratch.ts';
import { type EmbeddedServer, startServer } from './server.ts';
import { supervise } from './supervise.ts';
import { temporalBinary } from './temporal-binary.ts';

export interface TemporalOptions {
  /** Kept by close; where it holds a database it is used. A temporary one by default. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly uiPort?: number;
  /** `default` by default. */
  readonly namespace?: string;
  readonly onProgress?: Progress;
}

export interface EmbeddedTemporal extends EmbeddedServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly dataDir: string;
}

const cliTypes = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList', INT: 'Int', DATETIME: 'Datetime' } as const;

/** Starts a server and resolves when it answers and knows the search attributes. Throws MillraceError `internal` or `temporal_unavailable`. */
export async function startTemporal(options: TemporalOptions = {}): Promise<EmbeddedTemporal> {
  const binary = await temporalBinary(options.onProgress ?? progressOnStderr);
  const scratch = options.dataDir === undefined ? await scratchDirectory('temporal') : null;
  const dataDir = scratch ?? options.dataDir!;
  await mkdir(dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  const namespace = options.namespace ?? 'default';
  const address = `127.0.0.1:${port}`;
  const log = join(dataDir, 'temporal.log');
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${cliTypes[type]}`,
  ]);
  const server = await startServer({
    name: `Temporal on ${address}`,
    code: 'temporal_unavailable',
    log,
    scratch,
    launch: () =>
      supervise({
        name: 'temporal',
        command: binary,
        args: [
          ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
          ...['--namespace', namespace, '--db-filename', join(dataDir, 'temporal.db'), '--log-level', 'error'],
          ...attributes,
        ],
        cwd: dataDir,
        log,
      }),
    probe: async () => {
      const missing = await missingSearchAttributes({ address, namespace });
      if (missing.length > 0) throw new Error(`search attributes missing: ${missing.join(', ')}`);
    },
  });
  return { ...server, address, uiUrl: `http://127.0.0.1:${uiPort}`, namespace, dataDir };
}
