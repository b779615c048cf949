import type { Test } from 'tap'
import { loadOperations } from '../../src/catalogue/operations.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { GraphReply, GraphRequest } from '../../src/core/graph.ts'
import type { Draw } from '../../src/core/draw.ts'
import type { Operation, OperationContext, Ready, Sent, Values } from '../../src/core/operation.ts'
import { createGraph } from '../../src/graph/create-graph.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'

/** Always the same choices. */
export const draw: Draw = {
  text: length => 'x'.repeat(length),
  bytes: count => Uint8Array.from({ length: count }, (_, at) => (at * 37) % 240),
}

/** Every operation by name. */
export const operations = await loadOperations()

/** A sandbox in the test's process, a client that writes to it, and contexts whose client only reads. */
export const operationBed = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  const sandbox = await createSandbox({ users: 300, tls: false, ...options, stateDir: t.testdir() })
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return JSON.parse((await reply.text()) || 'null') as unknown
  }
  /** A client of an app with these roles, or with all. */
  const clientOf = async (readOnly: boolean, roles?: readonly string[]) => {
    const { accessToken: token } = (await control('POST', '/tokens', roles ? { roles } : {})) as {
      readonly accessToken: string
    }
    const graph = createGraph({
      tenant: { name: 'sandbox', id: sandbox.tenantId },
      rootUrl: sandbox.baseUrl,
      credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
      budget: memoryBudget(systemClock),
      quotas: {},
      clock: systemClock,
      readOnly,
    })
    t.teardown(() => graph.close())
    return graph
  }
  t.teardown(() => sandbox.close())
  const [graph, reader] = [await clientOf(false), await clientOf(true)]

  const contextOf = (client: OperationContext['graph'], asked: string[] = []): OperationContext => {
    const read = new Map<string, Promise<unknown>>()
    return {
      graph: {
        ...client,
        tenant: client.tenant,
        batch(requests, signal) {
          asked.push(...requests.map(({ url }) => url))
          return client.batch(requests, signal)
        },
        pages(link, more) {
          asked.push(link)
          return client.pages(link, more)
        },
      },
      signal: new AbortController().signal,
      expected: [],
      once<T>(name: string, work: () => Promise<T>): Promise<T> {
        const found = (read.get(name) as Promise<T> | undefined) ?? work()
        read.set(name, found)
        return found
      },
    }
  }
  const context = (asked?: string[]): OperationContext => contextOf(reader, asked)
  const send = (request: GraphRequest): Promise<GraphReply> => graph.attempt({ ...request, repeatable: false })

  /** Accepts, looks, sends and settles rows as the engine does, all in one request. */
  const change = async (operation: Operation, values: readonly Values[]) => {
    const accepted = values.map(value => operation.accept(value, draw))
    const looked = await operation.look(accepted, context())
    const ready = looked.flatMap((each, at): Ready[] =>
      'send' in each ? [{ value: accepted[at]!, before: each.send }] : [],
    )
    if (ready.length === 0) return { looked, ready, verdicts: [] }
    return { looked, ready, verdicts: operation.settle(ready, await send(operation.request(ready))) }
  }
  return {
    sandbox,
    graph,
    control,
    context,
    send,
    change,
    writerWith: (roles: readonly string[]) => clientOf(false, roles),
    contextWith: async (roles: readonly string[]) => contextOf(await clientOf(true, roles)),
    async list<T extends { readonly id: string }>(path: string): Promise<readonly T[]> {
      const found: T[] = []
      for await (const { values } of graph.pages<T>(path)) found.push(...values)
      return found
    },
  }
}

/** A row that was sent and had no reply. */
export const lostRow = <V extends Values, B extends Values>(
  row: Ready<V, B>,
  sinceMs = 0,
  request?: string,
): Sent<V, B> => ({
  ...row,
  sinceMs,
  attempts: 1,
  ...(request !== undefined && { request }),
})

/** A refusal in Graph's form. */
export const refusal = (status: number, code: string, message: string): GraphReply => ({
  status,
  headers: { 'request-id': 'r1' },
  body: { error: { code, message } },
  attempts: 1,
})
