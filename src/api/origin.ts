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
  // Behind a proxy the address that was asked is the forwarded one; no page can set that for another site without leave.
  const own = [host, headers['x-forwarded-host']].flat();
  if (URL.canParse(origin) && own.includes(new URL(origin).host)) return;
  throw new HttpProblem(
    'foreign_origin',
    `The Origin ${origin.slice(0, 100)} is not the address that was asked, ${host ?? 'unknown'}: nothing has been changed.`,
  );
}
