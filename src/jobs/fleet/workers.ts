import { createHash } from 'node:crypto'
import type { Stopwatch } from '../../core/clock.ts'
import type { Line, Tables } from '../../store/tables/tables.ts'

/** What a worker can run. */
export interface Skills {
  readonly tenants: readonly string[]
  /** Its pipeline files, each with its hash, and its built-in pipelines of a later version than the first: see `codeIn`. */
  readonly code: readonly string[]
  /** Names of the places that it can write to. */
  readonly places: readonly string[]
}

/** A worker of a fleet. */
export interface FleetWorker extends Skills {
  readonly id: string
  /** The name of its machine. */
  readonly host: string
  /** The same for all workers with the same skills: each of them can take a ticket for this kind. */
  readonly kind: string
}

/** The workers that share jobs. */
interface Workers {
  /** Says that a worker lives; the first time, that it is there. */
  beat(worker: FleetWorker): Promise<void>
  /** Says that it takes no more jobs. */
  leave(id: string): Promise<void>
  /** The workers that live. Those that have given no sign for too long are forgotten. */
  live(): Promise<readonly FleetWorker[]>
}

/** Names what workers can do. */
export const kindOf = ({ tenants, code, places }: Skills): string =>
  createHash('sha256')
    .update(JSON.stringify([tenants.toSorted(), code.toSorted(), places.toSorted()]))
    .digest('hex')
    .slice(0, 12)

/** How often a worker says that it lives, in milliseconds. */
export const beatMs = 3000

/** How long a worker may be silent. */
const silentMs = 12_000

const workerOf = (line: Line): FleetWorker => ({
  id: String(line['id']),
  host: String(line['host']),
  kind: String(line['kind']),
  tenants: JSON.parse(String(line['tenants'])) as string[],
  code: JSON.parse(String(line['code'])) as string[],
  places: JSON.parse(String(line['places'] ?? '[]')) as string[],
})

/**
 * Machines have different clocks, so each process sees for itself how long a worker has been silent, by its own.
 *
 * @param pace by which times are multiplied @default 1
 */
export const workersIn = (tables: Tables, stopwatch: Stopwatch, pace = 1): Workers => {
  const seen = new Map<string, { readonly beats: number; readonly sinceMs: number }>()

  return {
    async beat({ id, host, kind, tenants, code, places }) {
      await tables.query(
        `insert into workers (id, host, kind, tenants, code, places, beats) values ($1, $2, $3, $4, $5, $6, 1)
         on conflict (id) do update set beats = workers.beats + 1`,
        [id, host, kind, JSON.stringify(tenants), JSON.stringify(code), JSON.stringify(places)],
      )
    },
    async leave(id) {
      await tables.query('delete from workers where id = $1', [id])
    },
    async live() {
      const lines = await tables.query('select * from workers order by id')
      const now = stopwatch()
      const ids = new Set(lines.map(({ id }) => String(id)))
      for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id)
      const live: FleetWorker[] = []
      for (const line of lines) {
        const [id, beats] = [String(line['id']), Number(line['beats'])]
        const before = seen.get(id)
        if (before?.beats !== beats) seen.set(id, { beats, sinceMs: now })
        else if (now - before.sinceMs > silentMs * pace) {
          await tables.query('delete from workers where id = $1 and beats = $2', [id, beats])
          continue
        }
        live.push(workerOf(line))
      }
      return live
    },
  }
}
