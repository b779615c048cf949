import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../core/errors.ts'
import { publishOver } from '../../places/private-file.ts'

/** The server of a state folder, as its commands find it. */
export interface ServerFile {
  readonly url: string
  /** Lets in who can read the file. */
  readonly token: string
  readonly pid: number
  /** With TLS: where it listens on this machine, and its certificate. Its name may be unknown here, and its issuer, too. */
  readonly tls?: { readonly address: string; readonly certificate: string }
}

const pathIn = (folder: string): string => join(folder, 'server.json')

/** Writes where the server is, for its owner only. */
export const writeServerFile = (folder: string, file: ServerFile): Promise<void> =>
  publishOver(pathIn(folder), Buffer.from(`${JSON.stringify(file)}\n`))

/** Undefined if no server was started, or it has ended in order. */
export const readServerFile = async (folder: string): Promise<ServerFile | undefined> => {
  try {
    return JSON.parse(await readFile(pathIn(folder), 'utf8')) as ServerFile
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Removes what `writeServerFile` wrote. */
export const removeServerFile = (folder: string): Promise<void> => rm(pathIn(folder), { force: true })
