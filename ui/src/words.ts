import type { DisplayName } from './bindings/DisplayName';

export const unknown = 'STATE UNKNOWN';
export const engineSilent =
  'Fermata’s engine has stopped answering. Treat the call as recorded. If this stays, start Fermata again.';
export const engineUnheard =
  'Fermata’s engine has not answered yet. Treat the call as recorded. If this stays, start Fermata again.';
export const hotkeySilent = 'Fermata’s engine has stopped answering.';

/** What to say of a sign-in that went well, and of what could not be checked about it. */
export function signedIn(note: string | undefined): string {
  const tray = 'You can close this window: Fermata stays in the tray.';
  return note ? `${note} ${tray}` : `Signed in. ${tray}`;
}

const displays: Record<DisplayName, string> = {
  'no-call': 'No call',
  'not-recorded': 'Not recorded',
  recording: 'Recording',
  pausing: 'Pausing',
  paused: 'Paused',
  'pause-sent': 'Pause sent, not confirmed',
  resuming: 'Resuming',
  failed: 'Failed',
  unknown: 'Unknown',
};

const displaysWhereItStops: Partial<Record<DisplayName, string>> = {
  pausing: 'Stopping',
  paused: 'Stopped',
  'pause-sent': 'Stopped, not confirmed',
  resuming: 'Starting',
};

/** A display in a list of calls, where its headline would be too long. */
export function display(name: DisplayName, stops: boolean): string {
  return (stops && displaysWhereItStops[name]) || displays[name];
}

/** What the running time counts: a pause that nobody has proven has only been sent. */
export function elapsed(display: DisplayName, stops: boolean): string {
  if (display !== 'paused') return 'Since it was sent';
  return stops ? 'Stopped for' : 'Paused for';
}

/** What the countdown of a longest pause counts to. */
export function resumes(paymentStep: boolean): string {
  return paymentStep ? 'Resumes after the payment, at the latest in' : 'Resumes in';
}

const evidenceKinds: Record<string, string> = {
  'read-back': 'recorder read back',
  reply: 'the vendor’s reply',
  acknowledgement: 'accepted by the vendor, not proven',
};

/** What a display rests on. */
export function evidence(kind: string): string {
  return evidenceKinds[kind] ?? kind;
}

const actions: Record<string, string> = {
  toggle: 'Pause or resume',
  pause: 'Pause',
  resume: 'Resume',
};

/** What a hotkey does. */
export function action(name: string): string {
  return actions[name] ?? name;
}
