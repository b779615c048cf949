import { EntrapipeError, systemCode } from '../core/errors.ts'

/** Explains a failed open or read of an input. */
export const readError = (error: unknown, path: string): unknown => {
  if (error instanceof EntrapipeError) return error
  const code = systemCode(error)
  const say = (kind: 'FILE_MISSING' | 'FILE_UNREADABLE', message: string) =>
    new EntrapipeError(kind, message, { cause: error, facts: { path, system: code } })
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return say('FILE_MISSING', `File ${path} was not found; check its name and the current folder`)
    case 'EACCES':
    case 'EPERM':
      return say(
        'FILE_UNREADABLE',
        `${path} cannot be read: permission denied; ask its owner for access, or name another file`,
      )
    case 'EISDIR':
      return say('FILE_UNREADABLE', `${path} is a folder; name a file in it`)
    case undefined:
      return error
    default:
      return say('FILE_UNREADABLE', `${path} cannot be read (${code}); check its disk`)
  }
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Explains a failed write to an output. */
export const writeError = (error: unknown, path: string): unknown => {
  if (error instanceof EntrapipeError) return error
  const code = systemCode(error)
  if (code === undefined) return error
  const facts = { path, system: code }
  if (full.has(code))
    return new EntrapipeError('DISK_FULL', `The disk is full: ${path} cannot be written (${code})`, {
      cause: error,
      facts,
      fix: 'Free some space or write to another disk, then run it again.',
    })
  const why: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'its file system is read-only',
    ENOENT: 'it or its folder was removed, or the folder accepts no new files',
    ENOTDIR: 'part of its path is a file, not a folder',
    EEXIST: 'part of its path is a file, not a folder',
    EISDIR: 'it is a folder',
    ERR_FS_EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the name is too long',
    ETXTBSY: 'it is a running program',
    EBUSY: 'another program is using it',
  }
  return why[code]
    ? new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} cannot be written: ${why[code]}; write to another file or folder`,
        {
          cause: error,
          facts,
        },
      )
    : new EntrapipeError('WRITE_FAILED', `Writing ${path} failed (${code}); check its disk`, {
        cause: error,
        facts,
      })
}
