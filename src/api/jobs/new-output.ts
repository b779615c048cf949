import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes paths of outputs with their names, each in a new folder. @param outputs the folder of these folders */
export const newOutputIn =
  (outputs: string) =>
  async (name: string): Promise<string> => {
    const own = join(outputs, randomUUID())
    await mkdir(own, { recursive: true, mode: 0o700 })
    return join(own, name)
  }

/** The folder with the outputs of jobs, in that of their files. */
export const outputsIn = (files: string): string => join(files, 'outputs')
