import type { Context } from '../../../core/context.ts'
import { EntrapipeError } from '../../../core/errors.ts'
import { given } from '../../../core/given.ts'
import type { Fields } from '../../../core/json.ts'
import type { Read, Source } from '../../../core/parts.ts'
import type { Destination } from '../../../core/place.ts'
import type { Row } from '../../../core/row.ts'
import { latestLink } from '../drift.ts'
import { isLate, lateShard } from '../late.ts'
import type { DeltaRow } from './changed-rows.ts'
import type { SavedDelta } from './delta-memory.ts'
import { deltaRun, type DeltaRun } from './delta-run.ts'
import { isExpired } from './expired.ts'
import { keptDelta } from './kept-delta.ts'
import { memoryName, openDelta, timeOf, type OpenDelta } from './open-delta.ts'
import { readRound } from './read-round.ts'

/** A collection, and the `$select` of its delta. */
interface DeltaStream {
  readonly path: string
  readonly select: readonly string[]
  /** Only these objects. @default all */
  readonly ids?: readonly string[] | undefined
}

/** What a delta reads, and what its rows are. */
export interface DeltaParts {
  /** What changes, in words and in the name of the state: `users`. */
  readonly of: string
  /** The collections whose changes are read. */
  readonly streams: readonly DeltaStream[]
  /** Apart from other deltas of the same: lower-case letters, digits and hyphens, at most 20. */
  readonly name: string | undefined
  readonly place: Pick<Destination, 'published'> | undefined
  readonly columns: readonly string[]
  /** Reads everything. Its `count` counts what has a row each. */
  readonly full: Source<Fields>
  /** The rows of what has changed, in lists, each with the place after it. The same for all processes of a run. @param from a place */
  changed(ctx: Context, run: DeltaRun, delta: OpenDelta, from: string | undefined): AsyncIterable<ChangedRows>
  /** The rows of what earlier runs had and a full load has not read: as it is now, or that it is gone. */
  unread(ctx: Context, ids: readonly string[]): Promise<readonly DeltaRow[]>
}

/** Some rows, and the place after them. */
interface ChangedRows {
  readonly rows: readonly DeltaRow[]
  readonly after: string
}

const nameShape = /^[a-z][a-z0-9-]{0,19}$/
const changesShard = 'changes'

