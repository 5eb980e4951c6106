import type { SignInOutcome } from './bindings/SignInOutcome';

/** How long an outcome that was there before is taken for that of an earlier attempt. */
const PATIENCE_MS = 1000;

/**
 * One press of "Sign in", and what came of it.
 *
 * A view shows the newest outcome and does not say of which attempt, and a view made before
 * the press was heard may arrive after it.
 */
export class Attempt {
  /** What came of it; `trying` until that is known. */
  outcome = $state.raw<SignInOutcome>({ kind: 'trying' });

  readonly #before: SignInOutcome;
  #newest: SignInOutcome;
  #settled = false;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(before: SignInOutcome) {
    this.#before = before;
    this.#newest = before;
    this.#timer = setTimeout(() => {
      this.#settled = true;
      this.see(this.#newest);
    }, PATIENCE_MS);
  }

  /** Takes the outcome of a newer view. */
  see(outcome: SignInOutcome): void {
    this.#newest = outcome;
    this.#settled ||= differ(outcome, this.#before);
    // The same outcome in another view is no news: it must not draw the focus to it again.
    if (this.#settled && differ(outcome, this.outcome)) this.outcome = outcome;
  }

  /** Forgets it. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

function differ(one: SignInOutcome, other: SignInOutcome): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
