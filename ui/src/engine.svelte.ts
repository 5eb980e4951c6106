import type { UiRequest } from './bindings/UiRequest';
import type { View } from './bindings/View';
import { type Clock, computer, Since } from './clock';
import { expired } from './expiry';
import type { Transport } from './transport';

/** How often what ticks on the page is drawn anew. */
const TICK_MS = 250;
/** How long the page stays empty before it says that it has heard nothing. */
const FIRST_VIEW_MS = 1000;

/** What the page has heard of the engine, and whether it may still be believed. */
export class Engine {
  readonly #transport: Transport;
  readonly #clock: Clock;
  #since: Since;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest = $state.raw<View | null>(null);
  #age = $state(0);
  #deaf = $state(false);
  #askedAt = $state<string | null>(null);

  readonly #expired = $derived(
    this.#deaf || this.#age >= (this.#newest?.goodForMs ?? FIRST_VIEW_MS),
  );

  /** What to show; `null` as long as there has been no view. */
  readonly view = $derived(
    this.#newest && (this.#expired ? expired(this.#newest) : this.#newest),
  );

  /** Whether nothing has been heard for so long that the agent has to be told. */
  readonly silent = $derived(this.#expired);

  /** Identifies what is shown, so that a change of it can be noticed. */
  readonly #shown = $derived(`${this.#newest?.number} ${this.#expired}`);

  /** Whether something was asked for and nothing has been heard since. */
  readonly asking = $derived(this.#askedAt === this.#shown);

  constructor(transport: Transport, clock: Clock = computer) {
    this.#transport = transport;
    this.#clock = clock;
    this.#since = new Since(clock);
  }

  /** How long ago the newest view arrived, in milliseconds. */
  get age(): number {
    return this.#age;
  }

  /** The number of the newest view that arrived. */
  get number(): number | undefined {
    return this.#newest?.number;
  }

  /** Listens, asks for the newest view, and keeps time until the returned function is called. */
  start(): () => void {
    const tick = () => {
      this.#tick();
    };
    // A hidden page's timers are slowed down, so it may come back with an old claim on it.
    document.addEventListener('visibilitychange', tick);
    tick();
    void this.#listen();
    return () => {
      document.removeEventListener('visibilitychange', tick);
      clearTimeout(this.#timer);
    };
  }

  /** Asks for something by a button, once until something is heard. */
  ask(request: UiRequest): void {
    if (this.asking) return;
    this.#askedAt = this.#shown;
    void this.send(request);
  }

  /** Hands a request over. */
  async send(request: UiRequest): Promise<void> {
    try {
      await this.#transport.send(request);
      this.#deaf = false;
    } catch {
      // Whoever cannot be asked cannot be believed either.
      this.#deaf = true;
    }
  }

  async #listen(): Promise<void> {
    try {
      await this.#transport.onView((view) => this.#accept(view));
    } catch {
      this.#deaf = true;
      return;
    }
    // Only now: a view sent before somebody listens is lost.
    await this.send({ kind: 'ready' });
  }

  #accept(view: View): void {
    // A view that is heard twice does not live twice as long.
    if (this.#newest && view.number <= this.#newest.number) return;
    this.#newest = view;
    this.#since = new Since(this.#clock);
    this.#age = 0;
    this.#schedule();
  }

  #tick(): void {
    // Never less than before: what has expired does not come back to life by a clock set back.
    this.#age = Math.max(this.#age, this.#since.ms());
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const left = (this.#newest?.goodForMs ?? FIRST_VIEW_MS) - this.#age;
    const pause = left > 0 ? Math.min(TICK_MS, left) : TICK_MS;
    this.#timer = setTimeout(() => this.#tick(), Math.ceil(pause));
  }
}
