import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { GraphReply } from '../core/graph.ts'
import type { Looked, Operation, OperationContext, Ready, Values } from '../core/operation.ts'
import type { Rule } from './rule.ts'

/** An operation to check. */
export interface OperationCase {
  readonly operation: Operation
  /** Values of at least two rows that it accepts: some that must be sent, and some that need not. With ids, not names. */
  readonly values: readonly Values[]
  /** A context that reads a directory. */
  readonly context: () => OperationContext
}

const replies: readonly GraphReply[] = [
  { status: 204, headers: {}, body: undefined, attempts: 1 },
  { status: 400, headers: {}, body: { error: { code: 'Request_BadRequest', message: 'No.' } }, attempts: 1 },
  { status: 404, headers: {}, body: { error: { code: 'Request_ResourceNotFound', message: 'No.' } }, attempts: 1 },
  {
    status: 409,
    headers: {},
    body: { error: { code: 'Directory_ConcurrencyViolation', message: 'No.' } },
    attempts: 1,
  },
  { status: 403, headers: {}, body: { error: { code: 'Authorization_RequestDenied', message: 'No.' } }, attempts: 1 },
  { status: 400, headers: {}, body: undefined, attempts: 1 },
]

const draw = { text: (length: number) => 'x'.repeat(length) }

/** The rules for every operation. */
export const operationContract = ({ operation, values, context }: OperationCase): readonly Rule[] => {
  const accepted = values.map(value => operation.accept(value, draw))
  const looked = (): Promise<readonly Looked[]> => operation.look(accepted, context())
  const ready = async (): Promise<readonly Ready[]> =>
    (await looked()).flatMap((each, at) => ('send' in each ? [{ value: accepted[at]!, before: each.send }] : []))
  const rule = (name: string, check: () => void | Promise<void>): Rule => ({ name, check: async () => check() })

  return [
    rule('what it accepts is JSON, and is accepted again unchanged', () => {
      for (const value of accepted) {
        deepStrictEqual(JSON.parse(JSON.stringify(value)), value)
        deepStrictEqual(operation.accept(value, draw), value)
      }
    }),
    rule('it refuses an empty row with ROW_INVALID, and names the value', () => {
      try {
        operation.accept({}, draw)
      } catch (error) {
        const { code, facts } = error as { code?: unknown; facts?: Values }
        strictEqual(code, 'ROW_INVALID')
        strictEqual(typeof facts?.['column'], 'string')
        return
      }
      throw new Error('It accepts an empty row.')
    }),
    rule('what a row changes and locks has no case', () => {
      for (const value of accepted) {
        const [about, locks] = [operation.about(value), operation.locks(value)]
        strictEqual(about, about.toLowerCase())
        ok(locks.length > 0)
        deepStrictEqual(
          locks.map(lock => lock.toLowerCase()),
          locks,
        )
      }
    }),
    rule('the objects that a row names take ids in the same order', () => {
      for (const value of accepted) {
        const named = operation.named?.(value) ?? []
        if (named.length === 0) continue
        const ids = named.map((_, at) => `00000000-0000-0000-0000-00000000000${at}`)
        const again = operation.named!(operation.resolved!(value, ids))
        deepStrictEqual(
          again.map(({ name }) => name),
          ids,
        )
      }
    }),
    rule('it answers for each row, in order, whether it must be sent', async () => {
      const all = await looked()
      strictEqual(all.length, accepted.length)
      ok(
        all.some(each => 'send' in each),
        'a row must be sent',
      )
      const alone = await operation.look([accepted.at(-1)!], context())
      deepStrictEqual(alone[0], all.at(-1))
    }),
    rule('its secrets are values of it, and no name, lock or message has them', async () => {
      for (const name of operation.secrets ?? [])
        for (const value of accepted) {
          const secret = JSON.stringify(value[name])
          const told = JSON.stringify([operation.about(value), operation.locks(value), await looked()])
          ok(secret !== undefined && !told.includes(secret))
        }
    }),
    rule('a request takes as many rows as it says, and a reply settles each of them', async () => {
      const rows = (await ready()).slice(0, operation.rowsPerRequest ?? 1)
      const { method, url } = operation.request(rows)
      ok(method !== 'GET')
      ok(url.startsWith('/'))
      for (const reply of replies) {
        const verdicts = operation.settle(rows, reply)
        strictEqual(verdicts.length, rows.length, `status ${reply.status}`)
      }
    }),
    rule('it decides each row after a lost reply, and a row that was never performed is not done', async () => {
      const rows = await ready()
      const sent = rows.map(row => ({ ...row, sinceMs: 0, attempts: 1 }))
      const decided = await operation.decide(sent, context())
      strictEqual(decided.length, rows.length)
      for (const decision of decided) strictEqual(decision, 'not-done')
    }),
    rule('what undoes it is another operation, unless it cannot be undone', async () => {
      for (const { value, before } of await ready()) {
        const inverse = operation.inverse?.(value, before, '00000000-0000-0000-0000-000000000000')
        strictEqual(inverse === undefined, operation.irreversible === true)
        if (inverse) deepStrictEqual(JSON.parse(JSON.stringify(inverse)), inverse)
      }
    }),
  ]
}
