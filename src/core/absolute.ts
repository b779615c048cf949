import { join, resolve } from 'node:path'
import type { Environment } from './environment.ts'
import { EntrapipeError } from './errors.ts'

const inHome = /^~(?:$|[\\/])/
const inAnothers = /^(~[^\\/]+)[\\/]/

/**
 * A path as given, made absolute. `~/x` is in the home folder: no shell expands `--to=~/x`, nor a `~` in quotes.
 *
 * @throws EntrapipeError `OPTION_INVALID` for `~user/x`: only a shell knows the home folders of others
 */
export const absolute = ({ cwd, home }: Pick<Environment, 'cwd' | 'home'>, path: string): string => {
  const another = inAnothers.exec(path)?.[1]
  if (another !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${path} was not expanded by the shell, so ${another} is not a home folder`,
      {
        facts: { path },
        fix: `Write the path in full, or ./${path} for a folder that is called ${another}.`,
      },
    )
  return inHome.test(path) ? join(home, path.slice(1)) : resolve(cwd, path)
}
