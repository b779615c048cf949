/**
 * Words that stand in the names of columns with secrets: `passwordProfile/password`, `Initial password`,
 * `temporaryAccessPass`, `client_secret`. To seal a column that has none costs little; to miss one does not.
 */
const secret = /passw(?:or)?d|passcode|passphrase|secret|accesspass|access pass|private ?key|\bpin\b|token/i

/** Whether values of a column are kept sealed, and never shown. */
export const isSecretColumn = (name: string): boolean => secret.test(name)
