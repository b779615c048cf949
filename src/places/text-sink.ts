import type { Context } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import type { Mark, Sink, Writer } from '../core/parts.ts'
import { blankColumns } from './blank-columns.ts'
import { clearFile, discardFile, isPublished, leftoverOf, type FileMark } from './byte-file.ts'
import { stdoutWriter } from './stdout-writer.ts'
import { checkTarget, targetOf } from './target.ts'
import { textFile } from './text-file.ts'
import { factsOf, refusal, type TextSinkOptions } from './text-sink-options.ts'

type SavedMark = FileMark & { readonly encoder: Json; readonly blank?: readonly string[] }

/**
 * A sink that writes one text to a file or to stdout: the shared half of csv, jsonl and json.
 *
 * The file is `<name>.partial` until commit, each checkpoint is on the disk before it is answered, and what was written
 * after the mark is cut away on resume. Stdout cannot be cut back: not resumable.
 */
export const textSink = <In>(options: TextSinkOptions): Sink<In> => {
  const { kind, to, describe, encoder } = options
  if (to === '-')
    return {
      kind,
      resumable: false,
      check: async () => void encoder(),
      describe: async () => describe,
      target: () => undefined,
      get stream() {
        return options.stdout ?? process.stdout
      },
      open: async ctx => stdoutWriter(ctx, options),
    }
  return {
    kind,
    async check(ctx) {
      encoder()
      await checkTarget(targetOf(ctx, to))
    },
    describe: async () => describe,
    target: ctx => targetOf(ctx, to),
    open: (ctx, from, like) => fileWriter(ctx, options, from as SavedMark | undefined, like),
    async published(ctx, files) {
      const facts = files.find(file => file.path === to)
      return facts !== undefined && isPublished(targetOf(ctx, to), { ...facts, run: ctx.run }, ctx.signal)
    },
    leftover: ctx => leftoverOf(targetOf(ctx, to)),
    discard: async ctx => void (await discardFile(targetOf(ctx, to))),
    clear: ctx => clearFile(targetOf(ctx, to)),
  }
}

const fileWriter = async <In>(
  ctx: Context,
  options: TextSinkOptions,
  from: SavedMark | undefined,
  like: string | undefined,
): Promise<Writer<In>> => {
  const { kind, to, encoder, compressor } = options
  const rows = encoder(from?.encoder)
  const file = await textFile(targetOf(ctx, to), {
    ...(from && { from }),
    ...(compressor && { compressor: compressor() }),
  })
  const blank = blankColumns(options.emptyColumns, from?.blank)
  const refuse = refusal(ctx, kind)

  return {
    async write(page) {
      const { rowsAtOnce = page.length } = rows
      for (let at = 0; at < page.length; at += rowsAtOnce)
        await file.write(rows.rows(page.slice(at, at + rowsAtOnce), refuse))
      blank.see(page, rows.columns)
    },
    async checkpoint(cut) {
      const left = blank.left()
      const mark: SavedMark = { ...(await file.mark()), encoder: rows.save(), ...(left && { blank: left }) }
      return { mark: mark as Mark, cut }
    },
    async finish() {
      await file.write(rows.end())
      const { bytes, sha256 } = await file.finish()
      return [factsOf(options, rows, { bytes, sha256 }, blank.left())]
    },
    async close(end, manifest) {
      if (end === 'commit') await file.publish(manifest && `${JSON.stringify(manifest, undefined, 2)}\n`, like)
      else if (end === 'keep') await file.keep()
      else await file.remove()
    },
  }
}
