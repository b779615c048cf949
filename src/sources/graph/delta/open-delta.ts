import { createHash } from 'node:crypto'
import type { Context } from '../../../core/context.ts'
import type { Changed } from '../drift.ts'
import { deltaMemory, type DeltaMemory, type SavedDelta } from './delta-memory.ts'
import { isExpired } from './expired.ts'

/** The changes since the last run, of which the first page was read to learn whether Graph still knows them. */
interface KnownChanges {
  /** Of each link. */
  readonly first: readonly FirstPage[]
  /** When the first one was read, in milliseconds since 1970. What changes later may be among the changes or not. */
  readonly sinceMs: number
  /** The objects that the service counted before. */
  readonly counted: number | undefined
}

/** The first page of changes. */
interface FirstPage {
  readonly values: readonly Changed[]
  readonly next: string | undefined
  readonly delta: string | undefined
}

/** A delta before it is read. */
export interface OpenDelta {
  readonly memory: DeltaMemory
  /** What an earlier run saved. */
  readonly saved: SavedDelta | undefined
  /** Undefined if everything is read. */
  readonly changes: KnownChanges | undefined
}

/** What identifies a delta in a tenant. */
interface DeltaName {
  /** `users` */
  readonly of: string
  /** What it reads of which collections. */
  readonly reads: readonly string[]
  /** Apart from others of the same objects and properties. */
  readonly name?: string | undefined
}

/** Hexadecimal digits of the hash of what is read. */
const hashDigits = 8

/** The name of the file in which a delta is kept: `delta-users-1f2e3d4c`. */
export const memoryName = ({ of, reads, name }: DeltaName): string => {
  const hash = createHash('sha256')
    .update(JSON.stringify([...reads].sort()))
    .digest('hex')
    .slice(0, hashDigits)
  return ['delta', of, ...(name === undefined ? [] : [name]), hash].join('-')
}

/**
 * Opens a delta, and asks Graph whether it still knows the links of the last run.
 *
 * @param count counts the objects of the service
 */
export const openDelta = async (
  ctx: Context,
  name: string,
  count: () => Promise<number | undefined>,
): Promise<OpenDelta> => {
  const memory = await deltaMemory(ctx, name)
  const saved = await memory.load()
  const changes = saved && !saved.isExpired ? await knownChanges(ctx, saved, count) : undefined
  return { memory, saved, changes }
}

const knownChanges = async (
  ctx: Context,
  { links, sinceMs: before }: SavedDelta,
  count: () => Promise<number | undefined>,
): Promise<KnownChanges | undefined> => {
  try {
    const counted = await count()
    const first: FirstPage[] = []
    let sinceMs: number | undefined
    for (const link of links) {
      first.push(await firstPage(ctx, link))
      sinceMs ??= timeOf(ctx)
    }
    return { first, sinceMs: notBefore(before, sinceMs ?? timeOf(ctx)), counted }
  } catch (error) {
    if (isExpired(error)) return undefined
    throw error
  }
}

/** The service's time may be a second too late, so that of the run before may seem to be after it. */
const notBefore = (before: number, now: number): number => (before - now < 1000 ? Math.max(before, now) : now)

const firstPage = async (ctx: Context, link: string): Promise<FirstPage> => {
  const values: Changed[] = []
  for await (const page of ctx.graph.pages<Changed>(link, { signal: ctx.signal })) {
    values.push(...page.values)
    if (!page.unfinished) return { values, next: page.next, delta: page.delta }
  }
  return { values, next: undefined, delta: undefined }
}

/** The service's time, in milliseconds since 1970. */
export const timeOf = (ctx: Context): number => ctx.graph.serviceTime?.() ?? ctx.clock.now()
