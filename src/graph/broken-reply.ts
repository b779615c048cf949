import type { Failure } from './call.ts'

/** The error for a corrupted reply. `words` must not quote the reply, which contains personal data. */
export const brokenReply = (words: string): SyntaxError => Object.assign(new SyntaxError(words), { isBroken: true })

/** The failure for a corrupted reply. The parser's own message is dropped, since it quotes the text. */
export const brokenFailure = (cause: unknown): Failure => {
  const { name, message } = cause as Error
  const words = 'isBroken' in (cause as object) ? message : 'the reply is truncated or not JSON'
  return { failure: new Error(words, { cause: new Error(name) }), sent: true }
}
