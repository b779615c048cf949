import type { Test } from 'tap'
import type { Ending, GraphRequest, Leaving, SubmissionOptions, Unit } from '../../src/core/graph.ts'
import type { GraphOptions } from '../../src/graph/create-graph.ts'
import { scene } from './fixtures.ts'
import type { Asked, Scripted } from './scripted-server.ts'

export interface Named extends Unit {
  readonly name: string
}
interface Entry {
  readonly id: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly dependsOn?: readonly string[]
}
export type EntryReply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }

export const entriesOf = (asked: Asked) => (asked.body as { requests: Entry[] }).requests
export const patch = (name: string, more: Partial<GraphRequest> = {}): GraphRequest => ({
  method: 'PATCH',
  url: `/groups/${name}`,
  body: { description: name },
  ...more,
})
export const one = (name: string, more?: Partial<GraphRequest>): Named => ({ name, requests: [patch(name, more)] })
export const chain = (name: string, length: number, more?: Partial<GraphRequest>): Named => ({
  name,
  requests: Array.from({ length }, (_, at) => patch(`${name}${at}`, more)),
})

/**
 * Answers entries as Graph does, in reverse order: those whose predecessor failed with 424. `odd` says what an address
 * answers first, `forgotten` which entries the reply lacks.
 */
export const graphLike = (
  odd: Readonly<Record<string, readonly EntryReply[]>> = {},
  forgotten: readonly string[] = [],
): ((asked: Asked) => { body: { responses: unknown[] } }) => {
  const left = new Map(Object.entries(odd).map(([name, replies]) => [`/groups/${name}`, [...replies]]))
  return asked => {
    const failed = new Set<string>()
    const responses = entriesOf(asked).map(({ id, url, dependsOn = [] }) => {
      const reply = dependsOn.some(other => failed.has(other)) ? { status: 424 } : left.get(url)?.shift()
      if ((reply?.status ?? 204) >= 400) failed.add(id)
      return { id, url, status: 204, ...reply }
    })
    return {
      body: {
        responses: responses
          .filter(({ url }) => !forgotten.includes(url))
          .map(({ url: _, ...reply }) => reply)
          .reverse(),
      },
    }
  }
}
export const throttled = (seconds?: string): EntryReply => ({
  status: 429,
  ...(seconds !== undefined && { headers: { 'Retry-After': seconds } }),
  body: { error: { code: 'TooManyRequests' } },
})
export const failing = (status: number): EntryReply => ({ status, body: { error: { code: 'Failed' } } })

const nameOf = ({ unit, at }: { readonly unit: Named; readonly at: number }): string =>
  unit.requests.length > 1 ? `${unit.name}${at}` : unit.name

/** A submission whose owner notes what it is told. */
export const opened = async (
  t: Test,
  script: readonly Scripted[] | ((asked: Asked, nth: number) => Scripted | Promise<Scripted>),
  options: Partial<GraphOptions> = {},
  own: Partial<SubmissionOptions<Named>> = {},
) => {
  const given = await scene(t, script, options)
  const left: Leaving<Named>[][] = []
  const told: Ending<Named>[][] = []
  const submission = given.graph.submission<Named>({
    leaving: async requests => void left.push([...requests]),
    ended: async endings => void told.push([...endings]),
    ...own,
  })
  return {
    ...given,
    ...submission,
    left,
    told,
    /** Each request and how it ended, in the order of the names. */
    ends: () =>
      Object.fromEntries(
        told
          .flat()
          .map(ending => [
            nameOf(ending),
            `${ending.end}${ending.end === 'answered' ? ` ${ending.reply.status}` : ''} after ${ending.attempts}`,
          ])
          .toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
      ) as Record<string, string>,
    /** What left together, by name. */
    departures: () => left.map(requests => requests.map(nameOf)),
  }
}
