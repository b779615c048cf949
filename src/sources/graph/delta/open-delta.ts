import { createHash } from 'node:crypto'
import type { Context } from '../../../core/context.ts'
import { deltaMemory, type DeltaMemory, type SavedDelta } from './delta-memory.ts'
import { isExpired } from './expired.ts'

/** A delta before it is read. */
export interface OpenDelta {
  readonly memory: DeltaMemory
  /** What an earlier run saved. */
  readonly saved: SavedDelta | undefined
  /** Whether the changes since then are read, and not everything. */
  readonly isChanges: boolean
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

/** Opens a delta, and asks Graph whether it still knows the links of the last run. */
export const openDelta = async (ctx: Context, name: string): Promise<OpenDelta> => {
  const memory = await deltaMemory(ctx, name)
  const saved = await memory.load()
  return { memory, saved, isChanges: saved !== undefined && !saved.isExpired && (await areKnown(ctx, saved.links)) }
}

const areKnown = async (ctx: Context, links: readonly string[]): Promise<boolean> => {
  for (const link of links) if (!(await isKnown(ctx, link))) return false
  return true
}

const isKnown = async (ctx: Context, link: string): Promise<boolean> => {
  try {
    for await (const _ of ctx.graph.pages(link, { signal: ctx.signal })) break
    return true
  } catch (error) {
    if (isExpired(error)) return false
    throw error
  }
}
