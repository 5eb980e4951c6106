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
      },
      {
        key: 'extension',
        label: 'Extension',
        about: 'Your own extension: the digits in brackets behind your name.',
        example: '1684',
        value: '',
        choices: [],
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
      },
      {
        key: 'agent',
        label: 'SIP address',
        about: 'The address by which colleagues call you.',
        example: 'sip:anna@example.com',
        value: '',
        choices: [],
      },
      {
        key: 'region',
        label: 'Region',
        about: 'Where your recordings are kept.',
        example: 'europe',
        value: 'europe',
        choices: ['europe', 'america'],
      },
      {
        key: 'screen',
        label: 'Pause the screen recording too',
        about: 'Needs the right to edit recordings.',
        example: 'true',
        value: 'true',
        choices: ['true', 'false'],
      },
    ],
  },
];

const signedIn: View = {
  number: 1,
  goodForMs: 6000,
  display: 'recording',
  headline: 'RECORDING',
  reason: 'What is said goes into the recording.',
  pausedForMs: null,
  resumesInMs: null,
  vendor: {
    name: 'anywhere365',
    title: 'Anywhere365',
    baseUrl: 'https://recording.example.com',
    agent: 'sip:anna@example.com',
    linkUp: true,
    proves: true,
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
} satisfies Record<string, View>;
