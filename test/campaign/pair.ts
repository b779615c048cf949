import { isNotUndoable } from './not-undoable.ts'
import type { Attempt } from '../../src/sandbox/directory/truth-types.ts'
import type { Booked } from './books.ts'
import { deedsBy, type Trial } from './trial.ts'

type Given = 'added' | 'removed'

/** What is given and taken: links between objects, or roles. Each has a name, which says who has what. */
interface PairForm {
  /** What is given, for the names of the trials: `members`. */
  readonly noun: string
  readonly verbs: readonly [give: string, take: string]
  /** The command without its verb and file. */
  readonly command: readonly string[]
  /** More of it, after its verb. */
  readonly more?: readonly string[]
  readonly file: string
  readonly writes: Readonly<Record<'give' | 'take', readonly string[]>>
  readonly rowsPerGift: number
  /** Names in the order in which their rows are sent. */
  readonly inOrder: readonly string[]
  readonly nameOf: (value: Booked['value']) => string
  readonly truth: () => Iterable<{ readonly name: string; readonly by: readonly Attempt[] }>
  readonly isThere: (name: string) => boolean
  /** Somebody else gives or takes it. Returns false if the directory refuses that. */
  readonly change: (name: string, what: Given) => boolean
  /** What a second run of the same file must find. */
  readonly again?: Trial['again']
}

/** Trials that give something and take it, and their undo: the last one is undone first. */
interface Pair {
  readonly give: Trial
  readonly take: Trial
  readonly undoTake: Omit<Trial, 'args'>
  readonly undoGive: Omit<Trial, 'args'>
}

/** Makes the trials of what is given and taken. */
export const pairOf = (form: PairForm): Pair => {
  const { noun, verbs, command, more = [], file, writes, inOrder, nameOf, isThere } = form

  const trial = (what: Given) => {
    /** Names of what the second writer changed. */
    const rivals = new Set<string>()
    const judge =
      (byAnother?: ReadonlySet<string>): Trial['judge'] =>
      () => {
        const deeds = deedsBy()
        /** What was there once. An addition may have stayed unknown, and not performed. */
        const added = new Set<string>()
        for (const { name, by } of form.truth())
          for (const each of by) {
            if (each.what === what) deeds.add(name, each.client)
            if (each.what === 'added') added.add(name)
          }
        return ({ value, outcome, code }) => {
          const name = nameOf(value)
          return {
            deeds: deeds.of(name),
            // An undo leaves what is unknown, and what somebody else has undone.
            mustBeDone: byAnother
              ? !byAnother.has(name) && (what === 'added' || added.has(name))
              : !isNotUndoable(code) && outcome !== 'unchanged',
            isAsWanted: isThere(name) === (what === 'added'),
          }
        }
      }
    const rival = (place: number): boolean => {
      const name = inOrder[Math.min(place, inOrder.length - 1)]!
      const made = form.change(name, what)
      if (made) rivals.add(name)
      return made
    }
    return { rivals, judge, rival }
  }

  const [giving, taking] = [trial('added'), trial('removed')]
  /** What the second writer gave, and is there after the first undo. Takings that are unknown are not undone. */
  let left: readonly string[] = []
  /** What the second writer changed and this run changed back. */
  const touched = (wanted: boolean, rivals: Iterable<string>): readonly string[] =>
    [...rivals].flatMap(name => (isThere(name) === wanted ? [] : [`${name} is ${wanted ? 'not ' : ''}there`]))
  const argsOf = (verb: string): readonly string[] => [...command, verb, '--from', file, ...more]
  return {
    give: {
      name: `${verbs[0]} ${noun}`,
      args: argsOf(verbs[0]),
      writes: writes.give,
      rowsPerWrite: form.rowsPerGift,
      rival: giving.rival,
      rivalComesAnyTime: true,
      judge: giving.judge(giving.rivals),
      rows: inOrder.length,
      ...(form.again && { again: form.again }),
    },
    take: {
      name: `${verbs[1]} ${noun}`,
      args: argsOf(verbs[1]),
      writes: writes.take,
      rowsPerWrite: 1,
      rival: taking.rival,
      rivalComesAnyTime: true,
      judge: taking.judge(taking.rivals),
      rows: inOrder.length,
    },
    undoTake: {
      name: 'undo the removal',
      rows: inOrder.length,
      writes: writes.give,
      rowsPerWrite: form.rowsPerGift,
      judge: trial('added').judge(),
      touched() {
        left = [...giving.rivals].filter(name => !taking.rivals.has(name) && isThere(name))
        return touched(false, taking.rivals)
      },
    },
    undoGive: {
      name: 'undo the addition',
      rows: inOrder.length,
      writes: writes.take,
      rowsPerWrite: 1,
      judge: trial('removed').judge(),
      touched: () => touched(true, left),
    },
  }
}
