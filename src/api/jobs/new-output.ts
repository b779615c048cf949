import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes the path of an output with its name, in a new folder. */
export type NewOutput = (name: string) => Promise<string>

/** The folder with the outputs of jobs, in that of their files. */
export const outputsIn = (files: string): string => join(files, outputsName)

/** The name of that folder. */
export const outputsName = 'outputs'

/** @param files the folder with files of jobs; undefined if they are at an address: the path is then a name there, and nothing is made yet */
export const newOutputIn =
  (files: string | undefined): NewOutput =>
  async name => {
    const id = randomUUID()
    if (files === undefined) return `${outputsName}/${id}/${name}`
    const own = join(outputsIn(files), id)
    await mkdir(own, { recursive: true, mode: 0o700 })
    return join(own, name)
  }
