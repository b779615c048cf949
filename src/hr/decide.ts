import { accountIn, type Candidate, type DecideOptions, type Held, type Remembered } from './candidate.ts'
import { daysBetween } from './days.ts'
import { decideJoiner } from './decide-joiner.ts'
import { decideLeaver } from './decide-leaver.ts'
import { decideMover, decideRehire } from './decide-mover.ts'
import type { Decision } from './decision.ts'
import type { Mapping } from './mapping.ts'
import { conflict, nothing, type Outcome } from './outcome.ts'
import { ownsChanged } from './scope.ts'

const outcomeOf = (
  mapping: Mapping,
  person: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  options: DecideOptions,
): Outcome => {
  if (held && !held.owned)
    return conflict(
      'The account is outside the scope of the feed.',
      'Correct the account, or the scope of the mapping.',
    )
  if (person.standing === 'leaver') return decideLeaver(mapping, person, held, remembered, options)
  const daysLeft = person.starts === null ? 0 : daysBetween(person.today, person.starts)
  const isEarly = daysLeft > mapping.joiners.createDaysBefore
  if (isEarly || (held && !held.deleted && daysLeft > 0 && remembered?.class === 'leaver'))
    return nothing('waiting', `Starts on ${person.starts}.`)
  if (!held) return decideJoiner(mapping, person, options)
  const outcome = held.deleted ? decideRehire(mapping, person, held) : decideMover(mapping, person, held, remembered)
  return leavesScope(mapping, held, outcome) ? outside(mapping) : outcome
}

/** The next feed would not know the account any more. */
const leavesScope = (mapping: Mapping, { value }: Held, { changes = {} }: Outcome): boolean =>
  Object.keys(changes).length > 0 && !ownsChanged(mapping, value, changes)

const outside = ({ scope }: Mapping): Outcome => ({
  ...nothing('failed', `The account would be outside the scope of the feed, ${scope.text}.`),
  fix: 'Correct the row, or the scope of the mapping.',
})

/**
 * What is to be done about a person who has, or has not, an account. Names that are generated, managers and groups come later.
 */
export const decide = (
  mapping: Mapping,
  person: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  options: DecideOptions,
): Decision => {
  const found = outcomeOf(mapping, person, held, remembered, options)
  return {
    key: person.key,
    name: person.name,
    ...(person.line === null || person.line === undefined ? {} : { line: person.line }),
    ...accountIn(held),
    changes: {},
    notes: [],
    ...found,
  }
}
