import { readdirSync } from 'node:fs'
import type { Pipeline } from '../engine/pipeline.ts'

/** The pipelines of a command: the default export of a file in `built-in/` that is named after the command. */
export interface BuiltIn {
  /** Second words in the names of its pipelines. `['']` if the one pipeline is named like the command. */
  readonly kinds: readonly string[]
  readonly pipelineOf: (kind: string) => Pipeline
  /** The parameters that the command takes as arguments, without a flag, in order. */
  readonly arguments?: readonly string[]
  /** The parameters that the command finds itself, by kind. */
  readonly found?: Readonly<Record<string, readonly string[]>>
  /**
   * By kind: raised when a release changes the parameters of a pipeline, or the positions, marks and notes of its runs. Only a process that
   * has the same version continues a run. @default 1
   */
  readonly versions?: Readonly<Record<string, number>>
  /** Label of the progress line of its pipelines. @default their names */
  readonly labelOf?: (kind: string) => string
}

/** A pipeline that a command runs. */
export interface BuiltInPipeline {
  readonly name: string
  /** Label of its progress line. */
  readonly label: string
  readonly pipeline: Pipeline
  readonly arguments: readonly string[]
  /** The parameters that the command finds itself. */
  readonly found: readonly string[]
  readonly version: number
}

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const folder = new URL('built-in/', import.meta.url)

/** The pipeline of a command, such as `export users`. Undefined for an unknown name. */
export const builtInPipeline = async (name: string): Promise<BuiltInPipeline | undefined> => {
  const [command = '', ...rest] = name.split(' ')
  const kind = rest.join(' ')
  if (!/^[a-z][a-z-]*$/.test(command) || !commands().includes(command)) return undefined
  const {
    kinds,
    pipelineOf,
    versions = {},
    arguments: words = [],
    found = {},
    labelOf = () => name,
  } = await load(command)
  if (!kinds.includes(kind)) return undefined
  return {
    ...{ name, label: labelOf(kind), pipeline: pipelineOf(kind), arguments: words, found: found[kind] ?? [] },
    version: versions[kind] ?? 1,
  }
}

/** Names of all built-in pipelines. */
export const builtInNames = async (): Promise<readonly string[]> => {
  const names: string[] = []
  for (const command of commands())
    for (const kind of (await load(command)).kinds) names.push(kind === '' ? command : `${command} ${kind}`)
  return names
}

const commands = (): readonly string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith(ending) && !file.endsWith('.d.ts'))
    .map(file => file.slice(0, -ending.length))
    .sort()

const load = async (command: string): Promise<BuiltIn> =>
  ((await import(new URL(command + ending, folder).href)) as { readonly default: BuiltIn }).default
