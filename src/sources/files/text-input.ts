import type { Readable } from 'node:stream'
import type { Context } from '../../core/context.ts'
import { decompress } from '../../formats/decompress.ts'
import { compressionOf } from '../../formats/format-of.ts'
import { encodingChecked, utf8 } from '../../formats/utf8.ts'
import { inputOf, type Input } from '../../places/input.ts'
import { isSftp } from './sftp-address.ts'
import { sftpInput } from './sftp-input.ts'

/** Options of `textInput`. */
export interface TextInputOptions {
  /** Encoding of an input without a byte order mark, by any name that iconv supports. @default UTF-8, or UTF-16 if detected */
  readonly encoding?: string | undefined
  /** Whether the source has an option `encoding`, which messages then advise to set. @default false */
  readonly hasEncoding?: boolean | undefined
  /** @default `process.stdin` */
  readonly stdin?: Readable | undefined
  /** What messages call stdin. @default stdin */
  readonly named?: string | undefined
}

/** A text file, here or on an SFTP server, or stdin. */
export interface TextInput extends Omit<Input, 'bytes'> {
  /**
   * The text, decompressed and decoded: chunks of UTF-8, each ending with a complete character. Adds a note to
   * `ctx.origin` if corruption would go unnoticed.
   *
   * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `INPUT_CHANGED`; `INPUT_MALFORMED` (facts: line) for bytes
   *   that are invalid in the encoding; `INPUT_CUT_OFF` if compressed data or a character is truncated
   */
  text(ctx: Context): AsyncIterable<Buffer>
  /** The same without notes: for `columns`, which reads the first lines before the run starts. */
  preview(ctx: Context): AsyncIterable<Buffer>
}

/**
 * Opens a text input for a source: a file by its path or its `sftp://` address (`.gz` and `.zst` are decompressed), or `-` for stdin. Holds 64 KiB.
 */
export const textInput = (from: string, { encoding, hasEncoding, stdin, named }: TextInputOptions = {}): TextInput => {
  const { bytes, check, describe, isStdin, name } = isSftp(from) ? sftpInput(from) : inputOf(from, stdin, named)
  const read = (ctx: Context, warn?: (note: string) => void): AsyncIterable<Buffer> => {
    encodingChecked(encoding)
    return utf8(decompress(bytes(ctx), compressionOf(from), name, warn), { name, encoding, hasEncoding })
  }
  return {
    name,
    isStdin,
    describe,
    async check(ctx) {
      encodingChecked(encoding)
      await check(ctx)
    },
    text: ctx => read(ctx, note => ctx.origin({ note })),
    preview: ctx => read(ctx),
  }
}
