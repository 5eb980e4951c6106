/** Two clocks, in milliseconds, since each alone can stand still or jump. */
export interface Clock {
  /** Never goes back; stands still on some systems while the computer sleeps. */
  steady(): number;
  /** Goes on in sleep; may be set back or forth. */
  wall(): number;
}

/** The clocks of this computer. */
export const computer: Clock = {
  steady: () => performance.now(),
  wall: () => Date.now(),
};

/** A moment, and how long ago it is. */
export class Since {
  readonly #clock: Clock;
  readonly #steady: number;
  readonly #wall: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#steady = clock.steady();
    this.#wall = clock.wall();
  }

  /** The longer of what the two clocks say: to expire too early is safe. */
  ms(): number {
    return Math.max(
      this.#clock.steady() - this.#steady,
      this.#clock.wall() - this.#wall,
    );
  }
}
