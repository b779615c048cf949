import { join } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import type { FileFacts, Manifest } from '../../core/manifest.ts'
import type { VerifiedLoad } from '../../formats/verify-load.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { firstOf } from '../report/report.ts'
import { counted } from '../report/words.ts'

/** A file or a folder of part files that matches its manifest. */
export interface Matching {
  /** As given, or below a folder that was given. A folder of part files ends in `/`. */
  readonly path: string
  readonly file?: FileFacts
  readonly manifest: Manifest
}

const fewNamed = 5

const notChecked = (files: readonly string[]): string =>
  `Not checked: ${counted(files.length, 'file')} without a manifest of ${files.length === 1 ? 'its' : 'their'} own (${files.slice(0, fewNamed).join(', ')}${files.length > fewNamed ? ', …' : ''}).`

/** Reports an error and continues. The exit status is the highest. Returns whether there was none. */
export const telling = async (check: () => Promise<void>, cli: Cli): Promise<boolean> => {
  try {
    await check()
    return true
  } catch (error) {
    cli.signal.throwIfAborted()
    const { tell } = await import('../command-line/tell.ts')
    cli.exit(tell(error, cli))
    return false
  }
}

/** Verifies a set of manifests, and returns whether it matches; undefined for another file. @param verified what matches its manifest */
export type VerifyIfSet = (path: string, verified: readonly Matching[]) => Promise<boolean | undefined>

/**
 * Verifies a file, a folder of files, or a folder of part files, and prints a line for each. Returns what matches; undefined if
 * something does not.
 *
 * @param ifSet for files of a folder that have no manifest; they are then not checked if they are no set. @default none is checked
 */
export const verifyAt = async (
  path: string,
  cli: Cli,
  ifSet?: VerifyIfSet,
): Promise<readonly Matching[] | undefined> => {
  const matching: Matching[] = []
  let isFine = true
  const check = async (one: () => Promise<Matching>): Promise<void> => {
    const fine = await telling(async () => void matching.push(await one()), cli)
    isFine &&= fine
  }
  const { isRemote } = await import('../../places/objects-at.ts')
  const { manifested } = await import('../report/manifested.ts')
  const found = isRemote(path) ? undefined : await manifested(path, cli.environment)
  if (isRemote(path)) await check(() => verifyParts(path.replace(/\/*$/, '/'), cli))
  else if (found === undefined) await check(() => verifyOne(path, cli))
  else {
    for (const load of found.loads) await check(() => verifyParts(join(path, load, '/'), cli))
    for (const name of found.isForeign ? [] : [...found.files, ...found.partials].toSorted())
      await check(async () => {
        const file = join(path, name)
        if (found.partials.includes(name)) throw unfinished(file)
        return verifyOne(file, cli)
      })
    const others: string[] = []
    for (const name of found.others) {
      const isSame = await ifSet?.(join(path, name), matching)
      if (isSame === undefined) others.push(join(path, name))
      else isFine &&= isSame
    }
    if (found.isForeign && others.length === found.others.length) throw nothingIn(path)
    if (cli.json())
      await printLines(
        cli,
        others.map(other => JSON.stringify({ path: other, checked: false })),
      )
    else if (others.length > 0) cli.say(notChecked(others))
  }
  return isFine ? matching : undefined
}

const nothingIn = (path: string): EntrapipeError =>
  new EntrapipeError('FILE_MISSING', `No file in ${path}, or in the folders below it, has a manifest.`, {
    facts: { path },
    fix: 'Name the folder that files were written to, or one of the files.',
  })

const unfinished = (file: string): EntrapipeError =>
  new EntrapipeError('VERIFY_FAILED', `${file} is incomplete: the run that writes it is not finished.`, {
    facts: { path: file },
    fix: '`entrapipe runs list` lists the runs; resume or discard this one.',
  })

/** `complete`, or `complete: the first 10 rows of 98,000 (limit reached)`. */
const completenessOf = (manifest: Manifest): string => {
  const first = firstOf(manifest)
  return first === undefined ? manifest.completeness : `${manifest.completeness}: ${first}`
}

/** The error for what does not match. @param to what it is compared with */
export const different = (path: string, to: string, differences: readonly string[]): EntrapipeError =>
  new EntrapipeError('VERIFY_FAILED', `${path} does not match ${to}: ${differences.join('; ')}.`, { facts: { path } })

const verifyParts = async (to: string, cli: Cli): Promise<Matching> => {
  const { parts, rows, differences, manifest } = await readLoad(to, cli)
  if (differences.length > 0) throw different(to, 'its manifest', differences)
  await printLines(cli, [
    cli.json()
      ? JSON.stringify({ path: to, parts, rows, differences, manifest })
      : `${to} matches its manifest: ${counted(parts, 'part')} with ${counted(rows, 'row')}, ${completenessOf(manifest)}.`,
  ])
  return { path: to, manifest }
}

/** Compares a folder of part files with its manifest. @param to the folder as given; ends in `/` */
export const readLoad = async (to: string, cli: Cli): Promise<VerifiedLoad> => {
  const [{ verifyLoad }, { objectsAt }, { checkContext }] = await Promise.all([
    import('../../formats/verify-load.ts'),
    import('../../places/objects-at.ts'),
    import('../../engine/contexts.ts'),
  ])
  return verifyLoad(objectsAt(to), to, checkContext({ ...cli, graph: undefined }))
}

const verifyOne = async (path: string, cli: Cli): Promise<Matching> => {
  const { verifyFile } = await import('../../formats/verify-file.ts')
  const { facts, ...verified } = await verifyFile(path, { signal: cli.signal, environment: cli.environment })
  const { rows, sha256, manifest, differences } = verified
  if (differences.length > 0) throw different(path, 'its manifest', differences)
  await printLines(cli, [
    cli.json()
      ? JSON.stringify(verified)
      : `${path} matches its manifest: ${counted(rows, 'row')}, sha256 ${sha256}, ${completenessOf(manifest)}.`,
  ])
  return { path, file: facts, manifest }
}
