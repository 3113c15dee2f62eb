/** A request that can't be read as HTTP, or not in time, has no route and no reply: its problem is written to the socket. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem, toProblem } from './problem.ts';

const problems: Readonly<Record<string, HttpProblem>> = {
  HPE_HEADER_OVERFLOW: new HttpProblem('head_too_large', 'The address and the headers are larger than 16 KiB in all.'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpProblem('bad_request', 'The request did not come whole in time.'),
};
const unreadable = new HttpProblem('bad_request', 'The request is not HTTP that can be read.');

export function refuseUnread(error: Error & { readonly code?: string }, socket: Socket): void {
  // Nobody is there any more to read an answer.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = toProblem(problems[error.code ?? ''] ?? unreadable, '', randomUUID());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
