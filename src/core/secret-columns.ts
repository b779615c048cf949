/**
 * Words in the names of columns with secrets: `passwordProfile/password`, `Initial password`, `temporaryAccessPass`,
 * `client_secret`. Encrypting a column without secrets costs little, and missing one with secrets would expose them.
 */
const secret =
  /passw(?:or)?[dt]|kennwort|pwd|passcode|passphrase|secret|credential|(?:api|access|account|recovery|private|shared)[ _-]?key|access ?pass|\bpin\b|token/i

/** Short words, in names such as `userPin`, `pin_code` and `OTP`, but not in `passport` or `shipping`. */
const shortSecret =
  /(?:(?:^|[^A-Za-z])(?:pin|pass|otp)|(?:^|[^A-Z])(?:Pin|Pass|Otp))(?![a-z])|(?:^|[^A-Z])(?:PIN|PASS|OTP)(?![A-Za-z])/

const mostKnown = 1000
const known = new Map<string, boolean>()

/** Whether values of a column are stored encrypted, and never shown. It is asked for each cell, so names are remembered. */
export const isSecretColumn = (name: string): boolean => {
  const before = known.get(name)
  if (before !== undefined) return before
  const isSecret = secret.test(name) || shortSecret.test(name)
  if (known.size >= mostKnown) known.clear()
  known.set(name, isSecret)
  return isSecret
}

/** Whether a value has a secret at any depth, by the names in it. */
export const hasSecretColumn = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, inner]) => isSecretColumn(name) || hasSecretColumn(inner))

/** Names and words of our own in which a secret may occur by chance: replacing it there would say what the secret is. */
export const secretWords: readonly string[] = [
  'forceChangePasswordNextSignIn',
  'initial password',
  'passwordPolicies',
  'passwordProfile',
]
