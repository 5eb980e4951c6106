import { expect, test } from 'vitest';

import { canned } from './canned';
import { expired } from './expiry';

test.each(Object.entries(canned))('an expired view claims nothing: %s', (_, view) => {
  const shown = expired(view);
  expect(shown.display).toBe('unknown');
  expect(shown.headline).toBe('STATE UNKNOWN');
  expect(shown.calls.every(({ display }) => display === 'unknown')).toBe(true);
  expect(shown.hotkeys.every(({ works }) => !works)).toBe(true);
  expect([
    shown.pausedForMs,
    shown.resumesInMs,
    shown.extensionsLeft,
    shown.evidence,
    shown.canResume,
    shown.canAcknowledge,
    shown.vendor?.linkUp ?? false,
  ]).toEqual([null, null, 0, null, false, false, false]);
});

test('an expired simulation is still labelled as one', () => {
  expect(expired(canned.simulation).simulation).toBe(true);
});
