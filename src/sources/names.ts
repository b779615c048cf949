import { EntrapipeError } from '../core/errors.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed } from '../data/expect-options.ts'
import { textLines } from '../formats/text-lines.ts'
import { rowsRead } from '../places/rows-read.ts'
import { textInput } from './files/text-input.ts'

/** Options of `names`. */
export interface NamesOptions {
  /** Path of the file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  readonly from: string
}

/**
 * Reads a list of names or ids, one per line, trimmed: rows with the column `name`, without blank lines. `key` is the line number.
 *
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`; `INPUT_MALFORMED` (facts: line) at bytes that are not UTF-8, and if the first
 *   line is that of JSON lines; `INPUT_CUT_OFF`
 */
export const names = (options: NamesOptions): Source<{ readonly name: string }> => {
  expectOptions('names', options, { from: needed('the path of a file, or - for stdin') })
  const { from } = options
  const input = textInput(from)
  return {
    kind: 'names',
    resumable: !input.isStdin,
    check: ctx => input.check(ctx),
    describe: async ctx => await input.describe(ctx),
    columns: () => ({ names: ['name'], closed: true }),
    async *read(ctx, _shard, position) {
      const progress = rowsRead(input.isStdin, position)
      let isFirst = true
      for await (const found of textLines(input.text(ctx), input.name)) {
        if (isFirst && found[0]?.text.trimStart().startsWith('{'))
          throw new EntrapipeError(
            'INPUT_MALFORMED',
            `Line ${found[0].line} of ${input.name} is a JSON object, not a name.`,
            {
              facts: { line: found[0].line },
            },
          )
        isFirst = false
        const fresh = found.filter(() => progress.isNew())
        const rows = fresh.map(({ line, text }) => ({ key: line, value: { name: text.trim() } }))
        if (progress.isPastStart) yield { rows, ...progress.position }
      }
    },
  }
}
