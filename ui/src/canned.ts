import type { PolicyView } from './bindings/PolicyView';
import type { VendorForm } from './bindings/VendorForm';
import type { View } from './bindings/View';

/** The forms of two vendors, for development and tests. */
export const forms: VendorForm[] = [
  {
    name: 'xima',
    title: 'Xima CCaaS',
    secret: 'Service user token',
    fields: [
      {
        key: 'base_url',
        label: 'Address',
        about: 'Where your organisation’s Xima is. Your supervisor knows it.',
        example: 'https://acmecorporate.xima.cloud',
        value: '',
        choices: [],
        managed: false,
      },
      {
        key: 'extension',
        label: 'Extension',
        about: 'Your own extension: the digits in brackets behind your name.',
        example: '1684',
        value: '',
        choices: [],
        managed: false,
      },
    ],
  },
  {
    name: 'anywhere365',
    title: 'Anywhere365',
    secret: 'API key',
    fields: [
      {
        key: 'base_url',
        label: 'Address',
        about: 'The address of the recording service.',
        example: 'https://recording.example.com',
        value: '',
        choices: [],
        managed: false,
      },
      {
        key: 'agent',
        label: 'SIP address',
        about: 'The address by which colleagues call you.',
        example: 'sip:anna@example.com',
        value: '',
        choices: [],
        managed: false,
      },
      {
        key: 'region',
        label: 'Region',
        about: 'Where your recordings are kept.',
        example: 'europe',
        value: 'europe',
        choices: ['europe', 'america'],
        managed: false,
      },
      {
        key: 'screen',
        label: 'Pause the screen recording too',
        about: 'Needs the right to edit recordings.',
        example: 'true',
        value: 'true',
        choices: ['true', 'false'],
        managed: false,
      },
    ],
  },
];

/** What nobody has decided. */
const unmanaged: PolicyView = {
  organization: '',
  values: [
    { key: 'vendor', value: 'anywhere365', origin: 'user', place: '~/.config/fermata/settings.toml:3' },
    { key: 'longest_pause_seconds', value: '0', origin: 'default', place: '' },
  ],
  rejected: [],
};

/** What an organisation has decided, with mistakes in it. */
const managed: PolicyView = {
  organization: 'Acme Contact GmbH',
  values: [
    { key: 'organization', value: 'Acme Contact GmbH', origin: 'enforced', place: 'HKLM\\Software\\Policies\\Fermata\\Organization' },
    { key: 'vendor', value: 'xima', origin: 'enforced', place: 'HKLM\\Software\\Policies\\Fermata\\Vendor' },
    { key: 'base_url', value: 'https://acmecorporate.xima.cloud', origin: 'enforced', place: 'HKLM\\Software\\Policies\\Fermata\\BaseUrl' },
    { key: 'vendor_settings', value: '', origin: 'default', place: '' },
    { key: 'extension_from', value: 'user-name', origin: 'enforced', place: 'HKLM\\Software\\Policies\\Fermata\\ExtensionFrom' },
    { key: 'longest_pause_seconds', value: '180', origin: 'recommended', place: 'HKLM\\Software\\Policies\\Fermata\\Recommended\\LongestPauseSeconds' },
    { key: 'reminders_seconds', value: '60, 120, 180', origin: 'default', place: '' },
    { key: 'hotkey_toggle', value: 'Ctrl+Alt+F8', origin: 'user', place: 'C:\\Users\\anna\\AppData\\Roaming\\fermata\\config\\settings.toml:12' },
    { key: 'may_quit', value: 'true', origin: 'default', place: '' },
    { key: 'on_exit_paused', value: 'ask', origin: 'default', place: '' },
  ],
  rejected: [
    'HKLM\\Software\\Policies\\Fermata\\FreshnessMs: freshness_ms: 600000 is more than 30000; write at most 30000',
    '/etc/fermata/policy.toml:7: longest_pause_secs: there is no such key; did you mean longest_pause_seconds?',
  ],
};

/** The forms with the organisation's vendor, and these of its fields filled in by it. */
function filledIn(...keys: string[]): VendorForm[] {
  const values: Record<string, string> = {
    base_url: 'https://acmecorporate.xima.cloud',
    extension: '1684',
  };
  return forms.map((form) => ({
    ...form,
    fields: form.fields.map((field) => {
      const isFilledIn = form.name === 'xima' && keys.includes(field.key);
      return { ...field, managed: isFilledIn, value: isFilledIn ? values[field.key]! : field.value };
    }),
  }));
}

