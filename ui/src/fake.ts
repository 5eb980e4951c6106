import type { View } from './bindings/View';
import { canned } from './canned';
import type { Transport } from './transport';

const RENEWED_MS = 2000;
const ANSWERED_MS = 700;

/**
 * An engine that plays canned views, to work on the page in a plain browser.
 *
 * `npm run dev`, then `/?fake=paused`; any name of `canned`. Called `silent`, it sends one
 * view and dies.
 */
export function fake(name: string): Transport {
  let number = 0;
  let draw: (view: View) => void = () => {};
  let view: View = name in canned ? canned[name as keyof typeof canned] : canned.paused;
  let made = performance.now();

  const show = () => {
    const passed = performance.now() - made;
    draw({
      ...view,
      number: ++number,
      pausedForMs: view.pausedForMs === null ? null : view.pausedForMs + passed,
    });
  };
  const become = (next: View) => {
    view = { ...next, simulation: true };
    made = performance.now();
    show();
  };

  return {
    async onView(listener) {
      draw = listener;
      if (name !== 'silent') setInterval(show, RENEWED_MS);
    },
    async send(request) {
      switch (request.kind) {
        case 'ready':
          show();
          break;
        case 'drawn':
          break;
        case 'pause':
          become(canned.pausing);
          setTimeout(() => become(canned.paused), ANSWERED_MS);
          break;
        case 'resume':
          become(canned.resuming);
          setTimeout(() => become(canned.recording), ANSWERED_MS);
          break;
        case 'acknowledge':
          become(canned.recording);
          break;
        case 'extend':
          become({
            ...view,
            resumesInMs: (view.resumesInMs ?? 0) + 60_000,
            extensionsLeft: view.extensionsLeft - 1,
          });
          break;
        case 'logEverything':
          become({ ...view, support: { ...view.support, logsEverythingForMs: 3_600_000 } });
          break;
        case 'logAsUsual':
          become({ ...view, support: { ...view.support, logsEverythingForMs: null } });
          break;
        case 'listBundle':
          become({ ...view, support: canned['bundle-listed'].support });
          break;
        case 'writeBundle':
          become({ ...view, support: { ...view.support, bundle: { kind: 'written', path: '/tmp/a.zip' } } });
          break;
        case 'dropBundle':
          become({ ...view, support: { ...view.support, bundle: { kind: 'none' } } });
          break;
        case 'signIn': {
          const problems = Object.entries(request.fields)
            .filter(([, value]) => value === '')
            .map(([field]) => ({ field, message: 'Nothing was typed. Fill it in.' }));
          const { vendors } = view.signIn;
          become({ ...view, signIn: { vendors, outcome: { kind: 'trying' } } });
          setTimeout(() => {
            become(
              problems.length > 0
                ? { ...view, signIn: { vendors, outcome: { kind: 'wrong', problems } } }
                : { ...canned.recording, signIn: { vendors, outcome: { kind: 'done' } } },
            );
          }, ANSWERED_MS);
          break;
        }
      }
    },
  };
}
