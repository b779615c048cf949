/** Random choices of a row. They are made once, in intake, and kept with the row. */
export interface Draw {
  /** Lower-case letters and digits. */
  text(length: number): string
  /** From a cryptographic source. */
  bytes(count: number): Uint8Array
}
