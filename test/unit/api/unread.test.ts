/** What is told of requests that are no HTTP that can be read, over a real socket. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { problem } from '../../../src/api/schemas.ts';
import { buildServer } from '../../../src/api/server.ts';
import { MemoryClient } from '../../support/memory-client.ts';

test('a head that is too large, or no head at all, is a problem as every other', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const answer = async (request: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    assert.match(head, /content-type: application\/problem\+json/);
    const { status, code } = problem.parse(JSON.parse(body));
    assert.ok(head.startsWith(`HTTP/1.1 ${status} `));
    return code;
  };
  assert.equal(await answer(`GET /v1/hosts?cursor=${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`), 'head_too_large');
  assert.equal(await answer('what is this\r\n\r\n'), 'bad_request');
});
