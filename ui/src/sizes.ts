/** A size as people read it: to the next kilobyte, so that no file looks empty that is not. */
export function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
