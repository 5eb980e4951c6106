import type { View } from './bindings/View';

/** Whether nothing works until somebody has signed in: no vendor, or no secret for it. */
export function needsSignIn(view: View): boolean {
  return !view.vendor || view.problems.some(({ code }) => code === 'not-signed-in');
}
