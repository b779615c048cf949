import { Option, type Command } from 'commander'
import type { Params } from '../../engine/params.ts'
import { joined } from './values.ts'

/** The flag of a parameter, or of an option of a part: `--hire-date` for `hireDate`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Adds a flag for each of a pipeline's parameters: `--hire-date` for `hireDate`. */
export const addParamOptions = (command: Command, params: Params): Command => {
  for (const [name, param] of Object.entries(params)) {
    const isOn = param.kind === 'flag' && param.fallback === true
    const word = isOn ? `--no-${flagOf(name).slice(2)}` : flagOf(name)
    const fallback = param.fallback !== undefined && param.kind !== 'flag' ? ` (${String(param.fallback)})` : ''
    const option = new Option(
      param.kind === 'flag' ? word : `${word} <${param.kind === 'choice' ? 'choice' : param.kind}>`,
      `${param.summary}${fallback}`,
    )
    if (param.kind === 'list') option.argParser(joined)
    if (param.choices) option.choices([...param.choices])
    if (!('fallback' in param)) option.makeOptionMandatory()
    command.addOption(option)
  }
  return command
}
