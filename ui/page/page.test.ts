import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { View } from '../src/bindings/View';
import { canned } from '../src/canned';
import { needsSignIn } from '../src/needs_sign_in';
import { asked, Desk, faults, picture, show } from './browser';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());
afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

const views: [string, View][] = Object.entries(canned);
/** Those that are shown as a status, once there is a vendor. */
const statuses = views.filter(([, view]) => !view.vendor || !needsSignIn(view));

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(views)('%s is drawn, and axe finds nothing', async (name, view) => {
    const page = await desk.page({ colorScheme });
    await show(page, view);
    if (!needsSignIn(view)) {
      expect(await page.locator('h1').textContent()).toBe(view.headline);
      expect(await page.locator('main').textContent()).toContain(view.reason);
      expect(await page.title()).toBe(`${view.headline} – Fermata`);
    } else {
      expect(await page.locator('form h1').textContent()).toMatch(/^Sign in to /);
    }
    await page.waitForFunction(
      (number) =>
        window.sent.some((sent) => sent.kind === 'drawn' && sent.number === number),
      view.number,
    );
    await picture(page, `${name}-${colorScheme}`);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });

  test('a sign-in with everything wrong is drawn, and axe finds nothing', async () => {
    const page = await desk.page({ colorScheme });
    const view = canned['first-run'];
    await show(page, view);
    await page.getByLabel('Anywhere365').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await picture(page, `sign-in-trying-${colorScheme}`);
    const problems = ['', 'secret', 'base_url', 'agent', 'region', 'screen'].map(
      (field) => ({ field, message: `“${field}” is wrong; type it anew.` }),
    );
    await show(page, {
      ...view,
      number: 2,
      signIn: { ...view.signIn, outcome: { kind: 'wrong', problems } },
    });
    await page.getByText('“agent” is wrong').waitFor();
    await picture(page, `sign-in-wrong-${colorScheme}`);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });
});

test('a view that is not renewed expires to unknown by itself', async () => {
  const page = await desk.page();
  await show(page, { ...canned.paused, goodForMs: 1500 });
  const shown = Date.now();
  await page.waitForTimeout(1000);
  expect(await page.locator('h1').textContent()).toBe('RECORDING PAUSED');
  await page.getByRole('heading', { name: 'STATE UNKNOWN' }).waitFor({ timeout: 2000 });
  expect(Date.now() - shown).toBeGreaterThan(1400);
  expect(Date.now() - shown).toBeLessThan(2000);
  expect(await page.locator('main').textContent()).toContain(
    'Fermata’s engine has stopped answering. Treat the call as recorded.',
  );
  const text = (await page.locator('body').innerText()).toLowerCase();
  expect(text).not.toContain('recording paused');
  expect(text).not.toContain('paused for');
  await picture(page, 'expired');
  expect(await faults(page)).toEqual([]);
  await page.close();
});

test('nothing of a pause that was only sent says that it is paused', async () => {
  const page = await desk.page();
  await show(page, canned['pause-sent']);
  await page.getByText('Since it was sent').waitFor();
  const text = await page.locator('body').innerText();
  expect(text.match(/\bpaused\b.*/gi)).toEqual(['paused']);
  expect(text).toContain('Cannot prove that a recording is paused');
  await page.close();
});

test('an engine that takes no request takes the claim down at once', async () => {
  const page = await desk.page();
  await show(page, { ...canned.paused, goodForMs: 60_000 });
  await page.waitForFunction(() => window.sent.some(({ kind }) => kind === 'drawn'));
  await page.evaluate(() => window.die());
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('heading', { name: 'STATE UNKNOWN' }).waitFor({ timeout: 1000 });
  await page.close();
});

test('the shipped page shows unknown where there is no engine, whatever its address says', async () => {
  const page = await desk.page({ bare: true });
  await page.goto(`${page.url()}?fake=paused`);
  await page.getByRole('heading', { name: 'STATE UNKNOWN' }).waitFor({ timeout: 3000 });
  await picture(page, 'no-engine');
  expect(await faults(page)).toEqual([]);
  await page.close();
});

test('the elapsed time ticks and the newest view is reported as drawn', async () => {
  const page = await desk.page();
  await show(page, { ...canned.paused, number: 41 });
  await page.getByText('00:41').waitFor();
  await page.getByText('00:43').waitFor({ timeout: 3000 });
  await show(page, { ...canned.paused, number: 42, pausedForMs: 60_000 });
  await page.getByText('01:01').waitFor({ timeout: 3000 });
  const drawn = await page.evaluate(() =>
    window.sent.filter(({ kind }) => kind === 'drawn'),
  );
  expect(drawn).toEqual([
    { kind: 'drawn', number: 41 },
    { kind: 'drawn', number: 42 },
  ]);
  await page.close();
});

