import { createHash, randomBytes } from 'node:crypto'

/** A secret that cannot be guessed: 256 bits, as text. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret. One of 256 bits needs no salt and no slow hash. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
