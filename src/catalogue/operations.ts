import { readdirSync } from 'node:fs'
import type { Operation, Operations } from '../core/operation.ts'

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const folder = new URL('../operations/', import.meta.url)

/** Names of all operations, which are those of the files in `operations/`. */
export const operationNames = (): readonly string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith(ending) && !file.endsWith('.d.ts'))
    .map(file => file.slice(0, -ending.length))
    .sort()

/** The value of an upload is made by a sink, and Microsoft's log tells its result. A usage location is set before a licence is assigned, and an exchange undoes a transfer. Licences of a
 * group are changed by what a command names. */
const notOfFiles: readonly string[] = [
  ...['upload-user', 'set-usage-location', 'exchange-license'],
  ...['assign-group-license', 'remove-group-license', 'reprocess-license', 'inherit-license', 'detach-license'],
  ...['await-license', 'assign-timed-role', 'unassign-timed-role'],
]

/** Operations whose rows come from files. */
export const operationsOfFiles = (): readonly string[] => operationNames().filter(name => !notOfFiles.includes(name))

/** `addMember` of `add-member`. */
const exportOf = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Loads all operations. */
export const loadOperations = async (): Promise<Operations> => {
  const all = new Map<string, Operation>()
  for (const name of operationNames()) {
    const loaded = (await import(new URL(name + ending, folder).href)) as { readonly [name: string]: Operation }
    all.set(name, loaded[exportOf(name)]!)
  }
  return kind => all.get(kind)
}
