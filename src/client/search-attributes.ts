/**
 * Millrace's search attributes in a Temporal namespace: which are missing, and registering them. Without them no workflow of ours can say
 * what it is, and every request fails; so nothing of ours starts without.
 */
import { Connection } from '@temporalio/client';
import { failure, MillraceError } from '../contracts/failure.ts';
import { searchAttributes } from '../contracts/names.ts';
import type { Credentials } from './credentials.ts';
import { refusalOf } from './refusal.ts';

/** Milliseconds to connect and for the answer. */
const answerMsMax = 5_000;
/** temporal.api.enums.v1.IndexedValueType, and what Temporal's own tools call each. */
const valueTypes = {
  KEYWORD: { value: 2, name: 'Keyword' },
  INT: { value: 3, name: 'Int' },
  DATETIME: { value: 6, name: 'Datetime' },
  KEYWORD_LIST: { value: 7, name: 'KeywordList' },
} as const;

/** gRPC's PERMISSION_DENIED and UNIMPLEMENTED: asked again, it is refused again. */
const refusals: readonly unknown[] = [7, 12];

export type AttributeName = keyof typeof searchAttributes;
const all = Object.keys(searchAttributes) as readonly AttributeName[];

export interface Namespace extends Credentials {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/**
 * Names that the namespace doesn't know yet. Throws MillraceError: `temporal_unavailable`; `invalid_spec` for one of another type;
 * `not_authorized` where the server doesn't tell.
 */
export async function missingSearchAttributes(at: Namespace): Promise<readonly AttributeName[]> {
  const names = await asked(at, 'read', (connection) => missing(connection, at));
  if (names !== null) return names;
  throw new MillraceError(failure('not_authorized', `${untold(at)} Look there by its own tools: ${inWords(all)}.`));
}

/**
 * Throws MillraceError `invalid_spec` with the exact list of what is missing, and what to do. A server that doesn't tell, as one whose key may do
 * no more than is needed, is taken to have them: `warn` is told so.
 */
export async function requireSearchAttributes(at: Namespace, warn: (message: string) => void): Promise<void> {
  const names = await asked(at, 'read', (connection) => missing(connection, at));
  if (names === null) warn(`${untold(at)} Without ${inWords(all)} every request will fail.`);
  if (names === null || names.length === 0) return;
  const message = `The namespace ${at.namespace} of Temporal at ${at.address} lacks the search attributes ${inWords(names)}. Run \`millrace setup\` with the same TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, then start this again.`;
  throw new MillraceError(failure('invalid_spec', message));
}

/** Registers what is missing, and answers what that was. Throws MillraceError; on Temporal Cloud, which only its own tool may change, with the command. */
export function registerSearchAttributes(at: Namespace): Promise<readonly AttributeName[]> {
  return asked(at, 'registered', async (connection) => {
    const told = await missing(connection, at);
    const names = told ?? all;
    if (names.length === 0) return names;
    const rows = names.map((name) => [name, valueTypes[searchAttributes[name]].value]);
    try {
      await connection.operatorService.addSearchAttributes({
        namespace: at.namespace,
        searchAttributes: Object.fromEntries(rows),
      });
    } catch (error) {
      if (!isRefused(error)) throw error;
      const are = told === null ? 'nor does it tell which are there; needed are' : 'missing are';
      throw new MillraceError(failure('not_authorized', refusedMessage(at, are, names)), [], { cause: error });
    }
    return names;
  });
}

function refusedMessage({ address, namespace }: Namespace, are: string, names: readonly AttributeName[]): string {
  const flags = names.map((name) => `--search-attribute "${name}=${valueTypes[searchAttributes[name]].name}"`);
  return `Temporal at ${address} lets nobody register search attributes this way, ${are} ${inWords(names)}. On Temporal Cloud run: tcld namespace search-attributes add --namespace ${namespace} ${flags.join(' ')}\nElsewhere give the caller the right to AddSearchAttributes.`;
}

/** `MillraceTenant (Keyword), MillraceState (Keyword)`. */
export const inWords = (names: readonly AttributeName[]): string =>
  names.map((name) => `${name} (${valueTypes[searchAttributes[name]].name})`).join(', ');

const untold = ({ address, namespace }: Namespace): string =>
  `Temporal at ${address} doesn't tell this caller which search attributes the namespace ${namespace} has.`;

/** Null where the server doesn't tell: the caller may not ask, or it can't, as the time-skipping test server. */
async function missing(
  connection: Connection,
  { address, namespace }: Namespace,
): Promise<readonly AttributeName[] | null> {
  const answer = await connection.operatorService.listSearchAttributes({ namespace }).catch(nullIfRefused);
  if (answer === null) return null;
  const known = new Map(Object.entries(answer.customAttributes ?? {}));
  const other = all.filter((name) => known.has(name) && known.get(name) !== valueTypes[searchAttributes[name]].value);
  if (other.length === 0) return all.filter((name) => !known.has(name));
  const message = `The namespace ${namespace} of Temporal at ${address} has search attributes of these names with other types than ${inWords(other)}: remove them there (temporal operator search-attribute remove), or use another namespace.`;
  throw new MillraceError(failure('invalid_spec', message));
}

async function asked<T>(at: Namespace, done: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const { namespace, ...options } = at;
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: answerMsMax });
    try {
      return await connection.withDeadline(Date.now() + answerMsMax, () => use(connection));
    } finally {
      await connection.close();
    }
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause;
    const why = await refusalOf(cause, at.address, at);
    const message = `The search attributes could not be ${done} on ${at.address}, namespace ${namespace}: ${why}. Check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`;
    throw new MillraceError(failure('temporal_unavailable', message), [], { cause });
  }
}

function nullIfRefused(error: unknown): null {
  if (isRefused(error)) return null;
  throw error;
}

const isRefused = (error: unknown): boolean => refusals.includes((error as { code?: unknown }).code);
