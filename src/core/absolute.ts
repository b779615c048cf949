import { join, resolve } from 'node:path'
import type { Environment } from './environment.ts'
import { EntrapipeError } from './errors.ts'

const inHome = /^~(?:$|[\\/])/
const inAnothers = /^(~[^\\/]+)[\\/]/

/**
 * Makes a path absolute. `~/x` is in the home folder, because shells do not expand `--to=~/x` or a quoted `~`.
 *
 * @throws EntrapipeError `OPTION_INVALID` for `~user/x`: only a shell knows the home folders of other users
 */
export const absolute = ({ cwd, home }: Pick<Environment, 'cwd' | 'home'>, path: string): string => {
  const another = inAnothers.exec(path)?.[1]
  if (another !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `The shell did not expand ${path}, so ${another} is not a home folder`, {
      facts: { path },
      fix: `Write the full path, or ./${path} for a folder named ${another}.`,
    })
  return inHome.test(path) ? join(home, path.slice(1)) : resolve(cwd, path)
}
