import type { Readable } from 'node:stream'
import type { Context } from '../../core/context.ts'
import { decompress } from '../../formats/decompress.ts'
import { compressionOf } from '../../formats/format-of.ts'
import { encodingChecked, utf8 } from '../../formats/utf8.ts'
import { inputOf, type Input } from '../../places/input.ts'

/** How the text of an input is read. */
export interface TextInputOptions {
  /** Of an input without a byte order mark, by any name that iconv knows. @default UTF-8, or UTF-16 where the first lines show it */
  readonly encoding?: string | undefined
  /** In place of the process's. */
  readonly stdin?: Readable | undefined
}

/** A file, or stdin, that holds text. */
export interface TextInput extends Omit<Input, 'bytes'> {
  /**
   * The text, decompressed and decoded: chunks of UTF-8, each ending with a whole character. `ctx.origin` gets a note where
   * damage to the file would not be noticed.
   *
   * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `INPUT_CHANGED`; `INPUT_MALFORMED` (facts: line) at bytes that are
   *   not of the encoding; `INPUT_CUT_OFF` when compressed data, or a character, ends early
   */
  text(ctx: Context): AsyncIterable<Buffer>
  /** The same without notes: for `columns`, which looks at the first lines before the run begins. */
  preview(ctx: Context): AsyncIterable<Buffer>
}

/**
 * An input of text, for every source that reads one: a file by its path (`.gz` and `.zst` are decompressed), or `-` for stdin.
 * Holds 64 KiB of it.
 */
export const textInput = (from: string, { encoding, stdin }: TextInputOptions = {}): TextInput => {
  const { bytes, check, describe, isStdin, name } = inputOf(from, stdin)
  const read = (ctx: Context, warn?: (note: string) => void): AsyncIterable<Buffer> => {
    encodingChecked(encoding)
    return utf8(decompress(bytes(ctx), compressionOf(from), name, warn), { name, encoding })
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
