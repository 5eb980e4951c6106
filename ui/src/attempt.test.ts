import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Attempt } from './attempt.svelte';
import type { SignInOutcome } from './bindings/SignInOutcome';

const wrong: SignInOutcome = { kind: 'wrong', problems: [{ field: 'extension', message: 'No.' }] };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the outcome of an earlier attempt is not taken for that of this one', () => {
  const attempt = new Attempt({ kind: 'done' });
  attempt.see({ kind: 'done' });
  expect(attempt.outcome.kind).toBe('trying');
  attempt.see({ kind: 'trying' });
  expect(attempt.outcome.kind).toBe('trying');
  attempt.see({ kind: 'done' });
  expect(attempt.outcome.kind).toBe('done');
});

test('an answer so quick that no view shows the trying is taken', () => {
  const attempt = new Attempt({ kind: 'none' });
  attempt.see(wrong);
  expect(attempt.outcome).toEqual(wrong);
});

test('the same thing wrong again is told after a second', () => {
  const attempt = new Attempt(wrong);
  attempt.see(structuredClone(wrong));
  vi.advanceTimersByTime(900);
  expect(attempt.outcome.kind).toBe('trying');
  vi.advanceTimersByTime(200);
  expect(attempt.outcome).toEqual(wrong);
});

test('a forgotten attempt tells nothing', () => {
  const attempt = new Attempt(wrong);
  attempt.end();
  vi.advanceTimersByTime(5000);
  expect(attempt.outcome.kind).toBe('trying');
});