test('each button asks once, however often it is pressed before something is heard', async () => {
  const page = await desk.page();
  await show(page, canned.failed);
  await page.getByRole('button', { name: 'Pause' }).dblclick();
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  // It is shown as not available, which `force` disregards as an agent may.
  await page.getByRole('button', { name: 'Resume' }).click({ force: true });
  expect(await asked(page)).toEqual([{ kind: 'pause' }]);
  await show(page, { ...canned.failed, number: 2 });
  await page.getByRole('button', { name: 'Understood' }).click();
  await show(page, { ...canned.paused, number: 3 });
  await page.getByRole('button', { name: 'Resume' }).click();
  expect(await asked(page)).toEqual([
    { kind: 'pause' },
    { kind: 'acknowledge' },
    { kind: 'resume' },
  ]);
  await page.close();
});

test('a change of what is shown is announced once, and the seconds are not', async () => {
  const page = await desk.page();
  await show(page, canned.paused);
  await page.locator('[role=status]', { hasText: 'RECORDING PAUSED' }).waitFor({ state: 'attached' });
  await page.evaluate(() => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    const watch = new MutationObserver((changes) => {
      for (const { target } of changes) spoken.push(target.textContent ?? '');
    });
    for (const region of document.querySelectorAll('[role=status], [role=alert]')) {
      watch.observe(region, { subtree: true, childList: true, characterData: true });
    }
  });
  const spoken = () =>
    page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  await show(page, { ...canned.paused, number: 2, pausedForMs: 43_000 });
  await page.getByText('00:44').waitFor();
  expect(await spoken()).toEqual([]);
  await show(page, { ...canned.failed, number: 3 });
  await page.getByRole('heading', { name: 'STILL RECORDING' }).waitFor();
  expect((await spoken()).filter(Boolean)).toEqual([
    `STILL RECORDING. ${canned.failed.reason}`,
  ]);
  await page.close();
});

test('an agent signs in with the keyboard alone, and the secret stays nowhere', async () => {
  const page = await desk.page();
  const view = canned['first-run'];
  await show(page, view);
  const { keyboard } = page;
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await keyboard.press('Tab');
  await keyboard.type('https://acme.xima.cloud');
  await keyboard.press('Tab');
  await keyboard.type('1684');
  // Views go on arriving while somebody types.
  await show(page, { ...view, number: 2 });
  await keyboard.press('Tab');
  await keyboard.type('canary-4711');
  await picture(page, 'sign-in-filled');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  expect(await asked(page)).toEqual([
    {
      kind: 'signIn',
      vendor: 'xima',
      fields: { base_url: 'https://acme.xima.cloud', extension: '1684' },
      secret: 'canary-4711',
    },
  ]);
  expect(await page.getByLabel('Service user token').inputValue()).toBe('');
  expect(await page.getByLabel('Service user token').getAttribute('autocomplete')).toBe('off');
  expect(await page.content()).not.toContain('canary');
  expect(
    await page.evaluate(async () => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
      (await indexedDB.databases()).length,
      history.length > 2 || location.search,
    ]),
  ).toEqual([0, 0, '', 0, '']);

  const outcome = (number: number, outcome: View['signIn']['outcome']) =>
    show(page, { ...view, number, signIn: { ...view.signIn, outcome } });
  await outcome(3, { kind: 'trying' });
  await page.getByRole('button', { name: 'Signing in' }).waitFor();
  await outcome(4, {
    kind: 'wrong',
    problems: [{ field: 'extension', message: 'No agent has the extension 1684; ask for yours.' }],
  });
  await page.getByText('No agent has the extension').waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'field-extension');
  await keyboard.press('Control+A');
  await keyboard.type('1685');
  await keyboard.press('Tab');
  await keyboard.type('canary-4712');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  expect((await asked(page)).slice(1)).toEqual([
    {
      kind: 'signIn',
      vendor: 'xima',
      fields: { base_url: 'https://acme.xima.cloud', extension: '1685' },
      secret: 'canary-4712',
    },
  ]);
  await outcome(5, { kind: 'trying' });
  await show(page, {
    ...canned['no-call'],
    number: 6,
    signIn: { ...view.signIn, outcome: { kind: 'done' } },
  });
  await page.getByRole('heading', { name: 'NO CALL' }).waitFor();
  await page.getByText('Signed in. You can close this window').waitFor();
  await picture(page, 'signed-in');
  expect(await faults(page)).toEqual([]);
  await page.close();
});

