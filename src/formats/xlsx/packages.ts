import { EntrapipeError, systemCode } from '../../core/errors.ts'

/** Loads a package that is optional. @throws EntrapipeError `FILE_UNREADABLE` if it is not installed */
const loaded = async <T>(name: string, load: () => Promise<T>): Promise<T> => {
  try {
    return await load()
  } catch (cause) {
    if (systemCode(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new EntrapipeError('FILE_UNREADABLE', `Reading .xlsx requires the package ${name}, which is not installed.`, {
      cause,
      fix: `Install it (npm install ${name}), or save the sheet as "CSV UTF-8" in Excel and name that file.`,
    })
  }
}

/** The package that reads ZIP archives. */
export const zipPackage = () => loaded('yauzl', () => import('yauzl'))
/** The package that parses XML. */
export const xmlPackage = () => loaded('saxes', () => import('saxes'))
/** The package that knows Excel's number formats. */
export const numberPackage = () => loaded('numfmt', () => import('numfmt'))
