import { fileURLToPath, pathToFileURL } from 'node:url'

/** The target of a file: its URL. @param path absolute, without symbolic links */
export const targetAt = (path: string): string => pathToFileURL(path).href

/** A target for messages: the path of a file, the URL of anything else. */
export const nameOfTarget = (target: string): string => (isFile(target) ? fileURLToPath(target) : target)

/** Whether a target is a file or folder of this machine. */
export const isFile = (target: string): boolean => target.startsWith('file:')

/** Whether two targets are equal or one contains the other. Only a folder, whose URL ends in `/`, contains others. */
export const overlap = (one: string, other: string): boolean =>
  one === other || covers(one, other) || covers(other, one)

/** A folder also covers a file of its own name, because both cannot exist. */
const covers = (folder: string, target: string): boolean =>
  folder.endsWith('/') && (target.startsWith(folder) || `${target}/` === folder)
