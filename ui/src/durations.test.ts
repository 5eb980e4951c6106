import { expect, test } from 'vitest';

import { ago, countdown, stopwatch } from './durations';

test('a stopwatch shows only seconds that are over', () => {
  expect([-5, 0, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 36_061_000].map(stopwatch)).toEqual([
    '00:00', '00:00', '00:00', '00:01', '00:59', '01:00', '59:59', '1:00:00', '10:01:01',
  ]);
});

test('a countdown is at zero only when nothing is left', () => {
  expect([-1, 0, 1, 1000, 1001].map(countdown)).toEqual(['00:00', '00:00', '00:01', '00:01', '00:02']);
});

test('an age is told in one unit', () => {
  expect([0, 999, 1000, 59_999, 60_000, 3_599_999, 7_200_000].map(ago)).toEqual([
    'just now', 'just now', '1 s ago', '59 s ago', '1 min ago', '59 min ago', '2 h ago',
  ]);
});
