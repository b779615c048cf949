import { access, constants, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { absolute } from '../core/absolute.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { fileBytes, lookAt, openFile, type OpenFile, type SeenFile } from './file-bytes.ts'
import { readError } from './file-errors.ts'
import { checkInput, input } from './stdio.ts'

/** Where bytes come from: a file by its path, or `-` for stdin. */
export interface Input {
  /** For messages. */
  readonly name: string
  /** Stdin cannot be read twice. */
  readonly isStdin: boolean
  /** @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `USAGE` (stdin is a terminal) */
  check(ctx: Context): Promise<void>
  /** Returns path, length and SHA-256, so that a changed input is noticed. Reads the file once. */
  describe(ctx: Context): Promise<{ readonly [name: string]: Json }>
  /** Chunks of 64 KiB. Throws what `check` throws, and `INPUT_CHANGED` when a file was changed since `describe`. */
  bytes(ctx: Context): AsyncIterable<Buffer>
  /** Opens a file that is read at any position. Absent for stdin. */
  open?(ctx: Context): Promise<OpenFile>
}

const checkFile = async (path: string): Promise<void> => {
  try {
    const found = await stat(path)
    if (!found.isFile() && !found.isDirectory())
      throw new EntrapipeError(
        'FILE_UNREADABLE',
        `${path} is a device or a pipe, which can be read only once; pipe it to stdin (-)`,
        {
          facts: { path },
        },
      )
    if (found.isDirectory())
      throw new EntrapipeError('FILE_UNREADABLE', `${path} is a folder; name a file in it`, { facts: { path } })
    await access(path, constants.R_OK)
  } catch (error) {
    throw readError(error, path)
  }
}

const fileInput = (from: string): Input => {
  let seen: SeenFile | undefined
  return {
    name: from,
    isStdin: false,
    check: ctx => checkFile(absolute(ctx.environment, from)),
    async describe(ctx) {
      seen = await lookAt(absolute(ctx.environment, from), ctx.signal)
      const { bytes, sha256 } = seen
      return { from, bytes, sha256 }
    },
    bytes: ctx => fileBytes(absolute(ctx.environment, from), ctx.signal, seen),
    open: ctx => openFile(absolute(ctx.environment, from), ctx.signal, seen),
  }
}

/**
 * @param stdin a stream to read instead of the process's stdin
 * @param named what messages call it
 */
export const inputOf = (from: string, stdin?: Readable, named = 'stdin'): Input =>
  from === '-'
    ? {
        name: named,
        isStdin: true,
        check: async () => checkInput(stdin),
        describe: async () => ({ from }),
        bytes: ctx => input(ctx.signal, stdin),
      }
    : fileInput(from)
