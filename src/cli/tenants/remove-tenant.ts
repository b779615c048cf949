import { EntrapipeError } from '../../core/errors.ts'
import type { CredentialConfig } from '../../tenants/config.ts'
import { removeEntry } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openAsk } from './ask.ts'
import { configured } from './configured.ts'
import { signsIn } from './signs-in.ts'

/** `entrapipe tenants remove`. Exit status 1 when the file could not be changed and a person has to do it. */
export const removeTenant = async (name: string, yes: boolean, cli: Cli): Promise<void> => {
  const { loaded, entry } = await configured(name, cli)
  if (!yes && !(await agreed(`Take ${name} (${entry.tenantId}) out of ${loaded.file}?`, cli)))
    return cli.say('Nothing was changed.')
  const removed = await removeEntry(loaded, name)
  if (removed.outcome === 'refused') cli.exit(1)
  if (cli.json()) return printLines(cli, [JSON.stringify({ name, removed })])
  if (removed.outcome === 'refused')
    return cli.say(`${removed.file} was left as it is, since ${removed.why}. Take the entry ${name} out of it by hand.`)
  cli.say(`Took ${name} out of ${removed.file}.`)
  if (hasSecret(entry.credential)) cli.say(`What it signed in with stays where it is: ${signsIn(entry.credential)}.`)
}

const hasSecret = ({ kind }: CredentialConfig): boolean => ['secret', 'certificate', 'token'].includes(kind)

const agreed = async (question: string, cli: Cli): Promise<boolean> => {
  const ask = await openAsk(cli)
  if (!ask)
    throw new EntrapipeError('USAGE', 'Nobody can be asked here whether to remove it.', { fix: 'Say so with --yes.' })
  try {
    const answer = await ask.choose(question, [
      { value: 'no', name: 'no, leave it' },
      { value: 'yes', name: 'yes, take it out' },
    ])
    return answer === 'yes'
  } finally {
    ask.close()
  }
}
