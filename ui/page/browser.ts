import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { preview } from 'vite';

import type { UiRequest } from '../src/bindings/UiRequest';
import type { View } from '../src/bindings/View';

const ui = join(import.meta.dirname, '..');
const target = join(ui, '../target/page');
const axe = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** The policy under which the page is shipped. */
const CONTENT_SECURITY_POLICY: string = JSON.parse(
  readFileSync(join(ui, '../src-tauri/tauri.conf.json'), 'utf8'),
).app.security.csp;

declare global {
  interface Window {
    /** What the page has sent. */
    sent: UiRequest[];
    /** Plays a view to the page. */
    show: (view: View) => void;
    /** From here on nobody takes a request. */
    die: () => void;
    axe: { run: () => Promise<AxeResults> };
    __TAURI_INTERNALS__: object;
  }
}

/** Stands in for Tauri, so that the page under test is the one that is shipped. */
function standIn() {
  const callbacks: ((message: object) => void)[] = [];
  let listener: ((message: object) => void) | undefined;
  let alive = true;
  window.sent = [];
  window.show = (payload) => listener?.({ event: 'view', id: 1, payload });
  window.die = () => (alive = false);
  window.__TAURI_INTERNALS__ = {
    transformCallback: (callback: (message: object) => void) =>
      callbacks.push(callback) - 1,
    async invoke(
      command: string,
      args: { event: string; handler: number; request: UiRequest },
    ) {
      if (!alive) throw new Error('gone');
      if (command === 'send') {
        window.sent.push(args.request);
      } else if (command === 'plugin:event|listen' && args.event === 'view') {
        listener = callbacks[args.handler];
      } else {
        throw new Error(`the page may not call ${command}`);
      }
    },
  };
}

/** How a page is looked at. */
export type Looks = Parameters<Page['emulateMedia']>[0] & {
  width?: number;
  height?: number;
  /** Whether there is nothing to stand in for Tauri. */
  bare?: boolean;
};

/** The built page, served, and a browser to look at it. */
export class Desk {
  /** What went wrong on any page: errors, and what the content security policy stopped. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly address: string,
    private readonly context: BrowserContext,
    private readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<Desk> {
    const server = await preview({
      root: ui,
      logLevel: 'warn',
      preview: {
        host: '127.0.0.1',
        port: 0,
        headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY },
      },
    });
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error('the preview server has no address');

    const profile = mkdtempSync(join(tmpdir(), 'fermata-page-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      chromiumSandbox: false,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return new Desk(address, context, async () => {
      await context.close();
      await server.close();
      rmSync(profile, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Opens the page, which waits for its first view. */
  async page(looks: Looks = {}): Promise<Page> {
    const { width = 460, height = 640, bare = false, ...media } = looks;
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(message.text());
      }
    });
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: 'light', ...media });
    if (!bare) await page.addInitScript(standIn);
    await page.goto(this.address);
    return page;
  }
}

/** Waits until the page has asked for its first view, and plays it. */
export async function show(page: Page, view: View): Promise<void> {
  await page.waitForFunction(() =>
    window.sent.some(({ kind }) => kind === 'ready'),
  );
  await page.evaluate((view) => window.show(view), view);
}

/** All that the page has sent but for the views that it drew. */
export async function asked(page: Page): Promise<UiRequest[]> {
  const sent = await page.evaluate(() => window.sent);
  return sent.filter(({ kind }) => kind !== 'drawn' && kind !== 'ready');
}

/** A picture of the whole page, to be looked at by people. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
}

/** What axe finds fault with. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate(() => window.axe.run());
  return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.any.map(({ message }) => message).join('; ')}`),
  );
}
