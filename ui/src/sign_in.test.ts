import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import App from './App.svelte';
import type { SignInOutcome } from './bindings/SignInOutcome';
import type { UiRequest } from './bindings/UiRequest';
import type { View } from './bindings/View';
import { canned } from './canned';
import { Engine } from './engine.svelte';

let sent: UiRequest[];
let show: (view: View) => void;
let number: number;
let app: object;

beforeEach(async () => {
  sent = [];
  number = 0;
  const engine = new Engine({
    // What is handed over is copied, as a real transport does.
    send: async (request) => void sent.push(structuredClone(request)),
    onView: async (draw) => void (show = draw),
  });
  app = mount(App, { target: document.body, props: { engine } });
  await tick();
  draw(canned['first-run']);
});

afterEach(() => unmount(app));

function draw(view: View, outcome: SignInOutcome = { kind: 'none' }) {
  show({ ...view, number: ++number, signIn: { ...view.signIn, outcome } });
  flushSync();
}

function find<E extends HTMLElement>(selector: string): E {
  const element = document.body.querySelector<E>(selector);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

function choose(vendor: string) {
  find(`[value="${vendor}"]`).click();
  flushSync();
}

function type(id: string, text: string) {
  const input = find<HTMLInputElement>(`#${id}`);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

function submit() {
  find('form').dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  flushSync();
}

const attempts = () => sent.filter(({ kind }) => kind === 'signIn');

test('the form of a vendor is asked for only once it is chosen', () => {
  expect(document.querySelector('[type=password]')).toBeNull();
  choose('xima');
  const labels = [...document.querySelectorAll('.field label')].map((label) => label.textContent?.trim());
  expect(labels).toEqual(['Address', 'Extension', 'Service user token']);
});

test('the secret is handed over once and is gone from the page', () => {
  choose('xima');
  type('field-base_url', 'https://acme.xima.cloud');
  type('field-extension', '1684');
  type('secret', 'canary-4711');
  submit();
  expect(find<HTMLInputElement>('#secret').value).toBe('');
  submit();
  expect(attempts()).toEqual([
    {
      kind: 'signIn',
      vendor: 'xima',
      fields: { base_url: 'https://acme.xima.cloud', extension: '1684' },
      secret: 'canary-4711',
    },
  ]);
});

test('the secret of one vendor is not kept for another', () => {
  choose('xima');
  type('secret', 'canary-4711');
  choose('anywhere365');
  expect(find<HTMLInputElement>('#secret').value).toBe('');
  choose('xima');
  expect(find<HTMLInputElement>('#secret').value).toBe('');
});

test('no secret typed keeps the stored one', () => {
  choose('xima');
  submit();
  expect(attempts()).toMatchObject([{ secret: null }]);
});

test('choices and flags are handed over as filled in or as changed', () => {
  choose('anywhere365');
  submit();
  expect(attempts()[0]).toMatchObject({ fields: { region: 'europe', screen: 'true' } });
  draw(canned['first-run'], { kind: 'trying' });
  draw(canned['first-run'], { kind: 'wrong', problems: [] });
  find('#field-screen').click();
  const region = find<HTMLSelectElement>('#field-region');
  region.value = 'america';
  region.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
  submit();
  expect(attempts()[1]).toMatchObject({ fields: { region: 'america', screen: 'false' } });
});

test('views that arrive while somebody types undo nothing', () => {
  choose('xima');
  type('field-extension', '16');
  type('secret', 'canary');
  draw(canned['first-run']);
  expect(find<HTMLInputElement>('#field-extension').value).toBe('16');
  expect(find<HTMLInputElement>('#secret').value).toBe('canary');
});

test('what is wrong stands at its field, and what has none stands above', async () => {
  choose('xima');
  submit();
  draw(canned['first-run'], { kind: 'trying' });
  draw(canned['first-run'], {
    kind: 'wrong',
    problems: [
      { field: 'extension', message: 'Digits only; leave out the name.' },
      { field: 'secret', message: 'Xima turned the token down; copy it anew.' },
      { field: '', message: 'The keyring is locked; unlock it.' },
      { field: 'elsewhere', message: 'This is of no field here.' },
    ],
  });
  const of = (id: string) => {
    const input = find(`#${id}`);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    const [problem] = (input.getAttribute('aria-describedby') ?? '').split(' ');
    return find(`#${problem}`).textContent?.trim();
  };
  expect(of('field-extension')).toBe('Digits only; leave out the name.');
  expect(of('secret')).toBe('Xima turned the token down; copy it anew.');
  expect(find('#field-base_url').hasAttribute('aria-invalid')).toBe(false);
  const above = [...document.querySelectorAll('form [role=alert] p')].map((p) => p.textContent);
  expect(above).toEqual(['The keyring is locked; unlock it.', 'This is of no field here.']);
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('field-extension'));

  submit();
  expect(document.querySelector('[aria-invalid]')).toBeNull();
});

test('the same problems in the next view do not take the focus away from whoever types', async () => {
  const problems = [{ field: 'extension', message: 'Digits only.' }];
  choose('xima');
  submit();
  draw(canned['first-run'], { kind: 'wrong', problems });
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('field-extension'));
  find('#secret').focus();
  draw(canned['first-run'], { kind: 'wrong', problems: structuredClone(problems) });
  await tick();
  await tick();
  expect(document.activeElement?.id).toBe('secret');
});

test('a sign-in that went well leads to the status, and one of earlier does not', () => {
  choose('xima');
  draw(canned['first-run'], { kind: 'done' });
  expect(find('h1').textContent).toContain('Sign in');
  submit();
  draw(canned['no-call'], { kind: 'done' });
  expect(find('h1').textContent).toContain('Sign in');
  draw(canned['no-call'], { kind: 'trying' });
  draw(canned['no-call'], { kind: 'done' });
  expect(find('h1').textContent).toBe('NO CALL');
  expect(find('main [role=status]').textContent).toContain('Signed in.');
});

test('what could not be checked at a sign-in is said', () => {
  const note = 'Xima CCaaS cannot check a token before the first pause.';
  choose('xima');
  submit();
  draw(canned['no-call'], { kind: 'done', note });
  expect(find('main [role=status]').textContent).toContain(note);
  expect(find('main').textContent).not.toContain('Signed in.');
});

test('whoever has gone to the status themselves is not led back to the form', () => {
  const secretMissing = canned['managed-secret-only'];
  draw(secretMissing);
  expect(find('h1').textContent).toContain('Sign in to Xima CCaaS');
  [...document.querySelectorAll('button')].find((button) => button.textContent === 'Back')?.click();
  flushSync();
  expect(find('h1').textContent).toBe('STATE UNKNOWN');
  draw(secretMissing);
  expect(find('h1').textContent).toBe('STATE UNKNOWN');
});

test('a vendor that is not the organisation’s cannot be chosen', () => {
  draw(canned['managed-first-run']);
  const offered = [...document.querySelectorAll<HTMLInputElement>('[type=radio]')];
  expect(offered.map(({ value, checked }) => [value, checked])).toEqual([['xima', true]]);
});
