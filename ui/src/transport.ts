import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { UiRequest } from './bindings/UiRequest';
import type { View } from './bindings/View';

/** The way to the engine and back. */
export interface Transport {
  /** Hands a request over; rejects if there is nobody to take it. */
  send(request: UiRequest): Promise<void>;
  /** Calls back with each view from here on; rejects if none can ever come. */
  onView(draw: (view: View) => void): Promise<void>;
}

/** The way through Tauri: one command and one event. */
export const tauri: Transport = {
  send: (request) => invoke('send', { request }),
  async onView(draw) {
    await listen<View>('view', (event) => draw(event.payload));
  },
};
