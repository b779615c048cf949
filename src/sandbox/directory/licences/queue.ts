import { column, words } from '../memory/column.ts'
import { addValue, type Memory } from '../memory/memory.ts'
import type { Author } from '../types.ts'
import type { Authors } from '../authors.ts'

/** A group whose members are processed. */
export interface GroupJob {
  readonly slot: number
  readonly atMs: number
  readonly by: Author
  /** Position in the members. */
  cursor: number
  /** Members that were processed. */
  done: number
}

/** A user who joined or left a group, or was restored. */
interface UserJob {
  readonly slot: number
  readonly user: number
  readonly atMs: number
  readonly by: Author
}

/** What group-based licensing still has to process, in the order of the changes. */
export interface Queue {
  addGroup(slot: number, atMs: number, by: Author): void
  addUser(job: UserJob): void
  /** The first group. */
  group(): GroupJob | undefined
  endGroup(): void
  user(): UserJob | undefined
  endUser(): void
  /** How many of the first users, at most so many, changed up to a time. */
  dueUsers(untilMs: number, most: number): number
  /** The state of a group, as `licenseProcessingState` names it. */
  stateOf(slot: number): 'QueuedForProcessing' | 'ProcessingInProgress' | 'ProcessingComplete'
}

/** Creates an empty queue. Users are outside the heap: 24 bytes each. */
export const queueOf = (memory: Memory, authors: Authors): Queue => {
  const user = words(memory, 'licence.job.user', true)
  const slot = words(memory, 'licence.job.slot', true)
  const at = column(memory, 'licence.job.at', Float64Array, true)
  const author = words(memory, 'licence.job.by', true)
  let [first, count] = [0, 0]
  let groups: GroupJob[] = []
  addValue(
    memory,
    'licence.job.known',
    () => ({ first, count, groups }),
    saved => ({ first, count, groups } = saved),
  )
  return {
    addGroup(number, atMs, by) {
      // What the group assigns is read when it is processed: a later change replaces an earlier one.
      groups = groups.filter(job => job.slot !== number)
      groups.push({ slot: number, atMs, by, cursor: 0, done: 0 })
    },
    addUser(job) {
      user.set(count, job.user)
      slot.set(count, job.slot)
      at.set(count, job.atMs)
      author.set(count, authors.add(job.by))
      count++
    },
    group: () => groups[0],
    endGroup: () => void groups.shift(),
    user: () =>
      first < count
        ? { user: user.get(first), slot: slot.get(first), atMs: at.get(first), by: authors.get(author.get(first)) }
        : undefined,
    endUser: () => void first++,
    dueUsers(untilMs, most) {
      let due = 0
      while (due < most && first + due < count && at.get(first + due) <= untilMs) due++
      return due
    },
    stateOf(number) {
      const job = groups.find(each => each.slot === number)
      if (!job) return 'ProcessingComplete'
      return job.done > 0 ? 'ProcessingInProgress' : 'QueuedForProcessing'
    },
  }
}
