import { deepStrictEqual, match, notStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { isCode } from '../core/errors.ts'
import type { GraphReply } from '../core/graph.ts'
import type { Draw } from '../core/draw.ts'
import type {
  Finding,
  Operation,
  OperationContext,
  OperationRow,
  Operations,
  Ready,
  Sent,
  Values,
  Verdict,
} from '../core/operation.ts'
import type { Rule } from './rule.ts'

/** An operation to check, and a directory. */
export interface OperationCase {
  readonly operation: Operation
  /** Finds the operations that undo it. */
  readonly operations: Operations
  /** At least two rows with ids of the directory, of which one must be sent. */
  readonly rows: readonly Values[]
  /** False for an operation that only compares: none of its rows may be sent. @default true */
  readonly sends?: boolean
  /** True for an operation whose outcome shows only after its reply: until then, rows wait. @default false */
  readonly waits?: boolean
  /** Values of rows that it refuses. */
  readonly invalid: readonly Values[]
  /** The context of a window. Its client only reads. */
  readonly context: () => OperationContext
}

/** Always the same choices. */
const draw: Draw = {
  text: length => 'x'.repeat(length),
  bytes: count => Uint8Array.from({ length: count }, (_, at) => (at * 37) % 240),
}
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Refusals that every operation may get. */
const replies: readonly GraphReply[] = (
  [
    [400, 'Request_BadRequest', 'Invalid value specified for property'],
    [400, 'Request_BadRequest', 'A text that nobody knows'],
    [403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
    [404, 'Request_ResourceNotFound', "Resource 'x' does not exist."],
    [409, 'Directory_ConcurrencyViolation', 'Error due to concurrent requests being made to the tenant.'],
  ] as const
).map(([status, code, message]) => ({ status, headers: {}, body: { error: { code, message } }, attempts: 1 }))

const isFinding = (verdict: Verdict): verdict is Finding => typeof verdict === 'object'

/** The rules for every operation. */
export const operationContract = ({
  operation,
  operations,
  rows,
  sends = true,
  waits = false,
  invalid,
  context,
}: OperationCase): readonly Rule[] => {
  const rule = (name: string, work: () => unknown): Rule => ({ name, check: async () => void (await work()) })
  const accepted = rows.map(row => operation.accept(row, draw))
  const most = operation.rowsPerRequest ?? 1

  const ready = async (): Promise<readonly Ready[]> => {
    const completed = await operation.completed?.(accepted, context())
    const values = completed ? completed.flatMap(each => ('value' in each ? [each.value] : [])) : accepted
    const looked = await operation.look(values, context())
    return looked.flatMap((each, at) => ('send' in each ? [{ value: values[at]!, before: each.send }] : []))
  }
  /** Rows as they are sent together. */
  const requests = async (): Promise<readonly (readonly Ready[])[]> => {
    const byLock = Map.groupBy(await ready(), ({ value }) => operation.locks(value)[0])
    return [...byLock.values()].flatMap(same =>
      same.flatMap((_, at) => (at % most === 0 ? [same.slice(at, at + most)] : [])),
    )
  }

  return [
    rule('its name has a verb and a noun, and it has a title', () => {
      match(operation.kind, /^[a-z]+(?:-[a-z]+)+$/)
      match(operation.title, /^[A-Z][a-z ]+$/)
    }),

    rule('it accepts what it accepted before, unchanged, and does not change its input', () => {
      for (const [at, row] of rows.entries()) {
        const copy = asJson(row)
        deepStrictEqual(operation.accept(row, draw), accepted[at])
        deepStrictEqual(row, copy)
        deepStrictEqual(asJson(accepted[at]), accepted[at], 'a value is JSON')
        deepStrictEqual(operation.accept(accepted[at]!, draw), accepted[at])
      }
    }),

    rule('a wrong row is rejected with the name of the value', () => {
      for (const row of invalid)
        throws(
          () => operation.accept(row, draw),
          (error: unknown) => isCode(error, 'ROW_INVALID') && typeof error.facts['column'] === 'string',
          JSON.stringify(row),
        )
    }),

    rule('the ids of named objects come into the value', () => {
      for (const value of accepted) {
        const named = operation.named?.(value) ?? []
        if (named.length === 0) continue
        const ids = named.map((_, at) => `00000000-0000-4000-8000-00000000000${at}`)
        const resolved = operation.resolved!(value, ids)
        deepStrictEqual(
          operation.named!(resolved).map(({ name }) => name),
          ids,
        )
        deepStrictEqual(operation.accept(resolved, draw), resolved)
      }
    }),

    rule('completed values are complete, and accepted as they are', async () => {
      if (!operation.completed) return
      const completed = await operation.completed(accepted, context())
      strictEqual(completed.length, accepted.length)
      for (const each of completed) {
        if (!('value' in each)) {
          explained(each)
          continue
        }
        deepStrictEqual(operation.accept(each.value, draw), each.value)
        deepStrictEqual(await operation.completed([each.value], context()), [each])
      }
    }),

    rule('what it is about and what it locks have no case', () => {
      for (const value of accepted) {
        const locks = operation.locks(value)
        ok(locks.length > 0, 'it locks something')
        for (const text of [operation.about(value), ...locks]) {
          notStrictEqual(text, '')
          strictEqual(text, text.toLowerCase())
        }
      }
    }),

    rule('it finds the same for a row alone as among others, in their order', async () => {
      const together = await operation.look(accepted, context())
      strictEqual(together.length, accepted.length)
      const alone = await Promise.all(accepted.map(value => operation.look([value], context())))
      deepStrictEqual(alone.flat(), together)
      deepStrictEqual(await operation.look(accepted.toReversed(), context()), together.toReversed())
      deepStrictEqual(await operation.look([], context()), [])
    }),

    rule('a row that is not sent has a reason, and a failed one says what to do', async () => {
      for (const looked of await operation.look(accepted, context())) if (!('send' in looked)) explained(looked)
    }),

    rule('what it found is JSON, and has what a row expects to find', async () => {
      const [first] = await ready()
      if (!sends) return strictEqual(first, undefined, 'no row is sent')
      ok(first, 'a row must be sent')
      deepStrictEqual(asJson(first.before), first.before)
      const [again] = await operation.look([first.value], { ...context(), expected: Object.keys(first.before) })
      ok(again && 'send' in again)
      deepStrictEqual(again.send, first.before)
    }),

    rule('a request is for rows with the same first lock, and changes nothing but what it is about', async () => {
      for (const some of await requests()) {
        const request = operation.request(some)
        deepStrictEqual(asJson(request), request)
        notStrictEqual(request.method, 'GET')
        match(request.url, /^\/[^/]/)
        // Without $ref, a deletion of a link deletes the object.
        if (request.method === 'DELETE' && /\/(?:members|owners)\//.test(request.url)) match(request.url, /\/\$ref$/)
      }
    }),

    rule('a reply has one verdict for each row, and a failed one says what to do', async () => {
      for (const some of await requests())
        for (const reply of replies) {
          const verdicts = operation.settle(some, reply)
          strictEqual(verdicts.length, some.length)
          for (const verdict of verdicts) if (isFinding(verdict)) explained(verdict)
        }
    }),

    rule('rows that were not performed are decided as such, in their order', async () => {
      const sent: readonly Sent[] = (await ready()).map(row => ({ ...row, sinceMs: 0, attempts: 1 }))
      const decided = await operation.decide(sent, context())
      deepStrictEqual(
        decided,
        sent.map(() => 'not-done'),
      )
      deepStrictEqual(await operation.decide([], context()), [])
    }),

    ...(waits
      ? [
          rule(
            'a row whose end does not show yet waits after a reply that leaves it open, and not for ever',
            async () => {
              const sent = (await ready()).map((row): Sent => ({ ...row, sinceMs: 0, attempts: 1, answered: true }))
              const decided = await operation.decide(sent, context())
              strictEqual(decided.length, sent.length)
              for (const decision of decided) {
                ok(typeof decision === 'object' && 'wait' in decision, 'the row waits')
                match(decision.wait, /\S.*\.$/s)
                ok(decision.atMostMs > 0, 'it ends')
              }
            },
          ),
        ]
      : []),

    rule('what undoes it is an operation that accepts the row, and is about the same', async () => {
      if (!operation.inverse) return
      for (const { value, before } of await ready()) {
        const id = '00000000-0000-4000-8000-000000000001'
        const inverse: OperationRow | undefined = operation.inverse(value, before, id)
        if (!inverse) continue
        const undoing = operations(inverse.kind)
        ok(undoing, inverse.kind)
        const undone = undoing.accept(inverse.value, draw)
        deepStrictEqual(undone, undoing.accept(undone, draw))
        const back: OperationRow | undefined = undoing.inverse?.(undone, inverse.expected ?? {}, id)
        if (back?.kind === operation.kind)
          strictEqual(operation.about(operation.accept(back.value, draw)), operation.about(value))
      }
    }),
  ]
}

const explained = ({ outcome, code, message, fix }: Finding): void => {
  if (outcome === 'done') return
  match(message ?? '', /\S.*[.!?]$/s)
  if (outcome === 'unchanged') return
  ok(code, 'a failed row has a code')
  match(fix ?? '', /\S.*\.$/s)
}