test('whoever signs in again keeps the display in sight, and it expires there too', async () => {
  const page = await desk.page();
  await show(page, { ...canned.paused, goodForMs: 1500 });
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await page.getByText('RECORDING PAUSED', { exact: true }).waitFor();
  await picture(page, 'sign-in-again');
  expect(await faults(page)).toEqual([]);
  await page.getByText('Fermata’s engine has stopped answering').first().waitFor({ timeout: 3000 });
  expect(await page.getByText('RECORDING PAUSED', { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('heading', { name: 'STATE UNKNOWN' }).waitFor();
  await page.close();
});

test.each([
  ['narrow', 230],
  ['wide', 1100],
])('nothing is cut off in a %s window', async (name, width) => {
  const page = await desk.page({ width });
  for (const [number, [, view]] of statuses.entries()) {
    await show(page, { ...view, number: number + 1, vendor: view.vendor ?? canned.paused.vendor });
    await page.getByRole('heading', { name: view.headline }).waitFor();
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('body *:not(.spoken-only)')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map((element) => element.outerHTML),
      ),
      view.display,
    ).toEqual([]);
  }
  await picture(page, name);
  await page.close();
});

test('with forced colors the shapes and words are still there', async () => {
  const page = await desk.page({ forcedColors: 'active' });
  for (const [number, [name, view]] of statuses.entries()) {
    await show(page, { ...view, number: number + 1, vendor: view.vendor ?? canned.paused.vendor });
    await page.getByRole('heading', { name: view.headline }).waitFor();
    const [sign, text] = await page.evaluate(() =>
      ['.card svg', '.card h1'].map(
        (selector) => getComputedStyle(document.querySelector(selector)!).color,
      ),
    );
    expect(sign, 'the sign is drawn in the system’s text color').toBe(text);
    if (name === 'failed') await picture(page, 'forced-colors');
  }
  await page.close();
});

test('nothing moves where motion is not wanted', async () => {
  const moving = () =>
    document.getAnimations().filter(({ playState }) => playState === 'running').length;
  for (const [reducedMotion, moves] of [
    ['no-preference', true],
    ['reduce', false],
  ] as const) {
    const page = await desk.page({ reducedMotion });
    await show(page, canned['first-run']);
    await page.getByLabel('Xima').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Signing in' }).waitFor();
    expect((await page.evaluate(moving)) > 0).toBe(moves);
    await page.close();
  }
});

describe.each(['light', 'dark'] as const)('the policy in %s', (colorScheme) => {
  test('what is in force is listed with who has decided it and where, mistakes on top', async () => {
    const page = await desk.page({ colorScheme });
    const view = canned.managed;
    await show(page, view);
    await page.getByText('2 entries of the policy are not taken.').waitFor();
    await page.getByRole('button', { name: 'Show what is in force' }).click();
    const title = page.getByRole('heading', { name: 'Managed by Acme Contact GmbH' });
    await title.waitFor();
    expect(await title.evaluate((heading) => document.activeElement === heading)).toBe(true);
    const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
    const places = view.policy.rejected.map((entry) => text.indexOf(entry));
    expect(Math.min(...places), 'each is there as it is written').toBeGreaterThan(-1);
    expect(Math.max(...places)).toBeLessThan(text.indexOf('Longest pause in seconds'));
    for (const row of [
      'Vendor xima Enforced by Acme Contact GmbH HKLM\\Software\\Policies\\Fermata\\Vendor',
      'Longest pause in seconds 180 Recommended by Acme Contact GmbH HKLM',
      'Hotkey toggle Ctrl+Alt+F8 Your own setting C:\\Users\\anna',
      'Vendor settings Not set',
      'May quit true',
    ]) {
      expect(text).toContain(row);
    }
    expect(text, 'the display stays in sight').toContain(view.headline);
    await picture(page, `policy-${colorScheme}`);
    expect(await faults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.locator('h1', { hasText: view.headline }).waitFor();
    await page.close();
  });
});

// F4
test('a managed field cannot be changed and says by whom, and only the others are sent', async () => {
  const page = await desk.page();
  await show(page, canned['managed-first-run']);
  const address = page.getByLabel('Address');
  expect(await address.isDisabled()).toBe(true);
  expect(await address.inputValue()).toBe('https://acmecorporate.xima.cloud');
  const described = await address.evaluate((input) =>
    (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent?.trim()),
  );
  expect(described).toContain('Managed by Acme Contact GmbH');
  expect(await page.getByRole('radio').count(), 'the vendor is decided').toBe(1);
  expect(await page.getByRole('radio').isDisabled()).toBe(true);
  await picture(page, 'sign-in-managed');
  const { keyboard } = page;
  await keyboard.press('Tab');
  await keyboard.type('1684');
  await keyboard.press('Tab');
  await keyboard.type('canary-4713');
  await keyboard.press('Enter');
  expect(await asked(page)).toEqual([
    { kind: 'signIn', vendor: 'xima', fields: { extension: '1684' }, secret: 'canary-4713' },
  ]);
  await page.close();
});

// F7
test('where everything else is decided one screen asks for the secret alone, whenever that shows', async () => {
  const page = await desk.page();
  const view = canned['managed-secret-only'];
  // That there is no secret is known only once the keyring has been asked.
  await show(page, { ...view, problems: [] });
  await page.locator('h1', { hasText: 'STATE UNKNOWN' }).waitFor();
  await show(page, { ...view, number: 2 });
  await page.getByRole('heading', { name: 'Sign in to Xima CCaaS as extension 1684' }).waitFor();
  expect(await page.locator('main').innerText()).toContain('https://acmecorporate.xima.cloud');
  expect(await page.locator('input, select').count()).toBe(1);
  await page.waitForFunction(() => document.activeElement?.id === 'secret');
  await page.keyboard.type('canary-4714');
  await page.keyboard.press('Enter');
  expect(await asked(page)).toEqual([
    { kind: 'signIn', vendor: 'xima', fields: {}, secret: 'canary-4714' },
  ]);
  await page.close();
});

test('the policy and a managed form fit into a narrow window, and text of twice the size', async () => {
  for (const looks of ['narrow', 'large'] as const) {
    const page = await desk.page({ width: looks === 'narrow' ? 230 : 460 });
    if (looks === 'large') {
      await page.evaluate(() => (document.documentElement.style.fontSize = '187.5%'));
    }
    const cutOff = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('body *:not(.spoken-only)')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map((element) => element.outerHTML),
      );
    await show(page, canned.managed);
    await page.getByRole('button', { name: 'Show what is in force' }).click();
    await page.getByText('Longest pause in seconds').waitFor();
    expect(await cutOff(), looks).toEqual([]);
    await picture(page, `policy-${looks}`);
    await page.close();
  }
  const page = await desk.page({ width: 230 });
  await show(page, canned['managed-first-run']);
  await page.getByLabel('Address').waitFor();
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
  ).toBe(true);
  await picture(page, 'sign-in-managed-narrow');
  await page.close();
});