const signedIn: View = {
  number: 1,
  goodForMs: 6000,
  display: 'recording',
  headline: 'RECORDING',
  reason: 'What is said goes into the recording.',
  pausedForMs: null,
  resumesInMs: null,
  extensionsLeft: 0,
  paymentStep: false,
  vendor: {
    name: 'anywhere365',
    title: 'Anywhere365',
    baseUrl: 'https://recording.example.com',
    agent: 'sip:anna@example.com',
    linkUp: true,
    proves: true,
    stops: false,
    acknowledgementIsEnough: false,
  },
  calls: [{ id: '7f1c-2209', display: 'recording' }],
  evidence: { kind: 'read-back', ageMs: 800 },
  problems: [],
  canPause: true,
  canResume: false,
  canAcknowledge: false,
  quiet: false,
  hotkeys: [
    { action: 'toggle', chord: 'Ctrl+Alt+P', works: true, message: '' },
  ],
  signIn: { vendors: forms, outcome: { kind: 'none' } },
  policy: unmanaged,
  support: { logsEverythingForMs: null, bundle: { kind: 'none' }, update: null },
  simulation: false,
  version: '0.1.0',
};

/** One view for each thing that there is to see, by name. */
export const canned = {
  'first-run': {
    ...signedIn,
    display: 'unknown',
    headline: 'STATE UNKNOWN',
    reason: 'No vendor is set up. Open Fermata’s window and sign in.',
    vendor: null,
    calls: [],
    evidence: null,
    hotkeys: [],
    canPause: false,
  },
  'no-call': {
    ...signedIn,
    display: 'no-call',
    headline: 'NO CALL',
    reason: '',
    calls: [],
    evidence: null,
    canPause: false,
  },
  'not-recorded': {
    ...signedIn,
    display: 'not-recorded',
    headline: 'NOT RECORDED',
    reason: 'Anywhere365 says that this call is not recorded.',
    calls: [{ id: '7f1c-2209', display: 'not-recorded' }],
  },
  recording: signedIn,
  pausing: {
    ...signedIn,
    display: 'pausing',
    headline: 'PAUSING…',
    reason: 'Do not take card details yet.',
    calls: [{ id: '7f1c-2209', display: 'pausing' }],
    canPause: false,
    canResume: true,
  },
  paused: {
    ...signedIn,
    display: 'paused',
    headline: 'RECORDING PAUSED',
    reason: 'Anywhere365 has confirmed it.',
    pausedForMs: 41_000,
    resumesInMs: 79_000,
    calls: [
      { id: '7f1c-2209', display: 'paused' },
      { id: '7f1c-2214', display: 'paused' },
    ],
    canPause: false,
    canResume: true,
  },
  'pause-ends': {
    ...signedIn,
    display: 'paused',
    headline: 'RECORDING PAUSED',
    reason: 'Anywhere365 has confirmed it.',
    pausedForMs: 279_000,
    resumesInMs: 21_000,
    extensionsLeft: 1,
    calls: [{ id: '7f1c-2209', display: 'paused' }],
    canPause: false,
    canResume: true,
  },
  'pause-sent': {
    ...signedIn,
    display: 'pause-sent',
    headline: 'PAUSE SENT, NOT CONFIRMED BY XIMA',
    reason: 'Xima CCaaS accepted the pause, and cannot be asked whether it records.',
    pausedForMs: 12_000,
    vendor: {
      name: 'xima',
      title: 'Xima CCaaS',
      baseUrl: 'https://acmecorporate.xima.cloud',
      agent: 'extension 1684',
      linkUp: true,
      proves: false,
      stops: false,
      acknowledgementIsEnough: false,
    },
    calls: [{ id: 'extension 1684', display: 'pause-sent' }],
    evidence: { kind: 'acknowledgement', ageMs: 12_000 },
    canPause: false,
    canResume: true,
  },
  resuming: {
    ...signedIn,
    display: 'resuming',
    headline: 'RESUMING…',
    reason: 'What is said may not be recorded yet.',
    calls: [{ id: '7f1c-2209', display: 'resuming' }],
  },
  failed: {
    ...signedIn,
    display: 'failed',
    headline: 'STILL RECORDING',
    reason:
      'Do not take card details: Anywhere365 refused the pause. Press pause again.',
    calls: [{ id: '7f1c-2209', display: 'failed' }],
    canAcknowledge: true,
    problems: [
      {
        code: 'not-permitted',
        message:
          'Anywhere365 does not let this account edit recordings. Ask your supervisor for the right “AgentCanEditRecordings”.',
        blocksPausing: true,
      },
    ],
  },
  unknown: {
    ...signedIn,
    display: 'unknown',
    headline: 'STATE UNKNOWN',
    reason: 'Treat the call as recorded: there is no session at Anywhere365.',
    vendor: { ...signedIn.vendor!, linkUp: false },
    calls: [{ id: '7f1c-2209', display: 'unknown' }],
    evidence: { kind: 'read-back', ageMs: 95_000 },
    canResume: true,
    problems: [
      {
        code: 'unreachable',
        message:
          'recording.example.com cannot be reached. Check the network; Fermata keeps trying.',
        blocksPausing: true,
      },
      {
        code: 'hotkey-taken',
        message:
          'Another program has taken Ctrl+Alt+P. Choose another chord in the settings file, under [hotkeys].',
        blocksPausing: false,
      },
    ],
    hotkeys: [
      {
        action: 'toggle',
        chord: 'Ctrl+Alt+P',
        works: false,
        message: 'Another program has taken it. Choose another chord.',
      },
      { action: 'pause', chord: 'Ctrl+Alt+F9', works: true, message: '' },
    ],
  },
  simulation: {
    ...signedIn,
    display: 'paused',
    headline: 'RECORDING PAUSED',
    reason: 'Anywhere365 has confirmed it.',
    pausedForMs: 5_000,
    calls: [{ id: '7f1c-2209', display: 'paused' }],
    canPause: false,
    canResume: true,
    simulation: true,
  },
  'bundle-listed': {
    ...signedIn,
    support: {
      logsEverythingForMs: 3_540_000,
      bundle: {
        kind: 'listed',
        files: [
          { name: 'computer.json', bytes: 412 },
          { name: 'policy.json', bytes: 5_210 },
          { name: 'settings.toml', bytes: 388 },
          { name: 'view.json', bytes: 9_904 },
          { name: 'logs/fermata-2026-11-21.jsonl', bytes: 1_204_881 },
          { name: 'logs/fermata-2026-11-20.jsonl', bytes: 880_120 },
        ],
        path: '~/Downloads/fermata-support-2026-11-21-143000.zip',
      },
      update: {
        version: '1.4.0',
        notes: 'https://example.com/fermata/1.4.0',
        message:
          'Version 1.4.0 is available; your organization installs it. What is new: https://example.com/fermata/1.4.0',
      },
    },
  },
  managed: {
    ...signedIn,
    vendor: {
      ...signedIn.vendor!,
      name: 'xima',
      title: 'Xima CCaaS',
      baseUrl: 'https://acmecorporate.xima.cloud',
      agent: 'extension 1684',
    },
    policy: managed,
  },
  'managed-first-run': {
    ...signedIn,
    display: 'unknown',
    headline: 'STATE UNKNOWN',
    reason: 'No vendor is set up. Open Fermata’s window and sign in.',
    vendor: null,
    calls: [],
    evidence: null,
    hotkeys: [],
    canPause: false,
    policy: managed,
    signIn: { vendors: filledIn('base_url'), outcome: { kind: 'none' } },
  },
  'managed-refused': {
    ...signedIn,
    display: 'unknown',
    headline: 'STATE UNKNOWN',
    reason: 'No vendor is set up. Open Fermata’s window and sign in.',
    vendor: null,
    calls: [],
    evidence: null,
    hotkeys: [],
    canPause: false,
    policy: managed,
    problems: [
      {
        code: 'credentials-refused',
        message:
          'Your organisation refuses secrets that reach other agents, as that of Xima CCaaS does. Ask your administrator, who decides this by broad_credentials.',
        blocksPausing: true,
      },
    ],
    signIn: { vendors: filledIn('base_url', 'extension'), outcome: { kind: 'none' } },
  },
  'managed-secret-only': {
    ...signedIn,
    display: 'unknown',
    headline: 'STATE UNKNOWN',
    reason: 'Treat the call as recorded: there is no session at Xima CCaaS.',
    vendor: {
      ...signedIn.vendor!,
      name: 'xima',
      title: 'Xima CCaaS',
      baseUrl: 'https://acmecorporate.xima.cloud',
      agent: 'extension 1684',
      linkUp: false,
      proves: false,
    },
    calls: [],
    evidence: null,
    canPause: false,
    policy: managed,
    problems: [
      {
        code: 'not-signed-in',
        message:
          'No service user token is kept for extension 1684 at Xima CCaaS. Open Fermata’s window and sign in.',
        blocksPausing: true,
      },
    ],
    signIn: { vendors: filledIn('base_url', 'extension'), outcome: { kind: 'none' } },
  },
} satisfies Record<string, View>;
