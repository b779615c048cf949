import { isAbsolute } from 'node:path'
import type { FleetWorker } from './workers.ts'

/** What a job needs of a worker. */
interface Needs {
  readonly tenant: string
  readonly pipeline: string
  /** The hash of its pipeline file, or the version of a built-in one. Without one, a worker needs the pipeline in any version. */
  readonly code?: string | undefined
  /** Names of places that it writes to, in one text. */
  readonly places?: string | undefined
}

/** Where the ticket of a job goes, or what no worker has. */
export type Route = { readonly to: string } | { readonly lacks: string }

/** A pipeline file as a worker has it. */
export const codeIn = (pipeline: string, hash: string): string => `${pipeline} ${hash}`

/** A built-in pipeline has this version in each worker that does not tell another one. */
export const firstVersion = 'v1'

const canRun =
  ({ pipeline, code }: Needs) =>
  (worker: FleetWorker): boolean => {
    const own = worker.code.filter(each => each.slice(0, each.lastIndexOf(' ')) === pipeline)
    if (own.length > 0) return code === undefined || own.includes(codeIn(pipeline, code))
    return !isAbsolute(pipeline) && (code ?? firstVersion) === firstVersion
  }

/** Chooses workers for a job. Of several kinds that can run it, the one with the most workers. */
export const routeOf = (needs: Needs, live: readonly FleetWorker[]): Route => {
  const { tenant, pipeline, code, places } = needs
  if (live.length === 0) return { lacks: 'no worker is there' }
  const withTenant = live.filter(({ tenants }) => tenants.includes(tenant))
  if (withTenant.length === 0) return { lacks: `no worker has the tenant ${tenant}` }
  const able = withTenant.filter(canRun(needs))
  if (able.length === 0) {
    const what = `${code === undefined ? '' : 'this version of '}the pipeline ${pipeline}`
    return { lacks: `no worker has ${live.some(canRun(needs)) ? `both the tenant ${tenant} and ` : ''}${what}` }
  }
  const missing = (places?.split(' ') ?? []).find(place => !able.some(worker => worker.places.includes(place)))
  if (missing !== undefined) return { lacks: `no worker that can run it has the place ${missing}` }
  const placed = able.filter(worker => places?.split(' ').every(place => worker.places.includes(place)) ?? true)
  if (placed.length === 0) return { lacks: `no worker has all of the places ${places}` }
  const many = new Map<string, number>()
  for (const { kind } of placed) many.set(kind, (many.get(kind) ?? 0) + 1)
  const [[to]] = [...many].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)) as [[string, number]]
  return { to }
}