test('what signing in cannot mend is said where somebody would sign in', async () => {
  const page = await desk.page();
  await show(page, canned['managed-refused']);
  await page.getByRole('heading', { name: 'Problems' }).waitFor();
  await page.getByText('who decides this by broad_credentials').waitFor();
  await show(page, { ...canned['managed-secret-only'], number: 2 });
  await page.getByRole('heading', { name: /as extension 1684/ }).waitFor();
  expect(await page.getByRole('heading', { name: 'Problems' }).count()).toBe(0);
  await page.close();
});

describe('support', () => {
  const withSupport = (support: Partial<View['support']>, number: number): View => ({
    ...canned.recording,
    number,
    support: { ...canned.recording.support, ...support },
  });

  test('everything is logged for an hour, and until when is said', async () => {
    const page = await desk.page();
    await show(page, withSupport({}, 1));
    await page.getByRole('button', { name: 'Log everything for an hour' }).click();
    await show(page, withSupport({ logsEverythingForMs: 3_600_000 }, 2));
    await page.getByText(/Everything is logged for another (1:00:00|59:5\d)/).waitFor();
    await page.getByRole('button', { name: 'Log as usual again' }).click();
    expect(await asked(page)).toEqual([{ kind: 'logEverything' }, { kind: 'logAsUsual' }]);
    await page.close();
  });

  test('a bundle is listed before it is written, and nothing is written that was cancelled', async () => {
    const page = await desk.page();
    const { bundle } = canned['bundle-listed'].support;
    await show(page, withSupport({}, 1));
    await page.getByRole('button', { name: 'Make a support bundle' }).click();
    await show(page, withSupport({ bundle: { kind: 'gathering' } }, 2));
    await show(page, withSupport({ bundle }, 3));
    await page.getByText('logs/fermata-2026-11-21.jsonl').waitFor();
    expect(await page.getByText('1205 kB').count()).toBe(1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await show(page, withSupport({}, 4));
    await page.getByRole('button', { name: 'Make a support bundle' }).click();
    await show(page, withSupport({ bundle }, 5));
    await page.getByRole('button', { name: 'Write it' }).click();
    await show(page, withSupport({ bundle: { kind: 'written', path: '~/a.zip' } }, 6));
    await page.getByText('~/a.zip').waitFor();
    expect(await asked(page)).toEqual([
      { kind: 'listBundle' },
      { kind: 'dropBundle' },
      { kind: 'listBundle' },
      { kind: 'writeBundle' },
    ]);
    await page.close();
  });

  test('asking for support keeps no pause waiting', async () => {
    const page = await desk.page();
    await show(page, withSupport({}, 1));
    await page.getByRole('button', { name: 'Log everything for an hour' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    expect(await asked(page)).toEqual([{ kind: 'logEverything' }, { kind: 'pause' }]);
    await page.close();
  });
});
