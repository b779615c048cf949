import type { Change, Entity, Truth } from './types.ts'

/** All changes in order, and the history of each object. */
interface Ledger {
  readonly sequence: number
  add(change: Change, by: string): void
  after(sequence: number): readonly Change[] | undefined
  historyOf(id: string): Truth['history']
  /** Kind of an object that was changed. */
  kindOf(id: string): Truth['kind'] | undefined
}

/** Keeps the last `kept` changes for delta, and the complete history of each object. */
export const ledger = (kept: number): Ledger => {
  let changes: Change[] = []
  let first = 1
  const histories = new Map<string, { readonly kind: Truth['kind']; readonly entries: Truth['history'][number][] }>()
  const last = (): number => first + changes.length - 1
  return {
    get sequence() {
      return last()
    },
    add(change, by) {
      changes.push(change)
      if (changes.length > 2 * kept) {
        first += changes.length - kept
        changes = changes.slice(-kept)
      }
      const { id, sequence, atMs, what } = change
      const history = histories.get(id)
      const entry = { sequence, atMs, what, by }
      if (history) history.entries.push(entry)
      else histories.set(id, { kind: change.kind, entries: [entry] })
    },
    after(sequence) {
      return sequence + 1 < first ? undefined : changes.slice(Math.max(0, sequence + 1 - first))
    },
    historyOf: id => histories.get(id)?.entries ?? [],
    kindOf: id => histories.get(id)?.kind,
  }
}

/** Assembles the history and state of an object. */
export const truthOf = (
  { kind, id }: { readonly kind: Truth['kind']; readonly id: string },
  history: Truth['history'],
  live: Entity | undefined,
  binned: Entity | undefined,
): Truth => ({
  kind,
  id,
  state: live ? 'live' : binned ? 'deleted' : 'purged',
  versions: history.length,
  history,
  entity: live ?? binned,
})
