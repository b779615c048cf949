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

/** Loads all operations: the default exports of the files in `operations/`. */
export const loadOperations = async (): Promise<Operations> => {
  const all = new Map<string, Operation>()
  for (const name of operationNames()) {
    const loaded = (await import(new URL(name + ending, folder).href)) as { readonly default: Operation }
    all.set(name, loaded.default)
  }
  return kind => all.get(kind)
}
