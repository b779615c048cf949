import { fileURLToPath, pathToFileURL } from 'node:url'

/** The target that a file is: its URL. @param path absolute, without symbolic links */
export const targetAt = (path: string): string => pathToFileURL(path).href

/** A target as people know it: the path of a file, the URL of anything else. */
export const nameOfTarget = (target: string): string => (isFile(target) ? fileURLToPath(target) : target)

/** Whether it is a file or folder of this machine. */
export const isFile = (target: string): boolean => target.startsWith('file:')

/** Whether two targets are the same or one lies in the other: only a folder, whose URL ends in `/`, covers others. */
export const overlap = (one: string, other: string): boolean =>
  one === other || covers(one, other) || covers(other, one)

/** A folder also covers the file of its own name, which could not be there beside it. */
const covers = (folder: string, target: string): boolean =>
  folder.endsWith('/') && (target.startsWith(folder) || `${target}/` === folder)
