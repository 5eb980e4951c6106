import type { PolicyOrigin } from './bindings/PolicyOrigin';
import type { PolicyView } from './bindings/PolicyView';

/** Who manages Fermata here, in a sentence. */
export function manager(policy: PolicyView): string {
  return policy.organization || 'your organisation';
}

/** What stands at a field that cannot be changed. */
export function managedBy(policy: PolicyView): string {
  return `Managed by ${manager(policy)}`;
}

/** A key as words: "longest_pause_seconds" is "Longest pause in seconds". */
export function title(key: string): string {
  const words = key
    .replace(/_(seconds|ms|days|megabytes)$/, ' in $1')
    .replace(/_url$/, ' URL')
    .replace('.', ': ')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Who has said what holds. */
export function origin(origin: PolicyOrigin, policy: PolicyView): string {
  switch (origin) {
    case 'enforced':
      return `Enforced by ${manager(policy)}`;
    case 'user':
      return 'Your own setting';
    case 'recommended':
      return `Recommended by ${manager(policy)}`;
    case 'default':
      return 'Default';
  }
}

/** The vendor that nobody here can change, if there is one. */
export function enforcedVendor(policy: PolicyView): string | undefined {
  return policy.values.find(
    ({ key, origin }) => key === 'vendor' && origin === 'enforced',
  )?.value;
}
