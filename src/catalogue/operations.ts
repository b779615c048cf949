import { readdirSync } from 'node:fs'
import type { Operation, Operations } from '../core/operation.ts'

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const folder = new URL('../operations/', import.meta.url)

/** Names of all operations: those of their files. */
const operationNames = (): readonly string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith(ending) && !file.endsWith('.d.ts'))
    .map(file => file.slice(0, -ending.length))
    .sort()

const exportOf = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Loads all operations: each file of `operations/` exports one that is named after it. */
export const loadOperations = async (): Promise<Operations> => {
  const all = new Map<string, Operation>()
  for (const name of operationNames()) {
    const loaded = (await import(new URL(name + ending, folder).href)) as Readonly<Record<string, Operation>>
    all.set(name, loaded[exportOf(name)]!)
  }
  return kind => all.get(kind)
}
