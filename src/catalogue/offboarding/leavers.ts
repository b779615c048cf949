import type { Context } from '../../core/context.ts'
import { type EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { StepBefore } from '../../core/steps.ts'
import type { ChangeRow, Finding, OperationRow, Values } from '../../core/operation.ts'
import type { Transform } from '../../core/parts.ts'
import type { Result } from '../../core/result.ts'
import type { Key, Row } from '../../core/row.ts'
import { resolver } from '../../engine/changes/resolve.ts'
import type { Person } from './person.ts'
import { readPeople } from './read-people.ts'
import { revokedLately } from './revocations.ts'
import { stepsOf, type Offboarding, type Steps } from './steps-of.ts'

/** People whose lists are read at once. */
const peopleAtOnce = 100

/** Name under which the first people are kept with the run (`ctx.tell`), for its preview. */
export const offboardingTold = 'offboarding'

/** People whom a preview names. */
const mostTold = 20

/** What a preview says of a person. */
interface ToldPerson {
  readonly user: string
  readonly enabled: boolean
  /** Changes by operation. */
  readonly changes: Readonly<Record<string, number>>
  /** What stays, as sentences. */
  readonly kept: readonly string[]
}

/** What an offboarding tells. */
export interface ToldPeople {
  /** The first ones. */
  readonly people: readonly ToldPerson[]
  readonly total: number
}

interface LeaversOptions extends Offboarding {
  /** @throws EntrapipeError `ROW_INVALID` (facts: column) */
  readonly valuesOf: (row: Fields) => Values
}

const first = 'disable-user'

/**
 * Makes the changes of an offboarding of the users that rows name: from each row as many as what its user has. All of them wait for the
 * first, which blocks the sign-in, and each kind waits for the one before it. What cannot be taken is `skipped`, with the reason.
 */
export const leavers = ({ valuesOf, ...offboarding }: LeaversOptions): Transform<Fields, ChangeRow> => ({
  kind: 'leavers',
  usesGraph: true,
  describe: async () => JSON.parse(JSON.stringify(offboarding)) as never,
  async open(ctx) {
    const resolve = resolver(ctx.graph, ctx.signal, async names => ctx.untilShown(names).then(() => false))
    const people = ctx.store.map<string>('people')
    const isRevoked = revokedLately(ctx)
    const told: ToldPerson[] = []
    let total = 0
    return {
      async page(rows) {
        const out: Row<ChangeRow>[] = []
        for (let at = 0; at < rows.length; at += peopleAtOnce) {
          const named = await identified(rows.slice(at, at + peopleAtOnce), valuesOf, resolve, ctx)
          const fresh = unrepeated(named, people, ctx)
          const found = await readPeople(
            ctx,
            fresh.map(({ id }) => id),
            offboarding,
            users =>
              people.getAll(users).map((line, nth) => line !== undefined && !fresh.some(({ id }) => id === users[nth])),
          )
          const revoked = isRevoked(fresh.map(({ id }) => id))
          for (const [nth, { key, id, input }] of fresh.entries()) {
            const person = found[nth]
            if (!person) {
              ctx.settled(gone(key, id), input)
              continue
            }
            const isOver = revoked[nth]! && person.user['accountEnabled'] === false
            const steps = stepsOf(person, offboarding, isOver)
            if (isOver) ctx.settled(alreadyRevoked(key, id), input)
            total++
            if (told.length < mostTold) told.push(toldOf(person, steps))
            out.push(...rowsOf(key, steps, result => ctx.settled(result, input)))
          }
          ctx.doing({ what: 'reading what people have', done: total })
        }
        return out
      },
      async end() {
        await ctx.tell(offboardingTold, { people: told, total } satisfies ToldPeople as never)
        return []
      },
    }
  },
})

interface Identified {
  readonly key: Key
  /** In lower case. */
  readonly id: string
  /** As it was read. */
  readonly input: Fields
}

const failed = (key: Key, { outcome: _, ...finding }: Finding): Result => ({
  key,
  operation: first,
  outcome: 'failed',
  ...finding,
})

/** The users whom rows name. The others are settled. */
const identified = async (
  rows: readonly Row<Fields>[],
  valuesOf: LeaversOptions['valuesOf'],
  resolve: ReturnType<typeof resolver>,
  ctx: Context,
): Promise<readonly Identified[]> => {
  const named = rows.flatMap(({ key, value }) => {
    try {
      return [{ key, input: value, name: { as: 'user' as const, name: String(valuesOf(value)['user']) } }]
    } catch (error) {
      if (!isCode(error, 'ROW_INVALID')) throw error
      ctx.settled(refused(key, error), value)
      return []
    }
  })
  const ids = await resolve(named.map(({ name }) => name))
  return named.flatMap(({ key, input }, at) => {
    const id = ids[at]!
    if (typeof id === 'string') return [{ key, id: id.toLowerCase(), input }]
    ctx.settled(failed(key, id), input)
    return []
  })
}

const refused = (key: Key, { message, fix, facts: { column } }: EntrapipeError): Result => ({
  key,
  operation: first,
  outcome: 'failed',
  code: 'ROW_INVALID',
  message,
  ...(typeof column === 'string' && { target: column }),
  ...given({ fix }),
})

/** A person whom an earlier line names is not read again. */
const unrepeated = (
  named: readonly Identified[],
  people: ReturnType<Context['store']['map']>,
  ctx: Context,
): readonly Identified[] => {
  const earlier = people.getAll(named.map(({ id }) => id))
  const lines = new Map<string, unknown>(
    named.flatMap(({ id }, at) => (earlier[at] === undefined ? [] : [[id, earlier[at]]])),
  )
  return named.filter(({ key, id, input }) => {
    const line = lines.get(id)
    if (line === undefined) {
      lines.set(id, String(key))
      people.setAll([[id, String(key)]])
      return true
    }
    ctx.settled(
      {
        key,
        operation: first,
        outcome: 'unchanged',
        id,
        code: 'SAME_ROW',
        message: `It is the same person as in line ${String(line)}.`,
      },
      input,
    )
    return false
  })
}

const gone = (key: Key, id: string): Result =>
  failed(key, {
    outcome: 'failed',
    id,
    code: 'OBJECT_NOT_FOUND',
    message: `No user has the id ${id}.`,
    fix: 'The user may have been deleted. Remove the row.',
  })

const alreadyRevoked = (key: Key, id: string): Result => ({
  key: `${key}/0`,
  step: 1,
  operation: 'revoke-sessions',
  outcome: 'unchanged',
  id,
  message: 'An earlier run has revoked the sessions in the last seven days, and the account is disabled.',
})

/** The rows of a person, and the results of what is kept. */
const rowsOf = (key: Key, { stages, kept }: Steps, settled: (result: Result) => void): readonly Row<ChangeRow>[] => {
  const rows: Row<ChangeRow>[] = []
  let n = 0
  let before: readonly string[] = []
  for (const stage of stages) {
    const after: readonly StepBefore[] =
      n === 0
        ? []
        : [
            { key: `${key}/0`, step: 0, until: 'done' },
            ...before
              .filter(each => each !== `${key}/0`)
              .map(each => ({ key: each, step: 0, until: 'ended' as const })),
          ]
    const own: string[] = []
    for (const steps of stage) {
      const name = `${key}/${n++}`
      own.push(name)
      const [one, ...more] = steps as readonly [OperationRow, ...OperationRow[]]
      rows.push({ key: name, value: { steps: [after.length > 0 ? { ...one, after } : one, ...more] } })
    }
    before = own
  }
  for (const { operation, target, ...why } of kept)
    settled({ key: `${key}/${n++}`, operation, target, outcome: 'skipped', ...why })
  return rows
}

const toldOf = ({ user }: Person, { stages, kept }: Steps): ToldPerson => {
  const changes: Record<string, number> = {}
  for (const { kind } of stages.flat(2)) changes[kind] = (changes[kind] ?? 0) + 1
  return {
    user: String(user['userPrincipalName'] ?? user.id),
    enabled: user['accountEnabled'] === true,
    changes,
    kept: kept.map(({ message }) => message),
  }
}
