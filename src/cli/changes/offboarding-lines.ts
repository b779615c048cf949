import type { Json } from '../../core/json.ts'
import { joined } from '../../core/joined.ts'
import type { ToldPeople } from '../../catalogue/offboarding/leavers.ts'
import { counted } from '../report/words.ts'

/** What each person has, in the order in which it is taken. */
const nouns: readonly (readonly [operation: string, one: string])[] = [
  ['unassign-role', 'role'],
  ['unassign-eligible-role', 'eligible role'],
  ['remove-member', 'membership'],
  ['remove-owner', 'ownership'],
  ['remove-license', 'product'],
]

/** What people have and would lose, as text: a line for each, and for what stays. */
export const offboardingLines = (value: Json): readonly string[] => {
  const { people, total } = value as object as ToldPeople
  return [
    ...(people.length === 0 ? [] : ['What they have:']),
    ...people.flatMap(({ user, enabled, changes, kept }) => {
      const lost = nouns.flatMap(([operation, one]) => (changes[operation] ? [counted(changes[operation], one)] : []))
      const ends = changes['delete-user'] ? ', deleted later' : ''
      return [
        `  ${user}, ${enabled ? 'enabled' : 'disabled'}: ${lost.length > 0 ? `loses ${joined(lost)}` : 'loses nothing'}${ends}`,
        ...kept.map(why => `    stays: ${why}`),
      ]
    }),
    ...(total > people.length
      ? [
          `  and ${counted(total - people.length, 'more person', 'more people')}: --results lists what all of them have.`,
        ]
      : []),
  ]
}
