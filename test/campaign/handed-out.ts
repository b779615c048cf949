import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { parse } from 'csv-parse/sync'
import { booksOf } from './books.ts'
import type { Stage } from './stage.ts'
import type { HandedOut, HandsOut } from './trial.ts'

/** Key of all files that are handed out. */
const identity = await generateIdentity()

/** Options of a command that hands out secrets. */
export const handingOut = async (file: string): Promise<readonly string[]> => [
  '--credentials',
  file,
  '--recipient',
  await identityToRecipient(identity),
]

const read = async (path: string): Promise<readonly HandedOut[]> => {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const [header, ...rows] = parse(await decrypter.decrypt(readFileSync(path), 'text')) as readonly string[][]
  if (header?.join() !== 'Name,Email/UPN,Initial Password') throw new Error(`${path} begins with ${header?.join()}`)
  return rows.map(([, user, secret]) => ({ user: user!, secret: secret! }))
}

/** Secrets that are searched in everything that was written. */
const mostSearched = 25

/**
 * What stands in a folder, without what stands for the directory. Another process copies it: a process that closes a file of SQLite's
 * loses the locks that it holds on it.
 */
const written = (folder: string): ReadonlyMap<string, Buffer> => {
  const copy = mkdtempSync(join(tmpdir(), 'entrapipe-written-'))
  try {
    execFileSync('cp', ['-r', `${folder}/.`, copy])
    return new Map(
      readdirSync(copy, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .filter(path => !path.includes(join('store', 'sandbox')))
        .map(path => [relative(copy, path), readFileSync(path)]),
    )
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Reads what a run has handed out, compares it with the truth, and searches what was written for it. */
export const checkHandedOut = async (
  stage: Stage,
  { file, check }: HandsOut,
  { run, said }: { readonly run: string; readonly said: string },
): Promise<readonly string[]> => {
  // Rows that were unknown may be done by now.
  const more = `more-${file}`
  const last = await stage.run(['runs', 'credentials', run, '--to', more])
  const files = [file, ...(last.status === 0 ? [more] : [])]
  const handedOut: HandedOut[] = []
  for (const name of files) handedOut.push(...(await read(join(stage.folder, name))))
  const wrong = [...check(handedOut, await booksOf(stage.store, run))]
  const users = handedOut.map(({ user }) => user)
  if (new Set(users).size < users.length) wrong.push('Somebody was handed out twice.')
  const places = [...written(stage.folder), ['the output', Buffer.from(said + last.stdout + last.stderr)] as const]
  for (const { secret } of handedOut.slice(0, mostSearched))
    for (const [place, bytes] of places) if (bytes.includes(secret)) wrong.push(`A secret stands in ${place}.`)
  return wrong
}
