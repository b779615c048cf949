import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { onDisk } from './database.ts'
import type { RunPaths } from './run-paths.ts'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
/** Nonces that are drawn at once: a draw costs as much as the encryption of a row. */
const noncesAtOnce = 256

/** Encrypts text with a key that is stored beside the run's file and deleted with it. */
export interface Seal {
  /** @param about what the text belongs to; it can only be decrypted with the same value */
  close(text: string, about: string): string
  /** @throws EntrapipeError `STORE_UNUSABLE` when the key is missing or corrupted, or the text was changed */
  open(sealed: string, about: string): string
  /** Returns the HMAC-SHA-256 of text: equal for equal text and `about`. */
  hash(text: string, about: string): string
}

type KeyPaths = Pick<RunPaths, 'key' | 'wrapping' | 'held'>

/** @throws EntrapipeError `STORE_UNUSABLE` if the file is no key: a crash may leave it empty */
const readKey = ({ key: path, wrapping, held }: KeyPaths): KeyObject | undefined => {
  if (held) {
    const key = held()
    return key && createSecretKey(key)
  }
  let key: Buffer | undefined
  try {
    key = readFileSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  if (wrapping) {
    key = wrapping.unwrap(key, basename(path))
    if (!key)
      throw new EntrapipeError(
        'STORE_UNUSABLE',
        `The key of the run ${basename(path)} cannot be opened: none of the keys in the file that ENTRAPIPE_KEY_FILE names has wrapped it, or it was changed.`,
        { facts: { path }, fix: 'Add the earlier key to that file, in a line after the first one.' },
      )
  }
  // Not as bytes: Node.js would make a key of them for each row.
  if (key.length === keyBytes) return createSecretKey(key)
  throw new EntrapipeError(
    'STORE_UNUSABLE',
    `The key of the run is corrupted: ${path} has ${key.length} bytes, expected ${keyBytes}.`,
    { facts: { path, bytes: key.length }, fix: 'Start over with --fresh.' },
  )
}

/** Flushes the name of a new file to disk, where the system supports it (Windows cannot open folders). */
export const syncFolderOf = (path: string): void => {
  let folder: number | undefined
  try {
    folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error
  } finally {
    if (folder !== undefined) closeSync(folder)
  }
}

const unusable = (path: string, cause?: unknown) =>
  new EntrapipeError(
    'STORE_UNUSABLE',
    `The secrets of the run cannot be decrypted: ${path} is missing or was changed.`,
    {
      cause,
      facts: { path },
      fix: 'Start over with --fresh.',
    },
  )

/** AES-256-GCM. A key in a file is created on first use, with mode 0600. If a key encrypts it, the file is named as its run. */
export const openSeal = (paths: KeyPaths): Seal => {
  const { key: path, wrapping, held } = paths
  let key: KeyObject | undefined
  let nonces = Buffer.alloc(0)
  const nonce = (): Buffer => {
    if (nonces.length === 0) nonces = randomBytes(nonceBytes * noncesAtOnce)
    const next = nonces.subarray(0, nonceBytes)
    nonces = nonces.subarray(nonceBytes)
    return next
  }
  const made = (): KeyObject => {
    // Who holds a run has its key.
    if (held) throw unusable(path)
    return onDisk(path, () => {
      const fresh = randomBytes(keyBytes)
      writeFileSync(path, wrapping?.wrap(fresh, basename(path)) ?? fresh, { mode: 0o600, flag: 'wx', flush: true })
      syncFolderOf(path)
      return createSecretKey(fresh)
    })
  }
  return {
    hash(text, about) {
      key ??= readKey(paths) ?? made()
      return createHmac('sha256', key)
        .update(JSON.stringify([about, text]))
        .digest('base64')
    },
    close(text, about) {
      key ??= readKey(paths) ?? made()
      const first = nonce()
      const cipher = createCipheriv(algorithm, key, first, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(about))
      const body = [cipher.update(text, 'utf8'), cipher.final()]
      return Buffer.concat([first, ...body, cipher.getAuthTag()]).toString('base64')
    },
    open(sealed, about) {
      key ??= readKey(paths)
      if (!key) throw unusable(path)
      try {
        const bytes = Buffer.from(sealed, 'base64')
        const tagAt = bytes.length - tagBytes
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(about))
        decipher.setAuthTag(bytes.subarray(tagAt))
        return decipher.update(bytes.subarray(nonceBytes, tagAt), undefined, 'utf8') + decipher.final('utf8')
      } catch (error) {
        throw unusable(path, error)
      }
    },
  }
}
