import { readdirSync } from 'node:fs'
import type { Pipeline } from '../engine/pipeline.ts'

/** The pipelines of a command: a file in `built-in/`, named after the command, has one as its default export. */
export interface BuiltIn {
  /** What follows the command in the names of its pipelines; `['']` where there is one, named like the command. */
  readonly kinds: readonly string[]
  readonly pipelineOf: (kind: string) => Pipeline
  /** The parameter that stands on the command line without a flag. */
  readonly argument?: string
}

/** A pipeline that a command runs. */
export interface BuiltInPipeline {
  readonly name: string
  /** What its progress is called: `users` of `export users`. */
  readonly label: string
  readonly pipeline: Pipeline
  readonly argument: string | undefined
}

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const folder = new URL('built-in/', import.meta.url)

/** The pipeline that a command of this name runs, as `export users`; undefined where none has the name. */
export const builtInPipeline = async (name: string): Promise<BuiltInPipeline | undefined> => {
  const [command = '', ...rest] = name.split(' ')
  const kind = rest.join(' ')
  if (!/^[a-z][a-z-]*$/.test(command) || !commands().includes(command)) return undefined
  const { kinds, pipelineOf, argument } = await load(command)
  if (!kinds.includes(kind)) return undefined
  return { name, label: kind || command, pipeline: pipelineOf(kind), argument }
}

/** Names of all pipelines that commands run. */
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
