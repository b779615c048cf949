import type { Json } from '../core/json.ts'
import { isTime } from '../core/instant.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../core/operation.ts'
import { graphTime } from './objects/graph-time.ts'
import { idIn, nameIn, notFound, ofOne, settleOne } from './objects/one.ts'
import { liveSeen, valuesOf } from './objects/read.ts'
import { isDone } from './replies/refused.ts'
import { bodyOf, idsIn, passesOf, passesSeen, type Pass } from './users/access-passes.ts'
import { isExternal } from './users/external.ts'
import { expectOnly, invalid } from './values/expect.ts'

const common = ofOne('create-access-pass', 'user')

/** What Graph accepts at most, whatever the policy of the tenant says. In minutes. */
const lifetimes = { shortest: 10, longest: 43_200 } as const

const options = ['lifetimeInMinutes', 'isUsableOnce', 'startDateTime'] as const

const tests: Readonly<Record<(typeof options)[number], readonly [what: string, fits: (value: Json) => boolean]>> = {
  lifetimeInMinutes: [
    `a whole number from ${lifetimes.shortest} to ${lifetimes.longest}`,
    value => Number.isInteger(value) && Number(value) >= lifetimes.shortest && Number(value) <= lifetimes.longest,
  ],
  isUsableOnce: ['true or false', value => typeof value === 'boolean'],
  startDateTime: ['a date and time such as 2026-03-01T08:00:00Z', value => typeof value === 'string' && isTime(value)],
}

/** What the pass of a row is to be; what is left out is as the policy of the tenant says. */
const askedIn = (values: Values): Values =>
  Object.fromEntries(options.flatMap(name => ((values[name] ?? null) === null ? [] : [[name, values[name]!]])))

const usable = ['EnabledByPolicy', 'NotYetValid']

const exists = (id: string, { startDateTime, lifetimeInMinutes }: Pass): Finding => ({
  outcome: 'failed',
  id,
  code: 'PASS_EXISTS',
  message: `The user has a pass, valid for ${lifetimeInMinutes} minutes from ${startDateTime}. Another one would replace it.`,
  fix: 'Delete it first with `entrapipe users delete-access-pass`.',
})

const external = (id: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'EXTERNAL_USER',
  message: 'The user signs in at another tenant, so it cannot have a pass here.',
  fix: 'Remove the row.',
})

const past = (id: string, start: Json | undefined): Finding => ({
  outcome: 'failed',
  id,
  code: 'START_PAST',
  message: `The pass would start at ${String(start)}, which is in the past.`,
  fix: 'Leave startDateTime empty for a pass that starts now, or write a later time.',
})

/** Whether a pass is as a row wants it. */
const isAsked = (asked: Values, pass: Pass): boolean =>
  Object.entries(asked).every(([name, value]) =>
    name === 'startDateTime'
      ? Date.parse(String(value)) === Date.parse(pass.startDateTime)
      : pass[name as 'isUsableOnce'] === value,
  )

/** Whether a pass was made since then, as a row wants it. */
const isMadeSince = (sinceMs: number | undefined, value: Values, pass: Pass): boolean =>
  sinceMs !== undefined && Date.parse(pass.createdDateTime) >= sinceMs && isAsked(askedIn(value), pass)

/**
 * Makes Temporary Access Passes. The value of a pass is in the reply only: if that is lost, the pass is replaced by another one.
 *
 * @see https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods
 */
export const createAccessPass: Operation = {
  ...common,
  title: 'Make access passes of users',
  columns: {
    ...common.columns,
    options: {
      lifetimeInMinutes: { type: 'Int32', captions: ['lifetime'] },
      isUsableOnce: { type: 'Boolean', captions: ['once'] },
      startDateTime: { type: 'DateTimeOffset', captions: ['start'] },
    },
  },
  secrets: ['accessPass'],
  isRepeated: true,
  takesOver: true,
  credentials: {
    made: () => true,
    of: ({ accessPass }, { displayName, userPrincipalName }) =>
      typeof accessPass === 'string'
        ? { kind: 'pass', name: String(displayName ?? ''), user: String(userPrincipalName ?? ''), secret: accessPass }
        : undefined,
  },
  accept(values) {
    expectOnly(values, ['user', ...options], 'create-access-pass')
    for (const [name, value] of Object.entries(askedIn(values))) {
      const [what, fits] = tests[name as (typeof options)[number]]
      if (!fits(value)) throw invalid(name, `Expected ${name} to be ${what}.`, 'Correct the value.')
    }
    return { user: nameIn('user', values), ...askedIn(values) }
  },
  repeat: () => 'never',
  touches: value => [idIn('user', value).toLowerCase()],
  async look(values, context, lostSince = []) {
    const ids = values.map(value => idIn('user', value))
    const names = ['displayName', 'userPrincipalName', ...context.expected.filter(name => name !== 'passes')]
    const seen = await liveSeen('user', ids, [...names, 'externalUserState'], context)
    const passes = await passesSeen(ids, context)
    const starts = values.map(value => askedIn(value)['startDateTime'])
    const nowMs = starts.some(start => start !== undefined) ? await graphTime(context) : undefined
    return ids.map((id, at): Looked => {
      const [found, held = []] = [seen[at], passes[at]]
      if (!found) return notFound('user', id)
      if (isExternal(found)) return external(id)
      if (nowMs !== undefined && Date.parse(String(starts[at])) < nowMs) return past(id, starts[at])
      // Nobody knows the value of the one that an attempt made whose reply was lost, so it is replaced.
      const isOwn = (pass: Pass): boolean => isMadeSince(lostSince[at], values[at]!, pass)
      const valid = held.find(pass => usable.includes(pass.methodUsabilityReason) && !isOwn(pass))
      if (valid) return exists(id, valid)
      return { send: { ...valuesOf(found, names), passes: held.map(pass => pass.id) } }
    })
  },
  request: ([row]) => ({ method: 'POST', url: passesOf(idIn('user', row!.value)), body: askedIn(row!.value) }),
  settle(rows, reply) {
    if (!isDone(reply)) return settleOne('user', rows, reply)
    const { id, temporaryAccessPass } = bodyOf(reply.body)
    if (typeof id !== 'string' || typeof temporaryAccessPass !== 'string') return ['undecided']
    return [{ outcome: 'done', id, secrets: { accessPass: temporaryAccessPass } }]
  },
  async decide(rows, context) {
    const passes = await passesSeen(
      rows.map(({ value }) => idIn('user', value)),
      context,
    )
    return rows.map(({ value, before, sinceMs }, at): Decision => {
      const held = passes[at]
      if (!held) return { unknown: 'No reply came, and then the user was deleted.' }
      const others = held.filter(({ id }) => !idsIn(before['passes']).includes(id))
      const isOwn = (pass: Pass): boolean => isMadeSince(sinceMs, value, pass)
      // Nobody knows the value of its own one, so that another one replaces it.
      return others.every(isOwn) ? 'not-done' : { unknown: 'No reply came, and somebody else has made a pass since.' }
    })
  },
  inverse: (value, _before, id) =>
    id === undefined ? undefined : { kind: 'delete-access-pass', value: { user: idIn('user', value), pass: id } },
}
