import { isUtf8 } from 'node:buffer'
import { brokenReply } from './broken-reply.ts'

/**
 * Decodes a reply, without a byte order mark.
 *
 * @throws SyntaxError if the bytes are not UTF-8, since decoding would lose characters
 */
export const textOf = (bytes: Buffer): string => {
  expectUtf8(bytes)
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** @throws SyntaxError if the bytes are not UTF-8 */
export const expectUtf8 = (bytes: Buffer): void => {
  if (!isUtf8(bytes)) throw brokenReply('the reply is truncated or not UTF-8')
}
