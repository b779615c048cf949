import type { ObjectStore } from '../core/object-store.ts'
import { folderObjects } from './folder-objects.ts'

/** Whether a `to` names a folder of part files. */
export const isFolder = (to: string): boolean => to.endsWith('/')

/** Returns the objects below a `to` that ends in `/`. */
export const objectsAt = (to: string): ObjectStore => folderObjects(to)
