import { EntrapipeError } from '../../../core/errors.ts'
import type { Context } from '../../../core/context.ts'
import { given } from '../../../core/given.ts'
import type { Fields, Json } from '../../../core/json.ts'
import type { DeltaFacts, Manifest } from '../../../core/manifest.ts'
import type { DeltaSource, Source } from '../../../core/parts.ts'
import { failuresIn } from '../../../core/result.ts'
import { countsOf, goneIn, judgedBy, linkNotes } from './delta-facts.ts'
import { deltaRun, type DeltaRun, type NextLinks } from './delta-run.ts'
import { timeOf, type OpenDelta } from './open-delta.ts'

/**
 * Keeps from where the next run of a delta continues.
 *
 * @param of what changes, in words: `users`
 * @param full reads everything; its `count` is compared with what is known after changes
 */
export const keptDelta = (
  of: string,
  full: Pick<Source<Fields>, 'count'>,
  open: (ctx: Context) => Promise<OpenDelta>,
): DeltaSource => {
  const notes = (ctx: Context, { saved, changes }: OpenDelta): readonly string[] =>
    linkNotes(of, saved ? timeOf(ctx) - saved.sinceMs : 0, saved !== undefined && !changes)
  return {
    begin: async ctx => notes(ctx, await open(ctx)),
    async facts(ctx, present) {
      const { memory, saved, changes } = await open(ctx)
      const run = deltaRun(ctx)
      const next = nextOf(run, present)
      const to = new Date(next.sinceMs).toISOString()
      if (!changes)
        return { facts: { kind: 'full', ...given({ after: saved?.run }), to, removed: saved ? goneIn(run) : 0 } }
      const { rows, known } = await countsOf(run, memory)
      const from = new Date(saved!.sinceMs).toISOString()
      const facts: DeltaFacts = { kind: 'changes', after: saved!.run, from, to, ...rows }
      return { facts, judged: judgedBy(of, known, next.counted, await full.count?.(ctx)) }
    },
    async stage(ctx, manifest, present) {
      const delta = await open(ctx)
      const { memory, saved, changes } = delta
      const known = notes(ctx, delta)
      const why = whyNotSaved(manifest)
      const run = deltaRun(ctx)
      if (((await memory.load())?.generation ?? 0) !== (saved?.generation ?? 0)) throw overtaken(of)
      const { links, sinceMs } = nextOf(run, present)
      await memory.stage({
        isSaved: why === undefined,
        generation: saved?.generation ?? 0,
        state: { links, sinceMs, run: ctx.run, files: manifest.files },
        isFull: !changes,
        keys: run.keys(),
      })
      return why === undefined ? known : [...known, `${why}, so the next run reports the same changes again.`]
    },
    async save(ctx) {
      const { memory, saved } = await open(ctx)
      await memory.save(ctx.run)
      const now = await memory.load()
      return now === undefined || now.run === ctx.run || now.generation === (saved?.generation ?? 0)
        ? undefined
        : `Run ${now.run} of the same delta ended first, and the next run continues after that one. Load the rows of both. To run two side by side, give each its own --delta-name.`
    },
  }
}

/** What the other run saved is what this one compared its changes with, so that its rows may lack some. */
const overtaken = (of: string): EntrapipeError =>
  new EntrapipeError(
    'RUN_ACTIVE',
    `Another run has exported these changes of ${of} meanwhile, so this one is not published.`,
    {
      fix: 'Start again with --fresh: it continues after that run. If there are several readers, each needs a name of its own (--delta-name).',
    },
  )

const whyNotSaved = ({ counts, limit }: Manifest): string | undefined => {
  if (failuresIn(counts) > 0) return 'Rows failed'
  return limit === undefined ? undefined : 'A limit ended the run'
}

/** Where the next run begins: after the changes that were read, or where a full load began. */
const nextOf = (run: DeltaRun, present: Json | undefined): NextLinks => (run.next ?? present) as unknown as NextLinks
