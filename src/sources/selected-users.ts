import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import type { SortedEntry, Sorter } from '../core/sorted.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { productsOf, type Products } from '../licensing/products.ts'
import { readSubscribedSkus } from '../licensing/subscribed-skus.ts'
import { once } from '../core/once.ts'
import { thousands } from '../core/thousands.ts'
import type { Entity } from './graph/listing.ts'
import { unlessRefused } from './graph/refused.ts'
import { combined, withoutRepeats, type How } from './selection/combined.ts'
import { readTerm, type KeptRow } from './selection/read-term.ts'
import { describedTerm, expectTerm, namesProducts, shownTerm, sourceOf, type SelectionTerm } from './selection/term.ts'

/** Options of `selectedUsers`. */
export interface SelectedUsersOptions {
  readonly first: SelectionTerm
  /** Terms that add users (`also`), keep only those whom they have (`only`), or leave them out (`except`), one after the other. */
  readonly then?: readonly (SelectionTerm & { readonly how: How })[]
}

/** What a selection tells about a term: how many users it has, and how many are selected after it. */
export interface TermCount {
  readonly how: 'first' | How
  readonly term: string
  readonly users: number
  readonly selected: number
}

/** Name under which the counts of a selection are kept with the run (`ctx.tell`). */
export const selectionTold = 'selection'

/**
 * Users who are chosen by several terms, in the order of the first term; those whom another term adds follow. A row has `id`, and if the
 * first term is a list, also the columns and the key of its row, as often as the list names the user. All terms are read and combined
 * before the first row, and each is reported with its count. They are sorted by id on disk: about 50 MB of memory, whatever the number of users.
 *
 * Nobody is selected if users who are left out may be missing: a name that is not found, a group whose members are hidden, or fewer rows
 * than were counted.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILTER_INVALID` at once; `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `SKU_UNKNOWN`, `SKU_AMBIGUOUS` in
 *   its check; then `OBJECT_UNKNOWN`, `INPUT_INCOMPLETE`, `DISK_FULL`, and what the source of a list throws
 */
export const selectedUsers = (options: SelectedUsersOptions): Source<Entity> => {
  expectOptions('selectedUsers', options, {
    first: needed(
      'a term: from, group, filter, has, without or ids',
      value => typeof value === 'object' && value !== null,
    ),
    then: optional,
  })
  const { first, then = [] } = options
  expectTerm(first, 'first')
  for (const term of then) {
    expectTerm(term, 'then')
    if (!['also', 'only', 'except'].includes(term.how))
      throw new EntrapipeError('OPTION_INVALID', 'A term of then of selectedUsers needs how: also, only or except.')
  }
  const terms = [{ ...first, how: 'first' as const }, ...then]
  // Filters are checked at once.
  const ready = terms.map(term => (namesProducts(term) ? undefined : sourceOf(term, new Map())))
  let sources: (() => Promise<readonly Source<Entity>[]>) | undefined
  const opened = (ctx: Context): Promise<readonly Source<Entity>[]> =>
    (sources ??= once(async () => {
      const products = ready.includes(undefined) ? await productsIn(ctx) : new Map()
      return terms.map((term, at) => ready[at] ?? sourceOf(term, products))
    }))()
  const keepsRows = 'from' in first
  return {
    kind: 'selected-users',
    usesGraph: true,
    live: false,
    ...(!keepsRows && { keys: 'unique' }),
    ...(terms.some(term => 'from' in term && term.from.resumable === false) && { resumable: false }),
    async check(ctx) {
      for (const source of await opened(ctx)) await source.check?.(ctx)
    },
    describe: async ctx => ({
      first: await describedTerm(first, ctx),
      then: await Promise.all(then.map(term => describedTerm(term, ctx))),
    }),
    columns: () => ({ names: ['id'], closed: !keepsRows }),
    async *read(ctx) {
      const sorters: Sorter[] = []
      const sorterOf = (name: string): Sorter => {
        sorters.push(ctx.store.sorter(name))
        return sorters.at(-1)!
      }
      await ctx.untilShown()
      try {
        const counts: { users: number; selected: number }[] = []
        let selected: Iterable<SortedEntry> = []
        let order = 0
        for (const [at, source] of (await opened(ctx)).entries()) {
          const { how } = terms[at]!
          const sorter = sorterOf(`term-${at}`)
          const count = { users: 0, selected: 0 }
          counts.push(count)
          order += await readTerm(ctx, {
            source,
            shown: shownTerm(terms[at]!),
            sorter,
            excludes: how === 'except',
            isOrdered: how === 'first' || how === 'also',
            keepsRows: at === 0 && keepsRows,
            from: order,
          })
          const entries = sorter.sorted()
          const own = at === 0 && keepsRows ? entries : withoutRepeats(entries)
          const users = countingUsers(own, () => count.users++)
          selected = countingUsers(how === 'first' ? users : combined(how, selected, users), () => count.selected++)
        }
        const inOrder = sorterOf('order')
        let passed = 0
        for (const { key, at, bytes } of selected) {
          inOrder.add(String(at).padStart(16, '0'), at, bytes.length > 0 ? bytes.toString() : key)
          // Nothing is awaited, and the process must still see a signal.
          if (++passed % 10_000 !== 0) continue
          await new Promise(setImmediate)
          ctx.signal.throwIfAborted()
        }
        await tellCounts(
          ctx,
          terms.map((term, at) => ({ how: term.how, term: shownTerm(term), ...counts[at]! })),
        )
        yield* pagesOf(inOrder.sorted())
      } finally {
        for (const sorter of sorters) sorter.remove()
      }
    },
  }
}

const productsIn = async (ctx: Context): Promise<Products> =>
  productsOf((await unlessRefused(() => readSubscribedSkus(ctx.graph, ctx.signal))) ?? [])

/** Passes entries on, and reports each user once. */
function* countingUsers(entries: Iterable<SortedEntry>, found: () => void): Generator<SortedEntry, void, void> {
  let last: string | undefined
  for (const entry of entries) {
    if (entry.key !== last) found()
    last = entry.key
    yield entry
  }
}

const tellCounts = async (ctx: Context, counts: readonly TermCount[]): Promise<void> => {
  await ctx.tell(
    selectionTold,
    counts.map(count => ({ ...count })),
  )
  const told = counts.map(({ how, term, users }) => `${how === 'first' ? '' : `${how} `}${term}: ${thousands(users)}`)
  const { selected } = counts.at(-1)!
  ctx.origin({ note: `Selected ${thousands(selected)} ${selected === 1 ? 'user' : 'users'} (${told.join('; ')}).` })
}

const rowsPerPage = 1000

function* pagesOf(entries: Iterable<SortedEntry>): Generator<{ readonly rows: readonly Row<Entity>[] }, void, void> {
  let rows: Row<Entity>[] = []
  for (const { bytes } of entries) {
    const text = bytes.toString()
    rows.push(text.startsWith('{') ? (JSON.parse(text) as KeptRow) : { key: text, value: { id: text } })
    if (rows.length < rowsPerPage) continue
    yield { rows }
    rows = []
  }
  if (rows.length > 0) yield { rows }
}