/**
 * A source of changes: everything in the first run, and what has changed since the run before in later ones. See `sources/delta`.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const deltaSource = (parts: DeltaParts): Source<Fields> => {
  const { of, streams, name, full, place } = parts
  if (name !== undefined && !nameShape.test(name))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected \`name\` to be lower-case letters, digits and hyphens, at most 20, got ${JSON.stringify(name)}`,
    )
  const file = memoryName({
    of,
    reads: streams.flatMap(({ path, select, ids = [] }) => [...select, ...ids].map(each => `${path}/${each}`)),
    name,
  })
  let opened: Promise<OpenDelta> | undefined
  let isChanges = false
  const open = (ctx: Context): Promise<OpenDelta> => {
    opened ??= openDelta(ctx, file, async () => full.count?.(ctx)).then(delta => {
      isChanges = delta.changes !== undefined
      return delta
    })
    return opened
  }

  async function* changes(ctx: Context, delta: OpenDelta, from: string | undefined): AsyncGenerator<Read<Fields>> {
    const run = deltaRun(ctx)
    await readRound(ctx, run, delta, of)
    for await (const { rows, after } of parts.changed(ctx, run, delta, from))
      yield { rows: noted(run, rows), position: { after } }
  }

  /** What earlier runs had and this one has not read. */
  async function* absent(ctx: Context, { memory }: OpenDelta): AsyncGenerator<Read<Fields>> {
    const run = deltaRun(ctx)
    for (const lists of [memory.ids(), memory.unsavedIds()])
      for await (const ids of lists) {
        const were = ctx.wasRead?.(ids)
        const unread = ids.filter((_, at) => !were?.[at])
        if (unread.length > 0) yield { rows: noted(run, await parts.unread(ctx, unread)) }
      }
  }

  return {
    kind: 'delta',
    usesGraph: true,
    keys: 'unique',
    live: () => !isChanges && (full.live ?? true) === true,
    async check(ctx) {
      await full.check?.(ctx)
      const { saved } = await open(ctx)
      if (place && saved && isChanges) await expectAnother(ctx, place, saved)
    },
    async describe(ctx) {
      const { saved } = await open(ctx)
      return {
        of,
        streams: streams.map(({ path, select }) => `${path}/delta?$select=${select.join(',')}`),
        ...given({ ids: streams[0]?.ids }),
        columns: parts.columns,
        ...given({ name }),
        load: isChanges ? 'changes' : 'full',
        ...given({ after: saved?.run }),
        generation: saved?.generation ?? 0,
      }
    },
    columns: () => ({ names: parts.columns, closed: true }),
    async split(ctx, most) {
      await open(ctx)
      if (isChanges) return [{ name: changesShard }]
      return (await full.split?.(ctx, most)) ?? [{ name: full.kind }]
    },
    async *read(ctx, shard, from) {
      const delta = await open(ctx)
      if (shard.name === changesShard)
        return yield* changes(ctx, delta, (from as { readonly after: string } | undefined)?.after)
      const run = deltaRun(ctx)
      if (!isLate(shard) || full.late)
        for await (const page of full.read(ctx, shard, from)) {
          run.add(
            page.rows.map(({ key }) => String(key)),
            false,
          )
          yield page
        }
      if (isLate(shard) && delta.saved) yield* absent(ctx, delta)
    },
    pace: ctx => (isChanges ? undefined : full.pace?.(ctx)),
    async count(ctx) {
      await open(ctx)
      return isChanges ? undefined : full.count?.(ctx)
    },
    async present(ctx) {
      await open(ctx)
      if (isChanges) return undefined
      // First: what changes from here on is in the next run.
      const sinceMs = timeOf(ctx)
      const links: string[] = []
      for (const { path, select, ids } of streams) {
        const link = await latestLink(ctx, path, select, ids).catch((error: unknown) => {
          throw isExpired(error) ? alwaysExpired(of, error as EntrapipeError) : error
        })
        if (link === undefined) throw noLink(of)
        links.push(link)
      }
      return { delta: links[0]!, ...((await full.present?.(ctx)) as object | undefined), links, sinceMs }
    },
    late: lateShard,
    ...(full.drift && { drift: full.drift }),
    delta: keptDelta(of, full, open),
  }
}

/** Notes the keys of rows that are about to be passed on. */
const noted = (run: DeltaRun, made: readonly DeltaRow[]): readonly Row<Fields>[] => {
  for (const gone of [false, true])
    run.add(
      made.filter(row => row.gone === gone).map(({ id }) => id),
      gone,
    )
  return made.map(({ id, value }) => ({ key: id, value }))
}

/** @throws EntrapipeError `OPTION_INVALID` if the place still has what the earlier run wrote there */
const expectAnother = async (
  ctx: Context,
  place: Pick<Destination, 'published'>,
  { run, files }: SavedDelta,
): Promise<void> => {
  const earlier = Object.create(ctx, { run: { value: run } }) as Context
  if (!(await place.published(earlier, files))) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    `${files[0]?.path ?? 'The output'} is of the load that these changes continue, and they would replace it.`,
    { facts: { run }, fix: 'Write the changes to another file or folder, or move it away once it is loaded.' },
  )
}

/** It answers so even to the request for a new link. */
const alwaysExpired = (of: string, cause: EntrapipeError): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_REFUSED',
    `Graph gives no link to the changes of ${of}: it answers even the request for a new one as if it had expired.`,
    { cause, facts: cause.facts, fix: 'Run the command again later, or export without a delta.' },
  )

/** A tenant without changes, such as one of External ID. */
const noLink = (of: string): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `Graph returned no link to the changes of ${of}.`, {
    fix: 'Some tenants have no change tracking. Export without a delta.',
  })
