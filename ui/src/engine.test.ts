import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { UiRequest } from './bindings/UiRequest';
import type { View } from './bindings/View';
import { canned } from './canned';
import { Engine } from './engine.svelte';
import type { Transport } from './transport';

const GOOD_FOR_MS = 6000;

/** An engine on the other side that says and takes what the test wants. */
class OtherSide implements Transport {
  readonly heard: string[] = [];
  alive = true;
  show: (view: View) => void = () => {};

  async send({ kind }: UiRequest) {
    if (!this.alive) throw new Error('gone');
    this.heard.push(kind);
  }

  async onView(draw: (view: View) => void) {
    this.heard.push('listening');
    this.show = draw;
  }
}

let now: { steady: number; wall: number };
let other: OtherSide;
let engine: Engine;
let stop: () => void;

beforeEach(async () => {
  vi.useFakeTimers();
  now = { steady: 50, wall: 1_000_000 };
  other = new OtherSide();
  engine = new Engine(other, { steady: () => now.steady, wall: () => now.wall });
  stop = engine.start();
  await settle();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

async function pass(ms: number) {
  for (let left = ms; left > 0; left -= 10) {
    now.steady += Math.min(10, left);
    now.wall += Math.min(10, left);
    await vi.advanceTimersByTimeAsync(Math.min(10, left));
  }
}

const paused = (number: number): View => ({ ...canned.paused, number, goodForMs: GOOD_FOR_MS });

test('it listens before it asks for the first view, and asks once', async () => {
  await pass(3000);
  expect(other.heard).toEqual(['listening', 'ready']);
});

test('a view is believed for as long as it is good, and no longer', async () => {
  other.show(paused(1));
  await pass(GOOD_FOR_MS - 20);
  expect(engine.view?.display).toBe('paused');
  await pass(30);
  expect(engine.view?.display).toBe('unknown');
  expect(engine.view?.reason).toContain('Treat the call as recorded');
});

test('a newer view is believed from its own arrival on', async () => {
  other.show(paused(1));
  await pass(5000);
  other.show(paused(2));
  await pass(5000);
  expect(engine.view?.display).toBe('paused');
  expect(engine.age).toBeGreaterThan(4700);
});

test('a newer view ends an expiry', async () => {
  other.show(paused(1));
  await pass(GOOD_FOR_MS + 100);
  other.show(paused(2));
  expect(engine.view?.display).toBe('paused');
});

test('a view that is heard twice does not live twice as long', async () => {
  other.show(paused(1));
  await pass(5000);
  other.show(paused(1));
  await pass(1100);
  expect(engine.view?.display).toBe('unknown');
});

test('an older view that comes late changes nothing', async () => {
  other.show({ ...canned.recording, number: 8, goodForMs: GOOD_FOR_MS });
  other.show(paused(7));
  expect(engine.view?.display).toBe('recording');
});

test('time spent asleep counts', async () => {
  other.show(paused(1));
  now.wall += 3_600_000;
  await vi.advanceTimersByTimeAsync(250);
  expect(engine.view?.display).toBe('unknown');
});

test('a clock set back lengthens nothing', async () => {
  other.show(paused(1));
  now.wall -= 3_600_000;
  await pass(GOOD_FOR_MS + 10);
  expect(engine.view?.display).toBe('unknown');
});

test('what has expired does not come back by a clock set back', async () => {
  other.show(paused(1));
  now.wall += 3_600_000;
  await vi.advanceTimersByTimeAsync(250);
  now.wall -= 3_600_000;
  await vi.advanceTimersByTimeAsync(250);
  expect(engine.view?.display).toBe('unknown');
});

test('a window that comes back to the front is checked at once', async () => {
  other.show(paused(1));
  now.steady += GOOD_FOR_MS;
  now.wall += GOOD_FOR_MS;
  expect(engine.view?.display).toBe('paused');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(engine.view?.display).toBe('unknown');
});

test('whoever cannot be asked cannot be believed, until asking works again', async () => {
  other.show(paused(1));
  other.alive = false;
  await engine.send({ kind: 'drawn', number: 1 });
  expect(engine.view?.display).toBe('unknown');
  other.show(paused(2));
  expect(engine.view?.display).toBe('unknown');
  other.alive = true;
  await engine.send({ kind: 'drawn', number: 2 });
  expect(engine.view?.display).toBe('paused');
});

test('nothing heard at all is said after a second', async () => {
  await pass(900);
  expect([engine.view, engine.silent]).toEqual([null, false]);
  await pass(200);
  expect([engine.view, engine.silent]).toEqual([null, true]);
});

test('a button asks once until something is heard', async () => {
  other.show(paused(1));
  engine.ask({ kind: 'resume' });
  engine.ask({ kind: 'resume' });
  engine.ask({ kind: 'pause' });
  await settle();
  expect(other.heard.slice(2)).toEqual(['resume']);
  other.show(paused(2));
  engine.ask({ kind: 'resume' });
  await settle();
  expect(other.heard.slice(2)).toEqual(['resume', 'resume']);
});

test('a button can be pressed again once the view has expired', async () => {
  other.show({ ...canned.recording, number: 1, goodForMs: GOOD_FOR_MS });
  engine.ask({ kind: 'pause' });
  await pass(GOOD_FOR_MS + 10);
  engine.ask({ kind: 'pause' });
  await settle();
  expect(other.heard.slice(2)).toEqual(['pause', 'pause']);
});
