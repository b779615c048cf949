import type { Mutation } from '../../src/sandbox/directory/types.ts'
import { GraphFault } from '../../src/sandbox/protocol.ts'
import type { Booked } from './books.ts'
import type { CheckedRow, Deed } from './compare.ts'
import type { Stage } from './stage.ts'

/** What a row did to the directory, by the truth. */
type Judged = Pick<CheckedRow, 'deeds' | 'mustBeDone' | 'isAsWanted'>

/** Where the secrets of a trial go. */
export interface HandsOut {
  /** Name of the file in the folder of the stage. */
  readonly file: string
  /** Compares what was handed out with the truth. Returns what is wrong, as sentences. */
  check(handedOut: readonly HandedOut[], rows: readonly Booked[]): readonly string[]
}

/** A line of a file of credentials. */
export interface HandedOut {
  readonly user: string
  readonly secret: string
}

/** One run of a campaign: a command, and how its results are compared with the truth. */
export interface Trial {
  readonly name: string
  readonly args: readonly string[]
  /** More options, also of `runs resume`. */
  readonly options?: readonly string[]
  /** It creates objects, and its command has no brakes and no protection. */
  readonly onlyCreates?: true
  /** Writes that faults strike. */
  readonly writes: readonly string[]
  /** Number of its rows. @default that of the campaign */
  readonly rows?: number
  /** About so many rows are in one write. */
  readonly rowsPerWrite: number
  /**
   * The second writer's next change, near the row that is about to be sent. Returns false if it did not succeed.
   *
   * @param place of a row in the order in which rows are sent
   * @param isUnderWay whether the run has begun to send
   */
  rival?(place: number, isUnderWay: boolean): boolean
  /** It also comes between in a short run: what is not known to be this run's is unknown. */
  readonly rivalComesAnyTime?: true
  /** Reads the truth once, for all rows. */
  judge(): (row: Booked) => Judged
  /** Takes back what the second writer did to a row whose outcome is unknown, so that it can be decided again. */
  concede?(row: Booked): void
  /** Changes of the second writer that this run has touched, as sentences. */
  touched?(): readonly string[]
  /** What the same command does a second time: what is as wanted is `unchanged`, or it is refused since nothing shows. */
  readonly again?: 'unchanged' | 'refused'
  /** Passwords or passes that the run hands out. */
  readonly handsOut?: HandsOut
  /** Looks at the end, when nobody changes anything any more. Returns what is wrong, as sentences. */
  ended?(rows: readonly Booked[]): readonly string[]
}

/** Makes a change as the control endpoint does. Returns false if the directory refuses it. */
export const mutate = (stage: Pick<Stage, 'directory'>, mutation: Mutation): boolean => mutateAll(stage, [mutation])

/** Makes several changes at once, all or none. */
export const mutateAll = ({ directory }: Pick<Stage, 'directory'>, mutations: readonly Mutation[]): boolean => {
  try {
    directory.commit(mutations, { request: 'control' })
    return true
  } catch (error) {
    if (error instanceof GraphFault) return false
    throw error
  }
}

/** Collects deeds by the object or link that they changed. */
export const deedsBy = () => {
  const found = new Map<string, Deed[]>()
  return {
    add(name: string, deed: Deed) {
      const deeds = found.get(name)
      if (deeds) deeds.push(deed)
      else found.set(name, [deed])
    },
    of: (name: string): readonly Deed[] => found.get(name) ?? [],
  }
}
