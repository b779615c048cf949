/**
 * Words in the names of columns with secrets: `passwordProfile/password`, `Initial password`, `temporaryAccessPass`,
 * `client_secret`. Encrypting a column without secrets costs little, and missing one with secrets would expose them.
 */
const secret =
  /passw(?:or)?[dt]|kennwort|pwd|passcode|passphrase|secret|credential|api[ _-]?key|accesspass|access pass|private ?key|\bpin\b|token/i

/** Whether values of a column are stored encrypted, and never shown. */
export const isSecretColumn = (name: string): boolean => secret.test(name)

/** Whether a value has a secret at any depth, by the names in it. */
export const hasSecretColumn = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, inner]) => isSecretColumn(name) || hasSecretColumn(inner))
