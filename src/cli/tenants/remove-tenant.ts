import { EntrapipeError } from '../../core/errors.ts'
import { removeEntry } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openAsk } from './ask.ts'
import { configured } from './configured.ts'
import { discardSecrets } from './discard-secrets.ts'
import { placeOfSecret } from './signs-in.ts'

/** `entrapipe tenants remove`. Exit status 1 when the file could not be changed and has to be edited by hand. */
export const removeTenant = async (name: string, yes: boolean, cli: Cli): Promise<void> => {
  const { loaded, entry } = await configured(name, cli)
  if (!yes && !(await agreed(`Remove ${name} (${entry.tenantId}) from ${loaded.file}?`, cli)))
    return cli.say('Nothing was changed.')
  const removed = await removeEntry(loaded, name)
  if (removed.outcome === 'refused') cli.exit(1)
  const { [name]: _gone, ...tenants } = loaded.config.tenants
  const secrets =
    removed.outcome === 'removed' ? await discardSecrets(name, loaded, { ...loaded.config, tenants }, cli) : []
  if (cli.json()) return printLines(cli, [JSON.stringify({ name, removed, secrets })])
  if (removed.outcome === 'refused')
    return cli.say(`${removed.file} was not changed: ${removed.why}. Remove the entry ${name} yourself.`)
  cli.say(`Removed ${name} from ${removed.file}.`)
  for (const { outcome, secret } of secrets)
    cli.say(
      outcome === 'removed'
        ? `Removed its secret (${placeOfSecret(secret)}).`
        : `Its secret was not removed (${placeOfSecret(secret)}). Remove it if nothing else uses it.`,
    )
}

const agreed = async (question: string, cli: Cli): Promise<boolean> => {
  const ask = await openAsk(cli)
  if (!ask)
    throw new EntrapipeError('USAGE', 'There is no terminal to confirm the removal.', { fix: 'Confirm it with --yes.' })
  try {
    const answer = await ask.choose(question, [
      { value: 'no', name: 'no, keep it' },
      { value: 'yes', name: 'yes, remove it' },
    ])
    return answer === 'yes'
  } finally {
    ask.close()
  }
}
