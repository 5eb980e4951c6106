/** A span as on a stopwatch: 00:42, 12:05, 1:00:00. */
export function stopwatch(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (part: number) => String(part % 60).padStart(2, '0');
  const clock = `${two(minutes)}:${two(seconds)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

/** A countdown, which shows 00:00 only when nothing is left. */
export function countdown(ms: number): string {
  return stopwatch(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

/** How long ago something was, in one unit. */
export function ago(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 1) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}
