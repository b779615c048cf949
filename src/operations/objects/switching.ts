import type { Identity } from '../../core/graph.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, Notable, Operation, Values } from '../../core/operation.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { idIn, notFound, ofOne, settleOne } from './one.ts'
import { liveSeen, valuesOf } from './read.ts'

/** How objects of a kind are enabled and disabled. */
interface Switching {
  readonly of: ObjectKind
  readonly verb: 'enable' | 'disable'
  readonly title: string
  /** Properties that say where an object is mastered. */
  readonly mastery: readonly string[]
  /** Why these properties of an object cannot be changed; undefined if they can. */
  readonly mastered: (paths: readonly string[], seen: Values, own: Identity | undefined) => Finding | undefined
  /** What people want to know before an object is disabled. */
  readonly notable: { readonly properties: readonly string[]; readonly of: (seen: Values) => readonly Notable[] }
}

/** Enables or disables objects. */
export const switchingOf = ({ of, verb, title, mastery, mastered, notable }: Switching): Operation => {
  const { noun, word, path } = objectKinds[of]
  const accountEnabled = verb === 'enable'
  return {
    ...ofOne(`${verb}-${noun}`, of),
    title,
    repeat: () => 'never',
    async look(values, context) {
      const ids = values.map(value => idIn(of, value))
      const asked = ['accountEnabled', ...mastery, ...(accountEnabled ? [] : notable.properties), ...context.expected]
      const seen = await liveSeen(of, ids, asked, context)
      const own = await context.graph.signedInAs?.(context.signal)
      return ids.map((id, at): Looked => {
        const found = seen[at]
        if (!found) return notFound(of, id)
        if (found['accountEnabled'] === accountEnabled)
          return { outcome: 'unchanged', id, message: `Already ${accountEnabled ? 'enabled' : 'disabled'}.` }
        return (
          mastered(['accountEnabled'], found, own) ?? {
            send: valuesOf(found, ['accountEnabled', ...context.expected]),
            notable: accountEnabled ? [] : notable.of(found),
          }
        )
      })
    },
    ...(!accountEnabled && { removal: () => 'disable' as const }),
    ...(of === 'user' && { isSensitive: true }),
    request: ([row]) => ({ method: 'PATCH', url: `${path}/${idIn(of, row!.value)}`, body: { accountEnabled } }),
    settle: (rows, reply) => settleOne(of, rows, reply),
    async decide(rows, context) {
      const ids = rows.map(({ value }) => idIn(of, value))
      const seen = await liveSeen(of, ids, ['accountEnabled'], context)
      return ids.map((id, at): Decision => {
        const found = seen[at]
        if (!found) return { unknown: `No reply came, and then the ${word} was deleted.` }
        return found['accountEnabled'] === accountEnabled ? seenAfterLoss(id) : 'not-done'
      })
    },
    inverse: value => ({
      kind: `${accountEnabled ? 'disable' : 'enable'}-${noun}`,
      value: { [of]: idIn(of, value) },
      expected: { accountEnabled },
    }),
  }
}
