/**
 * Words that stand in the names of columns with secrets: `passwordProfile/password`, `Initial password`,
 * `temporaryAccessPass`, `client_secret`. To seal a column that has none costs little; to miss one does not.
 */
const secret =
  /passw(?:or)?[dt]|kennwort|pwd|passcode|passphrase|secret|credential|api[ _-]?key|accesspass|access pass|private ?key|\bpin\b|token/i

/** Whether values of a column are kept sealed, and never shown. */
export const isSecretColumn = (name: string): boolean => secret.test(name)

/** Whether a value has a secret at any depth, by the names in it. */
export const hasSecretColumn = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, inner]) => isSecretColumn(name) || hasSecretColumn(inner))
