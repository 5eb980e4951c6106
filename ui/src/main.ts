import './page.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { Engine } from './engine.svelte';
import { type Transport, tauri } from './transport';

async function transport(): Promise<Transport> {
  // The condition is false at build time: the shipped page has no canned view in it.
  if (import.meta.env.DEV) {
    const name = new URLSearchParams(location.search).get('fake');
    if (name !== null) return (await import('./fake')).fake(name);
  }
  return tauri;
}

mount(App, {
  target: document.body,
  props: { engine: new Engine(await transport()) },
});
