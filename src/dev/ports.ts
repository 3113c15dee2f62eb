/**
 * Free TCP ports on 127.0.0.1. They are taken below the range from which systems take the ports of outgoing connections,
 * so that a server that is restarted finds its port again.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { failure, MillraceError } from '../contracts/failure.ts';

const first = 20_000;
const last = 32_000;
const triesMax = 200;
const given = new Set<number>();

/** A port that nobody listens on now and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (let n = 0; n < triesMax; n++) {
    const port = randomInt(first, last);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new MillraceError(
    failure('internal', `No free TCP port on 127.0.0.1 between ${first} and ${last} in ${triesMax} tries.`),
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
