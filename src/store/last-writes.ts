import type { Clock } from '../core/clock.ts'
import { isFields } from '../core/json.ts'
import { kindAbout, namedAs, objectKinds } from '../core/object-kinds.ts'
import type { Values } from '../core/operation.ts'
import { subjectOf } from './ledger-tables.ts'
import type { Entry } from './ledger-types.ts'
import type { RunStore } from './run-store.ts'
import { phasesOf, type RunInfo } from './types.ts'

/** What is known of a row's object. */
type NamedRow = Pick<Entry, 'about' | 'locks' | 'row' | 'before' | 'id'>

/** Knows what this store wrote to a tenant lately. */
export interface LastWrites {
  /**
   * Returns for each row when something about its object, or about an object that it names, was last written; undefined if not since.
   */
  of(rows: readonly NamedRow[], sinceMs: number): Promise<readonly (number | undefined)[]>
  /** When anything was last written; undefined if not since. */
  latest(sinceMs: number): Promise<number | undefined>
}

/** What was written, and by whom. */
export interface LastWritesOptions {
  /** Id of the directory. */
  readonly tenant: string
  /** The phase that asks: it knows what it wrote itself. */
  readonly except: { readonly run: string; readonly phase: string }
}

const texts = (values: readonly unknown[]): readonly string[] =>
  values.flatMap(value => (typeof value === 'string' && value !== '' ? [value.toLowerCase()] : []))

const valueIn = (name: string, { row, before }: NamedRow): readonly string[] => {
  const places: readonly (Values | undefined)[] = [row.value, row.value['properties'] as Values, row.expected, before]
  return texts(places.map(place => (isFields(place) ? place[name] : undefined)))
}

/** The names by which rows know the object of a row: its id, and what new objects are named by. */
const namesOf = (row: NamedRow): readonly string[] => {
  const { about, locks, id } = row
  const [lock] = locks
  const kind = kindAbout(about)
  return [
    about,
    ...(lock !== undefined && about.endsWith(lock) ? [lock] : []),
    ...(id === undefined ? [] : [id]),
    ...valueIn('userPrincipalName', row),
    ...valueIn('mail', row),
    ...(kind === undefined || !objectKinds[kind].by.includes('displayName')
      ? []
      : valueIn('displayName', row).map(name => namedAs(kind, name))),
  ]
}

/** Opens it, with nothing read. What was written is read once, however often it is asked: eight bytes of each name are kept. */
export const openLastWrites = (
  runs: Pick<RunStore, 'list' | 'read'>,
  { tenant, except }: LastWritesOptions,
  { now }: Pick<Clock, 'now'>,
): LastWrites => {
  const last = new Map<number, number>()
  /** Number of the last attempt that need not be read again, by run and phase. */
  const reached = new Map<string, number>()
  /** Runs that were read after they had ended. */
  const over = new Set<string>()
  let latest = 0

  const readPhase = (info: RunInfo, phase: string, sinceMs: number): Promise<void> =>
    runs.read(info.id, async run => {
      const place = `${info.id}/${phase}`
      let isOpen = false
      for (let after = reached.get(place); ;) {
        const { rows, number, open } = await run.phase(phase).ledger().writtenSince(sinceMs, after)
        if (number === undefined) return
        after = number
        // While its run is in progress, an attempt without a reply may be performed at any time.
        if (!isOpen) reached.set(place, info.status === 'running' && open !== undefined ? open - 1 : number)
        isOpen ||= info.status === 'running' && open !== undefined
        // What seems to lie ahead was written before the clock was set back.
        const nowMs = now()
        for (const { atMs: writtenMs, ...row } of rows) {
          const atMs = Math.min(writtenMs, nowMs)
          latest = Math.max(latest, atMs)
          for (const name of namesOf(row)) {
            const key = subjectOf(name)
            last.set(key, Math.max(last.get(key) ?? 0, atMs))
          }
        }
      }
    })
  const refresh = async (sinceMs: number): Promise<void> => {
    for (const [key, atMs] of last) if (atMs < sinceMs) last.delete(key)
    for (const info of await runs.list({ tenant, writes: true })) {
      const isRecent = (info.endedAt ?? Infinity) >= sinceMs
      if (!isRecent || over.has(info.id)) continue
      for (const phase of phasesOf(info))
        if (info.id !== except.run || phase !== except.phase) await readPhase(info, phase, sinceMs)
      if (info.endedAt !== undefined) over.add(info.id)
    }
  }

  return {
    async of(rows, sinceMs) {
      await refresh(sinceMs)
      if (last.size === 0) return rows.map(() => undefined)
      return rows.map(row => {
        const names = [...namesOf(row), ...texts(Object.values(row.row.value))]
        const known = names.flatMap(name => last.get(subjectOf(name)) ?? [])
        return known.length === 0 ? undefined : Math.max(...known)
      })
    },
    async latest(sinceMs) {
      await refresh(sinceMs)
      return latest >= sinceMs && latest > 0 ? latest : undefined
    },
  }
}
