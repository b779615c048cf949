import { EntrapipeError, systemCode } from '../core/errors.ts'

/** What a failed open or read of an input means, in one sentence. */
export const readError = (error: unknown, path: string): unknown => {
  if (error instanceof EntrapipeError) return error
  const code = systemCode(error)
  const say = (kind: 'FILE_MISSING' | 'FILE_UNREADABLE', message: string) =>
    new EntrapipeError(kind, message, { cause: error, facts: { path, system: code } })
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return say('FILE_MISSING', `There is no file ${path}; check the name and the folder you are in`)
    case 'EACCES':
    case 'EPERM':
      return say('FILE_UNREADABLE', `You may not read ${path}; ask its owner, or give another file`)
    case 'EISDIR':
      return say('FILE_UNREADABLE', `${path} is a folder; give a file in it`)
    case undefined:
      return error
    default:
      return say('FILE_UNREADABLE', `${path} cannot be read (${code}); is its disk there and whole?`)
  }
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What a failed write to an output means, in one sentence. */
export const writeError = (error: unknown, path: string): unknown => {
  if (error instanceof EntrapipeError) return error
  const code = systemCode(error)
  if (code === undefined) return error
  const facts = { path, system: code }
  if (full.has(code))
    return new EntrapipeError(
      'DISK_FULL',
      `There is no room left to write ${path} (${code}); free some, or write elsewhere, and run it again`,
      { cause: error, facts },
    )
  const why: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'its file system is read-only',
    ENOENT: 'its folder is not there any more',
    ENOTDIR: 'part of its path is a file, not a folder',
    EEXIST: 'part of its path is a file, not a folder',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the name is too long',
    ETXTBSY: 'a program is running from it',
    EBUSY: 'another program holds it open',
  }
  return why[code]
    ? new EntrapipeError('FILE_UNWRITABLE', `${path} cannot be written: ${why[code]}; write to another place`, {
        cause: error,
        facts,
      })
    : new EntrapipeError('WRITE_FAILED', `Writing ${path} failed (${code}); is its disk there and whole?`, {
        cause: error,
        facts,
      })
}
