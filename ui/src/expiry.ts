import type { View } from './bindings/View';
import * as words from './words';

/** What to show once a view's life has run out: nothing that the engine claimed. */
export function expired(view: View): View {
  return {
    ...view,
    display: 'unknown',
    headline: words.unknown,
    reason: words.engineSilent,
    pausedForMs: null,
    resumesInMs: null,
    extensionsLeft: 0,
    vendor: view.vendor && { ...view.vendor, linkUp: false },
    calls: view.calls.map((call) => ({ ...call, display: 'unknown' })),
    evidence: null,
    // Asking for a pause does no harm, however late it is heard. A resume may.
    canResume: false,
    canAcknowledge: false,
    quiet: false,
    hotkeys: view.hotkeys.map((hotkey) => ({
      ...hotkey,
      works: false,
      message: words.hotkeySilent,
    })),
  };
}
