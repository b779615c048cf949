import type { Failure } from './call.ts'

/** The error of a reply that cannot be what the service meant to send. `words` hold nothing of its text, which is somebody's data. */
export const brokenReply = (words: string): SyntaxError => Object.assign(new SyntaxError(words), { isBroken: true })

/** A failed attempt whose reply arrived and is broken. The parser's own message stays out: it quotes the text. */
export const brokenFailure = (cause: unknown): Failure => {
  const { name, message } = cause as Error
  const words = 'isBroken' in (cause as object) ? message : 'the reply is truncated or not JSON'
  return { failure: new Error(words, { cause: new Error(name) }), sent: true }
}
