/**
 * Changes that a page of another site makes a browser send. A body needs a type that browsers ask for leave to send, which
 * nobody here gives; a POST without a body needs none. Programs send no Origin, and pages of this server its own address.
 */
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Throws HttpProblem `foreign_origin`. */
export function refuseForeignOrigin({ method, headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined || safeMethods.has(method)) return;
  // Behind proxies the address that was asked is the forwarded one, and of several theirs who heard it from the browser: the
  // first. No page can set that for another site without leave.
  const forwarded = [headers['x-forwarded-host']].flat().join().split(',', 1)[0]?.trim();
  if (URL.canParse(origin) && [host, forwarded].some((own) => isAt(new URL(origin), own))) return;
  throw new HttpProblem(
    'foreign_origin',
    `The Origin ${origin.slice(0, 100)} is not the address that was asked, ${host ?? 'unknown'}: nothing has been changed.`,
  );
}

/** Whether the page is at this address, which may name the port that its scheme has anyway. */
function isAt({ protocol, host }: URL, address: string | undefined): boolean {
  const own = `${protocol}//${address ?? ''}`;
  return host !== '' && URL.canParse(own) && new URL(own).host === host;
}
