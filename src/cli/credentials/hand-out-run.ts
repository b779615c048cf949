import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { loadOperations } from '../../catalogue/operations.ts'
import { checkNewFile } from '../../places/private-file.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { countedCredentials } from './counted-credentials.ts'
import { encryptionOf, saysHow, type EncryptionWish } from './encryption.ts'
import { handOut } from './hand-out.ts'
import { knownCredentials } from './left.ts'
import { credentialsWish, expectFile } from './open-credentials.ts'

interface HandOutOptions extends EncryptionWish {
  readonly to?: string
}

/**
 * `entrapipe runs credentials`: writes what a run has made, if it was not handed out yet.
 *
 * @throws EntrapipeError `OPTION_INVALID` if nothing is left, or no file is named; as `handOut` and `encryptionOf`
 */
export const handOutRun = async (id: string, { to, ...wish }: HandOutOptions, cli: Cli): Promise<void> => {
  expectFile('--to', to)
  const store = await cli.store()
  const info = await store.get(id)
  const operations = await loadOperations()
  const { cwd, known } = await store.read(info.id, async run => ({
    cwd: await run.loadNote('cwd'),
    known: await knownCredentials(run, info, operations),
  }))
  if (!known || known.left.credentials === 0) {
    // A process may have died before it noted that it was done.
    const ended = known && (await handOut(store, info.id, undefined, operations, cli))
    throw nothingLeft(info.id, (ended ?? known?.handedOut.at(-1))?.path)
  }
  // The paths of the run are relative to the folder where it began.
  const there = typeof cwd === 'string' ? { ...cli, environment: { ...cli.environment, cwd } } : cli
  const own = credentialsWish(info.params)
  const path =
    to !== undefined ? absolute(cli.environment, to) : own.credentials && absolute(there.environment, own.credentials)
  if (path === undefined)
    throw new EntrapipeError('USAGE', `Run ${info.id} names no file for its credentials.`, { fix: 'Add --to FILE.' })
  const isOwn = !saysHow(wish)
  if (to !== undefined) await checkNewFile(path)
  const encrypt = await encryptionOf(isOwn ? own : wish, isOwn ? there : cli)
  const handedOut = await handOut(store, info.id, { path, encrypt }, operations, cli)
  if (!handedOut) throw nothingLeft(info.id, undefined)
  if (cli.json()) return printLines(cli, [JSON.stringify({ run: info.id, ...handedOut })])
  const are = handedOut.credentials === 1 ? 'It is' : 'They are'
  cli.say(`Wrote ${handedOut.path}: ${countedCredentials(handedOut)}. ${are} destroyed in the store.`)
}

const nothingLeft = (run: string, path: string | undefined): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `Run ${run} has no passwords or passes that were not handed out.`, {
    facts: { run },
    ...given({ fix: path === undefined ? undefined : `They were written to ${path}.` }),
  })
