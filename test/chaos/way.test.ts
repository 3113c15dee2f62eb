/** A way is cut and healed as its modes say; a takeover is seen in requests, however they are cut into pieces. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/dev/ports.ts';
import { until } from '../support/patience.ts';
import { Way } from '../support/way.ts';
import { readRequests, TakeoverWatch } from './takeover.ts';

/** Sends back what it is told, and remembers it. */
let told = '';
const echo = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    told += chunk;
    socket.write(chunk);
  });
});
let way: Way;
before(async () => {
  const target = await freePort();
  await new Promise<void>((resolve) => echo.listen(target, '127.0.0.1', resolve));
  way = await Way.open(await freePort(), target);
});
after(async () => {
  await way.close();
  echo.close();
});

async function client(): Promise<{ socket: Socket; heard: () => string; broken: () => boolean }> {
  const socket = connect(way.port, '127.0.0.1');
  let heard = '';
  let broken = false;
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    broken = true;
  });
  await once(socket, 'connect');
  return { socket, heard: () => heard, broken: () => broken };
}

test('silence holds back both directions, and healed late lets all of it arrive', async () => {
  const { socket, heard } = await client();
  socket.write('one');
  await until('the echo', () => heard() === 'one');
  way.cut('silence');
  told = '';
  socket.write('two');
  await sleep(200);
  assert.equal(told, '');
  way.heal('late');
  await until('the late echo', () => heard() === 'onetwo');
  socket.destroy();
});

test('mute lets requests pass and holds back answers', async () => {
  const { socket, heard } = await client();
  way.cut('mute');
  told = '';
  socket.write('question');
  await until('the request passes', () => told === 'question');
  await sleep(200);
  assert.equal(heard(), '');
  way.heal('late');
  await until('the late answer', () => heard() === 'question');
  socket.destroy();
});

test('reset breaks connections and refuses new ones; healed by reset, silent ones break', async () => {
  const first = await client();
  first.socket.write('x');
  await until('the way is through', () => first.heard() === 'x');
  way.cut('reset');
  await until('the connection breaks', first.broken);
  const refused = await client().catch(() => null);
  if (refused !== null) await until('a new one breaks', refused.broken);
  way.heal('late');
  const second = await client();
  way.cut('silence');
  way.heal('reset');
  await until('a silent one breaks', second.broken);
});

const request = (api: number, body: string): Buffer => {
  const frame = Buffer.alloc(6 + body.length);
  frame.writeInt32BE(2 + body.length, 0);
  frame.writeInt16BE(api, 4);
  frame.write(body, 6);
  return frame;
};

test('a takeover is a task that takes an older id, or reads the offsets; nothing else is', () => {
  const watch = new TakeoverWatch('acme', 'j');
  let seen = 0;
  const hear = () =>
    readRequests((api, body) => {
      if (watch.sees(api, body)) seen++;
    });
  const [one, other] = [hear(), hear()];
  one(request(22, 'millrace.acme.j-g1-0'));
  one(request(0, 'x'.repeat(300)));
  other(request(22, 'millrace.acme.j-g2-0'));
  other(request(22, 'millrace.other.j-g1-0'));
  other(request(9, 'millrace.acme.k'));
  assert.equal(seen, 0);
  const fence = Buffer.concat([request(3, 'y'.repeat(50)), request(22, 'millrace.acme.j-g1-0'), request(3, '')]);
  for (const byte of fence) other(Buffer.from([byte]));
  assert.equal(seen, 1);
  one(request(9, 'millrace.acme.j'));
  assert.equal(seen, 2);
});
